"""What every peer of the benchmarks has in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.suite import Benchmark

LEAST_CALLS, MOST_CALLS, ENOUGH_SECONDS = 3, 20, 0.03


class Unavailable(Exception):
    """A peer, or a benchmark on a peer, that cannot run here. The text says why."""


@dataclass(frozen=True)
class Sample:
    """One measurement: what `run(n)` returned, as an unsigned number, and the best time."""

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
        """The best of a few calls `run(n)`; loading and compiling are not measured.

        Raises Unavailable.
        """
        raise NotImplementedError


def unsigned(value: int, benchmark: Benchmark) -> int:
    return value % (1 << benchmark.bits)


def best(run: Callable[[int], int], benchmark: Benchmark, n: int) -> Sample:
    """Time calls in this process: the minimum, so that a busy machine disturbs it little."""
    shortest, total, calls = float("inf"), 0.0, 0
    results = set()
    while calls < LEAST_CALLS or (total < ENOUGH_SECONDS and calls < MOST_CALLS):
        start = time.perf_counter()
        result = run(n)
        seconds = time.perf_counter() - start
        results.add(unsigned(result, benchmark))
        shortest, total, calls = min(shortest, seconds), total + seconds, calls + 1
    if len(results) != 1:
        raise Unavailable(f"results differ from call to call: {sorted(results)}")
    return Sample(results.pop(), shortest)
