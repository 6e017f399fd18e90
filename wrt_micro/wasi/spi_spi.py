# wasi:spi/spi.

from ..trap import ComponentError

NEEDS = ("spi",)
MOST = 4096  # bytes of one read


class SpiDevice:
    """A device. given: {"id", "sck", "mosi", "miso", "baudrate", ...}, and "cs" to select it."""

    def __init__(self, wasi, given):
        port = wasi.port
        self._port = port
        self._bus = port.spi(given)
        self._select = port.pin(given["cs"], "out", None, 1) if "cs" in given else None

    def _do(self, work):
        """Work while the device is selected."""
        if self._select:
            self._select.value(0)
        wrong = None
        try:
            return work()
        except OSError as error:
            wrong = str(error)
        finally:
            if self._select:
                self._select.value(1)
        raise ComponentError(("other", wrong))

    def _read(self, count):
        if count > MOST:
            raise ComponentError("overrun")
        data = bytearray(count)
        self._bus.readinto(data)
        return data

    def _transfer(self, data):
        answer = bytearray(len(data))
        self._bus.write_readinto(data, answer)
        return answer

    def read(self, count):
        return self._do(lambda: self._read(count))

    def write(self, data):
        """The draft's type is result<error>: without an error there has to be one all the same."""
        self._do(lambda: self._bus.write(data))
        return ("other", "")

    def transfer(self, data):
        return self._do(lambda: self._transfer(data))

    def transaction(self, operations):
        return self._do(lambda: [self._operation(kind, what) for kind, what in operations])

    def _operation(self, kind, what):
        if kind == "read":
            return (kind, self._read(what))
        if kind == "transfer":
            return (kind, self._transfer(what))
        if kind == "write":
            self._bus.write(what)
            return "write"
        self._port.sleep(what)
        return "delay"


def make(wasi):
    """The function and the resource type."""

    def open_device(name):
        given = wasi.granted("spi", name)
        if given is None:
            raise ComponentError(("other", "no device of that name was given to the program"))
        try:
            return SpiDevice(wasi, given)
        except (ValueError, TypeError, OSError) as error:
            wrong = str(error)
        raise ComponentError(("other", wrong))

    return {"open": open_device, "spi-device": SpiDevice}
