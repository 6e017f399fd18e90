# wasi:clocks/wall-clock of 0.2.

NEEDS = ("clock",)


def make(wasi):
    """The functions of a program."""
    port = wasi.port
    return {"now": lambda: datetime(port.wall()), "resolution": lambda: datetime(port.resolution)}


def datetime(nanoseconds):
    """Nanoseconds since 1970 as a record."""
    return {"seconds": nanoseconds // 1000000000, "nanoseconds": nanoseconds % 1000000000}
