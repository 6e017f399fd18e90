# STM32 boards. They have no machine.PWM: timers of the pyb module do that.

from .generic import Port as Generic


class Port(Generic):
    """Pins by name: "PA5", "LED_BLUE". PWM takes {"pin", "timer", "channel"}."""

    name = "stm32"

    def offers(self):
        found = Generic.offers(self)
        try:
            import pyb  # noqa: F401
        except ImportError:
            return found
        return found if "pwm" in found else found + ["pwm"]

    def pwm(self, where):
        if not isinstance(where, dict):
            return Generic.pwm(self, where)
        return TimerPwm(self.pin(where["pin"]), where["timer"], where["channel"])


class TimerPwm:
    """A channel of a timer, with the methods of machine.PWM."""

    def __init__(self, pin, timer, channel):
        from pyb import Timer

        self._timer = Timer(timer, freq=1000)
        self._channel = self._timer.channel(channel, Timer.PWM, pin=pin)

    def freq(self, frequency=None):
        if frequency is None:
            return self._timer.freq()
        self._timer.freq(frequency)

    def duty_u16(self, duty=None):
        if duty is None:
            return int(self._channel.pulse_width_percent() * 65535 / 100)
        self._channel.pulse_width_percent(duty * 100 / 65535)

    def deinit(self):
        self._timer.deinit()
