# wasi:clocks/system-clock of 0.3.

from ..datetime import datetime

NEEDS = ("clock",)


def make(wasi):
    """The functions of a program."""
    port = wasi.port
    return {"now": lambda: datetime(port.wall()), "get-resolution": lambda: port.resolution}
