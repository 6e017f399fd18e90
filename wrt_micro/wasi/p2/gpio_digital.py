# wasi:gpio/digital. Its draft has no function that opens a pin: a host gives pins to a program's
# functions, or the program opens them by name with wrt:board/pins.

from ..pins import Digital

NEEDS = ("gpio",)


def make(wasi):
    """The resource types."""
    return {
        "digital-in-pin": Digital,
        "digital-out-pin": Digital,
        "digital-in-out-pin": Digital,
    }
