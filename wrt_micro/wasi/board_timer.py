# wrt:board/timer: something to do at equal distances in time.

from .p2.io_poll import Pollable

NEEDS = ("clock",)


def make(wasi):
    """The resource type."""
    port = wasi.port

    class Timer:
        """Ends a period each `period` nanoseconds, from when it was made."""

        def __init__(self, period):
            if not period:
                raise ValueError("wrt:board/timer: a period of 0 microseconds")
            self._period = period * 1000
            self._next = port.monotonic() + self._period

        def wait(self):
            """Wait for the end of a period: how many have ended since the last wait."""
            port.sleep(self._next - port.monotonic())
            while port.monotonic() < self._next:  # sleeping may end early
                port.sleep(self._next - port.monotonic())
            passed = 1 + (port.monotonic() - self._next) // self._period
            self._next += passed * self._period
            return passed

        def subscribe(self):
            return Pollable(port, self._next)

    return {"timer": Timer}
