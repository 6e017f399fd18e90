# wasi:i2c/i2c. Its draft has no function that opens a bus: a host gives buses to a program's
# functions, or the program opens them by name with wrt:board/buses.

from ...trap import ComponentError

NEEDS = ("i2c",)
MOST = 4096  # bytes of one read
_NOBODY = (5, 6, 19)  # EIO, ENXIO, ENODEV: MicroPython's ports differ in what a missing ACK is


class I2c:
    """A bus. given: {"id", "scl", "sda", "freq"}, and "addresses" of the devices that may be
    used; all of them if it is left out."""

    def __init__(self, wasi, given):
        options = {name: given[name] for name in given if name != "addresses"}
        self._bus = wasi.port.i2c(options)
        self._addresses = given.get("addresses")

    def _do(self, work, address, *args):
        if self._addresses is not None and address not in self._addresses:
            raise ComponentError(("no-acknowledge", "address"))
        if address > 0x7F:
            raise ComponentError("other")
        try:
            return work(address, *args)
        except OSError as error:
            number = error.args[0]
        if number in _NOBODY:
            raise ComponentError(("no-acknowledge", "unknown"))
        raise ComponentError("bus" if number in (16, 110) else "other")  # EBUSY, ETIMEDOUT

    def transaction(self, address, operations):
        found = []
        for i, (kind, what) in enumerate(operations):
            stop = i == len(operations) - 1
            if kind == "read":
                found.append(self._read(address, what, stop))
            else:
                self._do(self._bus.writeto, address, what, stop)
        return found

    def _read(self, address, count, stop):
        if count > MOST:
            raise ComponentError("overrun")
        return self._do(self._bus.readfrom, address, count, stop)

    def read(self, address, count):
        return self._read(address, count, True)

    def write(self, address, data):
        self._do(self._bus.writeto, address, data, True)

    def write_read(self, address, data, count):
        self._do(self._bus.writeto, address, data, False)
        return self._read(address, count, True)


def make(wasi):
    """The resource type."""
    return {"i2c": I2c}
