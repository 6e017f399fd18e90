# wasi:cli/terminal-stdin, of 0.2 and 0.3.

from .cli_terminal_input import TerminalInput


def make(wasi):
    """The functions of a program."""
    terminal = TerminalInput()
    return {"get-terminal-stdin": lambda: terminal if wasi.is_terminal("stdin") else None}
