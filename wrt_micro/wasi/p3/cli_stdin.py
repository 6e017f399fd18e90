# wasi:cli/stdin of 0.3.

from ..stdio import Stdio
from .transfer import cli_error, read_via_stream


def make(wasi):
    """The functions of a program."""
    return {
        "read-via-stream": lambda: read_via_stream(wasi, Stdio(wasi, "stdin"), 0, cli_error),
    }
