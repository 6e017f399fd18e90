# Time that does not wrap, from counters that do.

# ticks_us goes round after 2**30 microseconds at the earliest, so half of that is 536 seconds.
_EXACT_MS = 500000


class Monotonic:
    """Nanoseconds since it was made. It never goes back, as long as somebody asks every six days.

    ticks_ms, ticks_us, ticks_diff: as in MicroPython's time module.
    """

    def __init__(self, ticks_ms, ticks_us, ticks_diff):
        self._ticks_ms = ticks_ms
        self._ticks_us = ticks_us
        self._diff = ticks_diff
        self._ms = ticks_ms()
        self._us = ticks_us()
        self._ns = 0

    def now(self):
        """The nanoseconds."""
        ms, us = self._ticks_ms(), self._ticks_us()
        passed = self._diff(ms, self._ms)
        if passed < _EXACT_MS:
            passed = 1000 * self._diff(us, self._us)
        else:  # the microseconds may have gone round
            passed *= 1000000
        if passed > 0:
            self._ns += passed
            self._ms = ms
            self._us = us
        return self._ns
