# Analog pins that were given to a program by name: inputs as adc, outputs as pwm.

from ..trap import ComponentError
from .p2.io_poll import Pollable

MOST = 65535


class Analog:
    """analog-in-pin and analog-out-pin of wasi:gpio/analog. pin: has read_u16 or duty_u16."""

    def __init__(self, wasi, label, mode, pin, low):
        self._wasi = wasi
        self._config = {"label": label, "pin-mode": mode}
        self._pin = pin
        self._low = low

    def drop(self):
        self._wasi.in_use.discard(self._config["label"])
        if hasattr(self._pin, "deinit"):
            self._pin.deinit()

    def get_config(self):
        return self._config

    def watch_for_ready(self):
        return Pollable(self._wasi.port)

    def _turned(self, value):
        return MOST - value if self._low else value

    def set_value_raw(self, value):
        try:
            self._pin.duty_u16(self._turned(min(value, MOST)))
            return
        except (OSError, ValueError):
            pass
        raise ComponentError("hardware-fault")

    def set_value(self, value):
        self.set_value_raw(int(min(max(value, 0), 1) * MOST))

    def read_raw(self):
        try:
            return self._turned(self._pin.read_u16())
        except OSError:
            pass
        raise ComponentError("hardware-fault")

    def read(self):
        return self.read_raw() / MOST

    def watch_above_raw(self, value):
        return Pollable(self._wasi.port, None, lambda: self.read_raw() > value)

    def watch_above(self, value):
        return self.watch_above_raw(int(value * MOST))

    def watch_below_raw(self, value):
        return Pollable(self._wasi.port, None, lambda: self.read_raw() < value)

    def watch_below(self, value):
        return self.watch_below_raw(int(value * MOST))


def open_analog(wasi, label, flags, mode):
    """The pin that was given under a name. Raises ComponentError with a gpio-error."""
    given = wasi.granted("adc" if mode == "in" else "pwm", label)
    if given is None:
        raise ComponentError("pin-not-allowed")
    if label in wasi.in_use:
        raise ComponentError("already-in-use")
    try:
        pin = wasi.port.adc(given) if mode == "in" else wasi.port.pwm(given)
        wasi.in_use.add(label)
        return Analog(wasi, label, mode, pin, "active-low" in flags)
    except (ValueError, TypeError, OSError):
        pass
    raise ComponentError("undefined-pin-label")
