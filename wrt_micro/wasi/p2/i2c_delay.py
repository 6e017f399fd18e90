# wasi:i2c/delay. As with a bus, a host gives a delay to a program's functions, or the program
# opens one with wrt:board/buses.

NEEDS = ("clock",)


class Delay:
    """A delay."""

    def __init__(self, wasi):
        self._port = wasi.port

    def delay_ns(self, duration):
        self._port.sleep(duration)


def make(wasi):
    """The resource type."""
    return {"delay": Delay}
