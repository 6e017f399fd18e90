"""`python -m bench tasks`: what tasks, streams, futures and threads of components cost.

Against asyncio doing the same under the same MicroPython, and under CPython: wasmtime's Python
package has no async components. Peers take turns and results are compared first, as in calls.py.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable

from bench import calls
from bench.calls import HEAP, Results, Round, summary
from bench.peers.base import Unavailable
from bench.peers.python import TIMEOUT, Python, interpreter
from bench.peers.wrt_micro import Interp, Portable, image
from bench.suite import HERE, PROGRAMS

PROGRAM = PROGRAMS / "tasks.wat"
ASYNCIO = "asyncio"


def _round(done: subprocess.CompletedProcess[str]) -> Round:
    if done.returncode:
        raise Unavailable((done.stderr or done.stdout).strip().splitlines()[-1])
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (int(total), float(spent) / 1e6) for name, total, spent in lines}


def guests(engine: str) -> Round:
    """One process of the unix port. Raises Unavailable."""
    with tempfile.NamedTemporaryFile(suffix=".wrt") as file:
        file.write(image(PROGRAM))
        file.flush()
        arguments = [file.name, engine]
        script = HERE / "time_tasks.py"
        return _round(
            interpreter().run(script, arguments, heap=HEAP, timeout=TIMEOUT, capture=True)
        )


def on_asyncio() -> Round:
    """One process of the unix port. Raises Unavailable."""
    script = HERE / "time_asyncio.py"
    return _round(interpreter().run(script, [], heap=HEAP, timeout=TIMEOUT, capture=True))


def on_cpython() -> Round:
    """One process of this Python. Raises Unavailable."""
    command = [sys.executable, str(HERE / "time_asyncio.py")]
    return _round(
        subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    )


PEERS: dict[str, Callable[[], Round]] = {
    "wrt-micro": lambda: guests("interp"),
    "wrt-micro portable": lambda: guests("portable"),
    ASYNCIO: on_asyncio,
    "asyncio, CPython": on_cpython,
}


def measure(count: int, step: Callable[[str], None]) -> Results:
    """Raises Unavailable where a peer is."""
    rounds: dict[str, list[Round]] = {peer: [] for peer in PEERS}
    peers = list(PEERS)
    for number in range(count):
        start = number % len(peers)
        for peer in peers[start:] + peers[:start]:
            step(f"round {number + 1} of {count}: {peer}")
            rounds[peer].append(PEERS[peer]())
        if not number:
            calls.check(rounds, ASYNCIO)
    columns = {
        f"{peer} / {ASYNCIO}": {
            name: summary(
                [a[name][1] / b[name][1] for a, b in zip(mine, rounds[ASYNCIO], strict=True)]
            )
            for name in mine[0]
        }
        for peer, mine in rounds.items()
        if peer != ASYNCIO
    }
    versions = [Interp().version(), Portable().version(), Python().version()]
    return Results(count, list(dict.fromkeys(versions)), columns)


def note(results: Results) -> str:
    return (
        f"Time of one as a multiple of asyncio's under the same MicroPython: the median of "
        f"{results.rounds} interleaved rounds, ± the farthest of them. Less is faster. asyncio "
        "passes objects through a queue of one place, made of two events."
    )


main = calls.command("tasks", "What tasks, streams, futures and threads cost.", measure, note)
