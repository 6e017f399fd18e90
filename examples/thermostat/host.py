# python host.py thermostat.wrt: under MicroPython, on a board or a desktop, and under CPython.
# mypy --strict host.py checks it against thermostat.pyi.

import sys

import thermostat


class Heater:
    def __init__(self, pin: int) -> None:
        self.pin = pin

    def set(self, on: bool) -> None:
        state = "on" if on else "off"
        print(f"pin {self.pin} is {state}")

    def drop(self) -> None:
        print(f"pin {self.pin} is free")


class Board:
    heater = Heater

    def __init__(self) -> None:
        self.now = 19

    def celsius(self) -> int:
        self.now += 1
        return self.now


def show(status: "thermostat.Status") -> None:
    print(status["mode"], "at", status["celsius"], "target", status["target"])


app = thermostat.load({"demo:thermostat/board@1.0.0": Board()}, sys.argv[1])
control = app["demo:thermostat/control@1.0.0"]
with control.thermostat(25, 21) as hall:
    show(hall.step())
    show(hall.step())
