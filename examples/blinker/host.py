# python host.py blinker.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro

try:
    import time

    import machine

    sleep_ms = time.sleep_ms
    board_pin = machine.Pin
except (ImportError, AttributeError):  # a desktop has no pins, and we do not wait for them
    board_pin = None

    def sleep_ms(duration):
        print("wait", duration, "ms")


class Pin:
    """The resource type `pin`: its constructor, methods and static functions."""

    def __init__(self, number):
        print("open pin", number)
        self.number = number
        self.pin = board_pin and board_pin(number, board_pin.OUT)

    def set(self, high):
        if self.pin:
            self.pin.value(high)
        else:
            print("pin", self.number, "is", "high" if high else "low")

    def drop(self):
        """Called when a component drops a pin that it owns."""
        print("close pin", self.number)

    def count():
        return 30


class Pins:
    """The interface demo:board/pins@1.0.0."""

    pin = Pin


app = wrt_micro.load(sys.argv[1], {"demo:board/pins@1.0.0": Pins, "sleep-ms": sleep_ms})
print(app.pins(), "pins")
app.blink(25, 2)
app.light(Pin(2))  # lent: it stays ours, and open
