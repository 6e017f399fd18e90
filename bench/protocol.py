"""How peers are measured: interleaved, results compared first, ratios only.

First every peer runs every benchmark once; its result is compared with that of wasmtime. Then, in
each round, every benchmark goes once round its peers, and a peer's time is divided by the time of
the reference peer in the same round. A ratio is the median of these quotients, its spread their
smallest and largest. So whatever slows the machine for a while slows both sides of a quotient.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.peers.base import Peer, Unavailable
from bench.peers.wasmtime import Wasmtime
from bench.profile_ops import executed
from bench.suite import Benchmark

GROUPS = ("integer", "float", "all")
ORACLE = Wasmtime()


@dataclass(frozen=True)
class Ratio:
    """Time as a multiple of the reference peer's. scaled: measured on less work."""

    median: float
    low: float
    high: float
    scaled: bool


@dataclass(frozen=True)
class Mean:
    """Geometric mean of a peer's ratios; count of total benchmarks have one."""

    ratio: float
    count: int
    total: int


@dataclass
class Results:
    """ratios: peer -> benchmark -> Ratio, or the reason why there is none."""

    reference: str
    rounds: int
    benchmarks: list[Benchmark]
    instructions: dict[str, int]
    versions: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    ratios: dict[str, dict[str, Ratio | str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def mean(self, peer: str, group: str) -> Mean | None:
        """Geometric mean over a group of GROUPS; None without a single ratio."""
        members = [b.name for b in self.benchmarks if b.kind and group in (b.kind, "all")]
        found = [r.median for name in members if isinstance(r := self.ratios[peer][name], Ratio)]
        if not found:
            return None
        return Mean(math.exp(statistics.fmean(map(math.log, found))), len(found), len(members))


def argument(peer: Peer, benchmark: Benchmark) -> int:
    return benchmark.small_n if peer.slow else benchmark.n


def compare(
    peers: list[Peer], benchmark: Benchmark, results: Results, step: Callable[[str], None]
) -> list[Peer]:
    """Run every peer once. Returns those with wasmtime's result; notes the others."""
    answers: list[tuple[Peer, int, int]] = []
    for peer in peers:
        step(f"checking {benchmark.name} on {peer.name}")
        n = argument(peer, benchmark)
        try:
            answers.append((peer, n, peer.measure(benchmark, n).result))
        except Unavailable as error:
            results.ratios[peer.name][benchmark.name] = str(error)
    expected = {n: ORACLE.measure(benchmark, n).result for n in {n for _, n, _ in answers}}
    right = []
    for peer, n, result in answers:
        if result == expected[n]:
            right.append(peer)
        else:
            text = f"wrong result: {result:#x}, expected {expected[n]:#x}"
            results.ratios[peer.name][benchmark.name] = text
            results.wrong.append(f"{benchmark.name} on {peer.name}: {text}")
    return right


def measure(
    peers: list[Peer],
    benchmarks: list[Benchmark],
    reference: str,
    rounds: int,
    step: Callable[[str], None],
) -> Results:
    """Raises Unavailable when the reference peer is."""
    counts = {(b.name, n): executed(b.wasm(), n) for b in benchmarks for n in (b.n, b.small_n)}
    results = Results(
        reference, rounds, benchmarks, {b.name: counts[b.name, b.n] for b in benchmarks}
    )
    present = []
    for peer in peers:
        try:
            results.versions[peer.name] = peer.version()
            results.ratios[peer.name] = {}
            present.append(peer)
        except Unavailable as error:
            if peer.name == reference:
                raise
            results.absent[peer.name] = str(error)

    runners = {b: compare(present, b, results, step) for b in benchmarks}
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        for benchmark in benchmarks:
            ready = runners[benchmark]
            start = number % max(len(ready), 1)
            for peer in ready[start:] + ready[:start]:
                step(f"round {number + 1} of {rounds}: {benchmark.name} on {peer.name}")
                n = argument(peer, benchmark)
                try:
                    seconds = peer.measure(benchmark, n).seconds
                except Unavailable as error:
                    results.ratios[peer.name][benchmark.name] = str(error)
                    ready.remove(peer)
                    continue
                work = counts[benchmark.name, benchmark.n] / counts[benchmark.name, n]
                times.setdefault((benchmark.name, peer.name), []).append(seconds * work)

    for benchmark in benchmarks:
        names = [peer.name for peer in runners[benchmark]]
        for peer in runners[benchmark]:
            if reference not in names:
                results.ratios[peer.name][benchmark.name] = f"{reference} does not run it"
                continue
            own = times[benchmark.name, peer.name]
            quotients = [a / b for a, b in zip(own, times[benchmark.name, reference], strict=True)]
            results.ratios[peer.name][benchmark.name] = Ratio(
                statistics.median(quotients), min(quotients), max(quotients), peer.slow
            )
    return results
