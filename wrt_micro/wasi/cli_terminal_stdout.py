# wasi:cli/terminal-stdout, of 0.2 and 0.3.

from .cli_terminal_output import TerminalOutput


def make(wasi):
    """The functions of a program."""
    terminal = TerminalOutput()
    return {"get-terminal-stdout": lambda: terminal if wasi.is_terminal("stdout") else None}
