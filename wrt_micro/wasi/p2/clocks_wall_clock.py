# wasi:clocks/wall-clock of 0.2.

from ..datetime import datetime

NEEDS = ("clock",)


def make(wasi):
    """The functions of a program."""
    port = wasi.port
    return {"now": lambda: datetime(port.wall()), "resolution": lambda: datetime(port.resolution)}
