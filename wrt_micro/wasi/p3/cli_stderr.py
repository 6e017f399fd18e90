# wasi:cli/stderr of 0.3.

from ..stdio import Stdio
from .transfer import cli_error, write_via_stream


def make(wasi):
    """The functions of a program."""
    return {
        "write-via-stream": lambda data: write_via_stream(
            wasi, data, Stdio(wasi, "stderr"), None, cli_error
        ),
    }
