# wasi:cli/stdout of 0.2.

from ..stdio import Stdio
from .io_streams import OutputStream


def make(wasi):
    """The functions of a program."""
    return {"get-stdout": lambda: OutputStream(wasi, Stdio(wasi, "stdout"))}
