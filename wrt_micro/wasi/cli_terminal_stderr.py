# wasi:cli/terminal-stderr, of 0.2 and 0.3.

from .cli_terminal_output import TerminalOutput


def make(wasi):
    """The functions of a program."""
    terminal = TerminalOutput()
    return {"get-terminal-stderr": lambda: terminal if wasi.is_terminal("stderr") else None}
