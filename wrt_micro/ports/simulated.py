# A board that is not there: pins, buses with a sensor, and a record of what was done with them.
# For tests, and for running a program on a desktop before it goes to a board.

import sys

from .unix import Port as Unix


class Port(Unix):
    """As unix, with everything that a board may have.

    record: (what, ...) of each thing that happened, as ("pin", 25, 1). levels: of the pins that
    are inputs, by pin; a list gives one level after the other. voltages: 0 to 65535, of analog
    inputs, likewise. devices: on I2C, by (bus, address); one is there from the start, a
    Thermometer. answers: what SPI reads, by bus; else it reads what it writes.
    show: print each thing that happens to standard error.
    """

    name = "simulated"

    def __init__(self, show=False):
        Unix.__init__(self)
        self.record = []
        self.levels = {}
        self.voltages = {}
        self.devices = {(0, 0x48): Thermometer(21.5)}
        self.answers = {}
        self._show = show
        self._pins = {}

    def offers(self):
        return Unix.offers(self) + ["gpio", "i2c", "spi", "pwm", "adc"]

    def note(self, *what):
        """Something happened."""
        self.record.append(what)
        if self._show:
            print(" ".join([str(part) for part in what]), file=sys.stderr)

    def pin(self, where, mode=None, pull=None, value=None):
        if where not in self._pins:
            self._pins[where] = Pin(self, where, pull)
        made = self._pins[where]
        if value is not None:
            made.value(value)
        return made

    def i2c(self, options):
        return I2C(self, options.get("id", 0))

    def spi(self, options):
        return SPI(self, options.get("id", 0))

    def pwm(self, where):
        return PWM(self, where)

    def adc(self, where):
        return ADC(self, where)


def _next(values):
    """The value, or the next one of several; the last one stays."""
    if isinstance(values, list):
        return values.pop(0) if len(values) > 1 else values[0]
    return values


class Pin:
    """Acts as a machine.Pin."""

    def __init__(self, port, where, pull):
        self._port = port
        self._where = where
        self._level = 1 if pull == "up" else 0

    def value(self, level=None):
        if level is None:
            levels = self._port.levels
            return _next(levels[self._where]) if self._where in levels else self._level
        self._level = 1 if level else 0
        self._port.note("pin", self._where, self._level)


class I2C:
    """Acts as a machine.I2C. What nobody acknowledges is an OSError."""

    def __init__(self, port, bus):
        self._port = port
        self._bus = bus

    def _device(self, address):
        device = self._port.devices.get((self._bus, address))
        if device is None:
            self._port.note("i2c", self._bus, address, "nobody")
            raise OSError(19)  # ENODEV
        return device

    def writeto(self, address, data, stop=True):
        device = self._device(address)
        self._port.note("i2c", self._bus, address, "write", bytes(data))
        device.write(bytes(data))
        return len(data)

    def readfrom(self, address, count, stop=True):
        data = self._device(address).read(count)
        self._port.note("i2c", self._bus, address, "read", data)
        return data


class Thermometer:
    """A TMP102: register 0 has the temperature in sixteenths of a degree, in its upper 12 bits.

    celsius: what it measures, or a list of what it measures one after the other.
    """

    def __init__(self, celsius):
        self.celsius = celsius
        self._register = 0

    def write(self, data):
        if data:
            self._register = data[0]

    def read(self, count):
        if self._register:
            return b"\0" * count
        raw = int(_next(self.celsius) * 16) & 0xFFF
        return (bytes((raw >> 4, raw << 4 & 0xFF)) + b"\xff" * count)[:count]


class SPI:
    """Acts as a machine.SPI."""

    def __init__(self, port, bus):
        self._port = port
        self._bus = bus

    def write(self, data):
        self._port.note("spi", self._bus, "write", bytes(data))

    def readinto(self, buffer):
        data = self._port.answers.get(self._bus, b"")[: len(buffer)]
        buffer[: len(data)] = data
        self._port.note("spi", self._bus, "read", bytes(buffer))

    def write_readinto(self, data, buffer):
        answer = self._port.answers.get(self._bus, bytes(data))[: len(buffer)]
        buffer[: len(answer)] = answer
        self._port.note("spi", self._bus, "transfer", bytes(data), bytes(buffer))


class PWM:
    """Acts as a machine.PWM."""

    def __init__(self, port, where):
        self._port = port
        self._where = where
        self._frequency = self._duty = 0

    def freq(self, frequency=None):
        if frequency is None:
            return self._frequency
        self._frequency = frequency
        self._port.note("pwm", self._where, "freq", frequency)

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self._duty = duty
        self._port.note("pwm", self._where, "duty", duty)

    def deinit(self):
        self._port.note("pwm", self._where, "off")


class ADC:
    """Acts as a machine.ADC."""

    def __init__(self, port, where):
        self._port = port
        self._where = where

    def read_u16(self):
        return _next(self._port.voltages.get(self._where, 0))
