# wasi:cli/exit, of 0.2 and 0.3.

from ..trap import Exit


def make(wasi):
    """The functions of a program."""
    return {"exit": leave, "exit-with-code": leave_with_code}


def leave(status):
    raise Exit(0 if status[0] == "ok" else 1)


def leave_with_code(code):
    raise Exit(code)
