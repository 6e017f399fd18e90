# wrt:board/analog-pins: opens pins of wasi:gpio by the names that they were given under.

from .analog import open_analog

NEEDS = ("adc", "pwm")


def make(wasi):
    """The functions of a program."""
    return {
        "analog-in": lambda label, flags: open_analog(wasi, label, flags, "in"),
        "analog-out": lambda label, flags: open_analog(wasi, label, flags, "out"),
    }
