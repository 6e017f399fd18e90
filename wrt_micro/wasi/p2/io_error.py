# wasi:io/error of 0.2.


class Error:
    """An error of a stream. name: as wasi:filesystem/types names it."""

    def __init__(self, name):
        self.name = name

    def to_debug_string(self):
        return self.name


def make(wasi):
    """The resource type."""
    return {"error": Error}
