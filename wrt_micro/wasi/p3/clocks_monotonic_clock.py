# wasi:clocks/monotonic-clock of 0.3.

from ...concurrent import sleep_ms

NEEDS = ("clock",)
MOST_MS = 3600000  # at once: MicroPython's counters wrap


def make(wasi):
    """The functions of a program."""
    port = wasi.port

    async def wait(when):
        left = when - port.monotonic()
        while left > 0:
            await sleep_ms(min(-(-left // 1000000), MOST_MS))
            left = when - port.monotonic()

    def wait_until(when):
        if when > port.monotonic():
            return wait(when)

    return {
        "now": port.monotonic,
        "get-resolution": lambda: port.resolution,
        "wait-until": wait_until,
        "wait-for": lambda duration: wait_until(port.monotonic() + duration),
    }
