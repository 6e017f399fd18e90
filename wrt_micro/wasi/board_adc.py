# wrt:board/adc: voltages on pins that were given as adc.

from ..trap import ComponentError

NEEDS = ("adc",)


def make(wasi):
    """The resource type."""

    class Input:
        """An analog input."""

        def __init__(self, where):
            self._adc = wasi.port.adc(where)

        def open(name):
            given = wasi.granted("adc", name)
            if given is None:
                raise ComponentError("not-allowed")
            try:
                return Input(given)
            except (ValueError, TypeError, OSError):
                pass
            raise ComponentError("not-available")

        def read(self):
            return self._adc.read_u16()

    return {"input": Input}
