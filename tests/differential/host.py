# The functions that modules import, the same under wasmtime, MicroPython and CPython.


class Host:
    """log: the arguments of every call, floats left out."""

    def __init__(self):
        self.log = []

    def imports(self):
        """By name, as wrt_micro.load takes them."""
        return {
            "note": self.note,
            "mix": self.mix,
            "pair": self.pair,
            "constant": self.constant,
        }

    def note(self, value):
        self.log.append(("note", value))

    def mix(self, a, b):
        self.log.append(("mix", a, b))
        return _signed(b * 0x9E3779B97F4A7C15 + a, 64)

    def pair(self, value):
        self.log.append(("pair", value))
        return _signed(value ^ value >> 7, 32), _signed(value + 1, 64)

    def constant(self, a, b):
        self.log.append(("constant",))
        return 0.1


def _signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value
