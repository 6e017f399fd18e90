# wasi:gpio/analog. As with digital pins, a host gives pins to a program's functions, or the
# program opens them by name with wrt:board/analog-pins.

from ..analog import Analog

NEEDS = ("adc", "pwm")


def make(wasi):
    """The resource types. No pin is input and output at once."""
    return {"analog-in-pin": Analog, "analog-out-pin": Analog, "analog-in-out-pin": Analog}
