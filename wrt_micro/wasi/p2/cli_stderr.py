# wasi:cli/stderr of 0.2.

from ..stdio import Stdio
from .io_streams import OutputStream


def make(wasi):
    """The functions of a program."""
    return {"get-stderr": lambda: OutputStream(wasi, Stdio(wasi, "stderr"))}
