"""What every peer of the benchmarks has in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.suite import Benchmark

ENOUGH_SECONDS = 0.1


class Unavailable(Exception):
    """A peer, or a benchmark on a peer, that cannot run here. The text says why."""


@dataclass(frozen=True)
class Sample:
    """One measurement: what `run(n)` returned, as an unsigned number, and the time of a call."""

    result: int
    seconds: float


class Peer:
    """Something that runs the benchmarks.

    name:  in tables and plots. about: what it is, in a line.
    slow:  it gets the small argument, and its time is scaled by instructions executed.
    """

    name: str
    about: str
    slow = False

    def version(self) -> str:
        """Raises Unavailable where the peer is not installed or cannot run here."""
        raise NotImplementedError

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        """Time `run(n)`; loading and compiling are not measured.

        Raises Unavailable.
        """
        raise NotImplementedError


def unsigned(value: int, benchmark: Benchmark) -> int:
    return value % (1 << benchmark.bits)


def timed(run: Callable[[int], int], benchmark: Benchmark, n: int) -> Sample:
    """Time calls in this process, as stopwatch.py does under MicroPython. Processor time, so that
    other programs on the machine disturb it little."""
    result = run(n)
    calls, start = 0, time.thread_time()
    while time.thread_time() - start < ENOUGH_SECONDS:
        if run(n) != result:
            raise Unavailable("results differ from call to call")
        calls += 1
    return Sample(unsigned(result, benchmark), (time.thread_time() - start) / calls)
