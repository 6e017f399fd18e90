# wrt:board/buses: opens buses of wasi:i2c by the names that they were given under.

from ..trap import ComponentError
from .p2.i2c_delay import Delay
from .p2.i2c_i2c import I2c

NEEDS = ("i2c",)


def make(wasi):
    """The functions of a program."""

    def open_i2c(name):
        given = wasi.granted("i2c", name)
        if given is None:
            raise ComponentError("not-allowed")
        try:
            return I2c(wasi, given)
        except (ValueError, TypeError, OSError):
            pass
        raise ComponentError("not-available")

    return {"open-i2c": open_i2c, "open-delay": lambda: Delay(wasi)}
