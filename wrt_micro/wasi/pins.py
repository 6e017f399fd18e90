# Pins that were given to a program by name: {"led": 25}, or {"led": {"pin": 25, "modes": ["out"],
# "active": "low", "pull": "up"}}.

from ..trap import ComponentError
from .p2.io_poll import Pollable

IN, OUT, IN_OUT = "in", "out", "in-out"


class Digital:
    """digital-in-pin, digital-out-pin and digital-in-out-pin of wasi:gpio/digital."""

    def __init__(self, wasi, label, where, mode, active, pull):
        self._wasi = wasi
        self._config = {
            "label": label,
            "pin-mode": mode,
            "active-level": "active-low" if active == "low" else "active-high",
            "pull-resistor": pull and "pull-" + pull,
        }
        self._active = 0 if active == "low" else 1
        # An output is inactive until somebody says otherwise.
        value = None if mode == IN else 1 - self._active
        self._pin = wasi.port.pin(where, IN if mode == IN else "out", pull, value)

    def drop(self):
        self._wasi.in_use.discard(self._config["label"])

    def get_config(self):
        return self._config

    def watch_for_ready(self):
        return Pollable(self._wasi.port)

    # Output

    def set_state(self, state):
        self._set(state == "active")

    def set_active(self):
        self._set(True)

    def set_inactive(self):
        self._set(False)

    def toggle(self):
        self._set(not self._get())

    def _set(self, active):
        try:
            self._pin.value(self._active if active else 1 - self._active)
            return
        except OSError:
            pass
        raise ComponentError("hardware-fault")

    # Input

    def _get(self):
        try:
            return self._pin.value() == self._active
        except OSError:
            pass
        raise ComponentError("hardware-fault")

    def read(self):
        return "active" if self._get() else "inactive"

    def is_active(self):
        return self._get()

    def is_inactive(self):
        return not self._get()

    def watch_state(self, state):
        return self._watch(lambda: self.read() == state)

    def watch_active(self):
        return self._watch(self._get)

    def watch_inactive(self):
        return self._watch(self.is_inactive)

    def watch_falling_edge(self):
        return self._watch(Edge(self._get, True).passed)

    def watch_rising_edge(self):
        return self._watch(Edge(self._get, False).passed)

    def _watch(self, test):
        return Pollable(self._wasi.port, None, test)


class Edge:
    """Looks for a change from one state; a change that is over before the next look is missed."""

    def __init__(self, get, before):
        self._get = get
        self._before = before
        self._was = get()
        self._happened = False

    def passed(self):
        if not self._happened:
            now = self._get()
            self._happened = self._was == self._before and now != self._before
            self._was = now
        return self._happened


def open_digital(wasi, label, flags, mode):
    """The pin that was given under a name. Raises ComponentError with a gpio-error."""
    given = wasi.granted("pins", label)
    if given is None:
        raise ComponentError("pin-not-allowed")
    if not isinstance(given, dict):
        given = {"pin": given}
    if mode not in given.get("modes", (IN, OUT, IN_OUT)):
        raise ComponentError("pin-mode-not-allowed")
    if label in wasi.in_use:
        raise ComponentError("already-in-use")
    pull = given.get("pull")
    for name in ("up", "down"):
        if "pull-" + name in flags:
            pull = name
    active = "low" if "active-low" in flags else given.get("active", "high")
    wrong = "hardware-fault"
    try:
        pin = Digital(wasi, label, given["pin"], mode, active, pull)
        wasi.in_use.add(label)
        return pin
    except (ValueError, TypeError):  # MicroPython knows no such pin
        wrong = "undefined-pin-label"
    except OSError:
        pass
    raise ComponentError(wrong)
