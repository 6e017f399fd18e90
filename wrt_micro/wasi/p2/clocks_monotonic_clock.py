# wasi:clocks/monotonic-clock of 0.2.

from .io_poll import Pollable

NEEDS = ("clock",)


def make(wasi):
    """The functions of a program."""
    port = wasi.port
    return {
        "now": port.monotonic,
        "resolution": lambda: port.resolution,
        "subscribe-instant": lambda when: Pollable(port, when),
        "subscribe-duration": lambda duration: Pollable(port, port.monotonic() + duration),
    }
