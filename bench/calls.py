"""`python -m bench calls`: what a call across a component's boundary costs.

Against wasmtime's Python package, for the same component, and against the call of an empty Python
function in the same Python. As in protocol.py, peers take turns, results are compared first, and
only quotients of times of the same round are kept.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import call_rows, pages, report
from bench.peers.base import Unavailable
from bench.peers.python import TIMEOUT, interpreter
from bench.peers.wasmtime import Wasmtime
from bench.peers.wrt_micro import Interp, Portable, image
from bench.protocol import Ratio
from bench.suite import HERE, PROGRAMS, assemble

PROGRAM = PROGRAMS / "calls.wat"
WASMTIME = "wasmtime"
# Bytes: enough, and small enough that its pages are soon in use and cost nothing more.
HEAP = 1 << 20

# By row: the sum of the checked calls' results, and the seconds of a call.
Round = dict[str, tuple[int, float]]


def on_micropython(engine: str) -> Round:
    """One process of the unix port. Raises Unavailable."""
    with tempfile.NamedTemporaryFile(suffix=".wrt") as file:
        file.write(image(PROGRAM))
        file.flush()
        script = HERE / "time_calls.py"
        done = interpreter().run(
            script, [file.name, engine], heap=HEAP, timeout=TIMEOUT, capture=True
        )
    if done.returncode:
        raise Unavailable((done.stderr or done.stdout).strip().splitlines()[-1])
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (int(total), float(spent) / 1e6) for name, total, spent in lines}


@cache
def wasmtime_rows() -> list[tuple[str, Callable[[int], int]]]:
    from wasmtime import Engine, Store, component

    engine = Engine()
    store = Store(engine)
    linker = component.Linker(engine)
    with linker.root() as root:
        root.add_func("host-scalar", lambda store, a, b: call_rows.add(a, b))
        root.add_func("host-text", lambda store, text: len(text))
        root.add_func("host-records", lambda store, items: len(items))
    instance = linker.instantiate(store, component.Component(engine, assemble(PROGRAM)))
    items = []
    for fields in call_rows.ITEMS:
        items.append(component.Record())
        vars(items[-1]).update(fields)

    def export(name: str) -> Callable[..., int]:
        function = instance.get_func(store, name)
        return lambda *args: function(store, *args)

    return call_rows.rows(export, items)


def on_wasmtime() -> Round:
    def now() -> int:
        return int(time.thread_time() * 1e6)

    def spent(start: int) -> int:
        return now() - start

    return {
        name: (run(call_rows.CHECKED), call_rows.measure(run, now, spent) / 1e6)
        for name, run in wasmtime_rows()
    }


PEERS: dict[str, tuple[Callable[[], str], Callable[[], Round]]] = {
    "wrt-micro": (Interp().version, lambda: on_micropython("interp")),
    "wrt-micro portable": (Portable().version, lambda: on_micropython("portable")),
    WASMTIME: (Wasmtime().version, on_wasmtime),
}


@dataclass
class Results:
    """ratios: by column, then row."""

    rounds: int
    versions: list[str] = field(default_factory=list)
    ratios: dict[str, dict[str, Ratio]] = field(default_factory=dict)


def check(rounds: dict[str, list[Round]], reference: str = WASMTIME) -> None:
    """Exits if peers had different results."""
    for name, (expected, _) in rounds[reference][0].items():
        for peer, found in rounds.items():
            if found[0][name][0] != expected:
                sys.exit(f"wrong result: {name} on {peer}: {found[0][name][0]}, not {expected}")


def summary(quotients: list[float]) -> Ratio:
    return Ratio(statistics.median(quotients), min(quotients), max(quotients), False)


def compare(rounds: dict[str, list[Round]]) -> dict[str, dict[str, Ratio]]:
    """The columns of the table: each peer against wasmtime, then against an empty Python call."""
    names = [name for name in rounds[WASMTIME][0] if name != call_rows.EMPTY]
    columns: dict[str, dict[str, Ratio]] = {}
    for peer, mine in rounds.items():
        if peer != WASMTIME:
            pairs = list(zip(mine, rounds[WASMTIME], strict=True))
            columns[f"{peer} / wasmtime"] = {
                name: summary([a[name][1] / b[name][1] for a, b in pairs]) for name in names
            }
    for peer, mine in rounds.items():
        columns[f"{peer} / empty call"] = {
            name: summary([a[name][1] / a[call_rows.EMPTY][1] for a in mine]) for name in names
        }
    return columns


def measure(count: int, step: Callable[[str], None]) -> Results:
    """Raises Unavailable where a peer is."""
    versions = [version() for version, _ in PEERS.values()]
    rounds: dict[str, list[Round]] = {peer: [] for peer in PEERS}
    peers = list(PEERS)
    for number in range(count):
        start = number % len(peers)
        for peer in peers[start:] + peers[:start]:
            step(f"round {number + 1} of {count}: {peer}")
            rounds[peer].append(PEERS[peer][1]())
        if not number:
            check(rounds)
    return Results(count, list(dict.fromkeys(versions)), compare(rounds))


def rows(results: Results) -> list[list[str]]:
    names = next(iter(results.ratios.values()))
    table = [["", *results.ratios]]
    for name in names:
        table.append([name, *(report.cell(column[name]) for column in results.ratios.values())])
    return table


def note(results: Results) -> str:
    return (
        f"Time of a call as a multiple: the median of {results.rounds} interleaved rounds, ± the "
        "farthest of them. Less is faster. The empty call is one of a Python function with two "
        "parameters, under MicroPython for wrt-micro and under CPython for wasmtime."
    )


def markdown(results: Results, note: Callable[[Results], str] = note) -> str:
    return (
        f"{pages.table(rows(results))}\n{note(results)}\n\nMachine: {report.machine()}. "
        + ", ".join(results.versions)
        + ".\n"
    )


def command(
    name: str, help: str, measure: Callable, note: Callable[[Results], str]
) -> click.Command:
    """The command of a benchmark like this one: measures, prints, and writes its part of the docs.

    name: also of the JSON file, and of the part of docs/benchmarks.md.
    """

    @click.command(name, help=help)
    @click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
    @click.option(
        "--out", default=HERE.parent / "build" / "bench", type=click.Path(path_type=Path)
    )
    @click.option("--docs", is_flag=True, help="Also write the part of docs/benchmarks.md.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the table.")
    def run(rounds: int, out: Path, docs: bool, as_json: bool) -> None:
        console = Console(stderr=True)
        try:
            if console.is_terminal:
                with console.status("") as status:
                    results = measure(rounds, status.update)
            else:
                results = measure(rounds, lambda text: None)
        except Unavailable as error:
            raise click.ClickException(str(error)) from None
        text = json.dumps({"machine": report.machine(), **asdict(results)}, indent=2) + "\n"
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.json").write_text(text)
        if docs:
            pages.write("benchmarks.md", name, markdown(results, note))
        if as_json:
            print(text, end="")
            return
        output = Console()
        output.width = max(output.width, 100)
        output.print(terminal(results, note))

    return run


def terminal(results: Results, note: Callable[[Results], str] = note) -> Table:
    head, *body = rows(results)
    table = Table(caption=note(results), caption_justify="left")
    for index, name in enumerate(head):
        table.add_column(name, justify="right" if index else "left", overflow="fold")
    for row in body:
        table.add_row(*row)
    return table


main = command("calls", "What calls across the boundaries of a component cost.", measure, note)
