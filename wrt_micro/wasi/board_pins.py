# wrt:board/pins: opens pins of wasi:gpio by the names that they were given under.

from .pins import IN, IN_OUT, OUT, open_digital

NEEDS = ("gpio",)


def make(wasi):
    """The functions of a program."""
    return {
        "digital-in": lambda label, flags: open_digital(wasi, label, flags, IN),
        "digital-out": lambda label, flags: open_digital(wasi, label, flags, OUT),
        "digital-in-out": lambda label, flags: open_digital(wasi, label, flags, IN_OUT),
    }
