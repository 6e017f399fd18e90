# wasi:cli/stdin of 0.2.

from ..stdio import Stdio
from .io_streams import InputStream


def make(wasi):
    """The functions of a program."""
    return {"get-stdin": lambda: InputStream(wasi, Stdio(wasi, "stdin"))}
