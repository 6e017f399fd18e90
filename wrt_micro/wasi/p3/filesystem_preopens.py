# wasi:filesystem/preopens of 0.3.

from .filesystem_types import Descriptor

NEEDS = ("files",)


def make(wasi):
    """The functions of a program."""
    given = wasi.directories()
    return {
        "get-directories": lambda: [(Descriptor(wasi, file), name) for file, name in given],
    }
