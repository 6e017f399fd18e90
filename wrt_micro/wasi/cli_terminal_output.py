# wasi:cli/terminal-output, of 0.2 and 0.3: a resource without functions.


class TerminalOutput:
    """Says that a stream is a terminal."""


def make(wasi):
    """Nothing: a program can only drop it."""
    return {}
