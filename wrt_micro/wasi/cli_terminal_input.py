# wasi:cli/terminal-input, of 0.2 and 0.3: a resource without functions.


class TerminalInput:
    """Says that a stream is a terminal."""


def make(wasi):
    """Nothing: a program can only drop it."""
    return {}
