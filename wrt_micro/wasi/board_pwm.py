# wrt:board/pwm: pulses of a given width on pins that were given as pwm.

from ..trap import ComponentError

NEEDS = ("pwm",)


def make(wasi):
    """The resource type."""

    class Channel:
        """A channel. Dropping it ends the pulses."""

        def __init__(self, where):
            self._pwm = wasi.port.pwm(where)

        def open(name):
            given = wasi.granted("pwm", name)
            if given is None:
                raise ComponentError("not-allowed")
            try:
                return Channel(given)
            except (ValueError, TypeError, OSError):
                pass
            raise ComponentError("not-available")

        def set_frequency(self, frequency):
            self._try(self._pwm.freq, frequency)

        def set_duty(self, duty):
            self._try(self._pwm.duty_u16, duty)

        def _try(self, work, value):
            try:
                work(value)
                return
            except (ValueError, OSError):
                pass
            raise ComponentError("out-of-range")

        def drop(self):
            self._pwm.deinit()

    return {"channel": Channel}
