# Any machine with MicroPython: its time, os, sys and machine modules. Other ports change what
# differs there.

import os
import sys
import time

from ..trap import LinkError

SECOND = 1000000000
_HOUR = 3600 * SECOND
_1970_TO_2000 = 946684800

# What a port may offer, and the class of MicroPython's machine module that it takes.
_MACHINE = (
    ("gpio", "Pin"),
    ("i2c", "I2C"),
    ("spi", "SPI"),
    ("pwm", "PWM"),
    ("adc", "ADC"),
)


class Port:
    """What WASI's interfaces take of a machine. Times are nanoseconds."""

    name = "generic"
    links = False  # whether its file systems may have symbolic links
    sparse = False  # whether what lies between a file's end and a write beyond it is zero
    resolution = 1000

    def __init__(self):
        self._monotonic = None
        # The epoch of MicroPython is 1970 or 2000, as the port has it.
        gmtime = getattr(time, "gmtime", None)  # a port without a clock has none
        self._epoch = _1970_TO_2000 * SECOND if gmtime and gmtime(0)[0] == 2000 else 0

    def offers(self):
        """Names of what there is: clock, random, stdio, files, gpio, i2c, spi, pwm, adc."""
        found = ["clock", "stdio"]
        if hasattr(os, "urandom"):
            found.append("random")
        if hasattr(os, "stat"):
            found.append("files")
        machine = self._machine()
        for name, needed in _MACHINE:
            if machine and hasattr(machine, needed):
                found.append(name)
        return found

    # Clock

    def monotonic(self):
        """Nanoseconds since some moment; it never goes back, however the counters wrap."""
        if not self._monotonic:
            from .clock import Monotonic

            self._monotonic = Monotonic(time.ticks_ms, time.ticks_us, time.ticks_diff)
        return self._monotonic.now()

    def wall(self):
        """Nanoseconds since 1970, as far as somebody has set the clock."""
        now = time.time_ns() if hasattr(time, "time_ns") else int(time.time()) * SECOND
        return now + self._epoch

    def sleep(self, duration):
        """Wait for that many nanoseconds, rounded up."""
        while duration > 0:
            part = min(duration, _HOUR)
            self.nap(part)
            duration -= part

    def nap(self, duration):
        """sleep, for an hour at most."""
        if duration >= 20000000:
            time.sleep_ms(-(-duration // 1000000))
        else:
            time.sleep_us(-(-duration // 1000))

    # Random

    def random(self, count):
        """That many bytes, as good as the hardware makes them."""
        return os.urandom(count)

    # Standard streams: objects with write(bytes) and, of stdin, readline(most)

    @property
    def stdin(self):
        return getattr(sys.stdin, "buffer", sys.stdin)

    @property
    def stdout(self):
        return getattr(sys.stdout, "buffer", sys.stdout)

    @property
    def stderr(self):
        return getattr(sys.stderr, "buffer", sys.stderr)

    def is_terminal(self, name):
        """Whether the stream ("stdin", "stdout", "stderr") is a terminal: here always."""
        return True

    def readable(self, stream):
        """Whether reading from a stream would not block."""
        try:
            import select

            poll = select.poll()
            poll.register(stream, select.POLLIN)
            return bool(poll.poll(0))
        except (ImportError, OSError, TypeError):  # a file or an object in Python is always ready
            return True

    # Files

    def entries(self, path):
        """(name, mode, inode) of what is in a directory; of a mode only the kind counts."""
        for entry in os.ilistdir(path):
            yield entry[0], entry[1], entry[2]

    def is_link(self, path):
        """Whether a path is a symbolic link."""
        return False

    def set_times(self, path, accessed, modified):
        """Set the times of a file. Raises OSError: MicroPython cannot."""
        raise OSError(95)  # EOPNOTSUPP

    # Pins and buses: objects of MicroPython's machine module, or ones that act alike

    def _machine(self):
        try:
            import machine

            return machine
        except ImportError:
            return None

    def _make(self, name):
        machine = self._machine()
        if not hasattr(machine, name):
            raise LinkError("the port %s has no machine.%s" % (self.name, name))
        return getattr(machine, name)

    def pin(self, where, mode=None, pull=None, value=None):
        """A machine.Pin. where: as machine.Pin takes it. mode: "in", "out" or None for as it is;
        pull: "up", "down" or None."""
        Pin = self._make("Pin")
        pulls = {"up": getattr(Pin, "PULL_UP", None), "down": getattr(Pin, "PULL_DOWN", None)}
        options = {}
        if value is not None:
            options["value"] = value
        if mode is None:
            return Pin(where)
        return Pin(where, Pin.OUT if mode == "out" else Pin.IN, pulls.get(pull), **options)

    def i2c(self, options):
        """A machine.I2C. options: {"id", "scl", "sda", "freq"}, pins as machine.Pin takes them."""
        return self._make("I2C")(options.get("id", 0), **self._wired(options, ("scl", "sda")))

    def spi(self, options):
        """A machine.SPI. options: {"id", "sck", "mosi", "miso", "baudrate", ...}."""
        wired = self._wired(options, ("sck", "mosi", "miso"), ("cs",))
        return self._make("SPI")(options.get("id", 0), **wired)

    def _wired(self, options, pins, ours=()):
        wired = {}
        for name in options:
            if name in pins:
                wired[name] = self.pin(options[name])
            elif name != "id" and name not in ours:
                wired[name] = options[name]
        return wired

    def pwm(self, where):
        """A machine.PWM on a pin."""
        return self._make("PWM")(self.pin(where))

    def adc(self, where):
        """A machine.ADC on a pin, or of a channel."""
        return self._make("ADC")(where if isinstance(where, int) else self.pin(where))
