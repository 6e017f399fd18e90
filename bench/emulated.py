"""Machine instructions per WebAssembly instruction on 32-bit processors.

`python -m bench.emulated`: the interpreter's own machine code runs on emulated processors that
count; WebAssembly instructions are counted as in profile_ops. Exact and the same everywhere, so a
change of one percent is seen without any board. Cycles are another matter: they depend on the
processor's memory and pipeline.
"""

from __future__ import annotations

import json
import sys
from math import prod

import click
from rich.console import Console
from rich.table import Table

from bench import pages
from bench.peers.wrt_micro import image
from bench.profile_ops import executed
from bench.suite import BENCHMARKS, HERE, Benchmark
from wrt_micro.function import Function
from wrt_micro.image import Image
from wrt_micro.store import Store
from wrt_preflight.mpy_compile import INTERPRETERS

sys.path.append(str(HERE.parent / "tests"))
from emulated.engine import Processor, emulation  # noqa: E402
from emulated.machine import TARGETS  # noqa: E402


def instructions(processor: Processor, benchmark: Benchmark, n: int) -> int:
    """Machine instructions that `run(n)` takes, helpers of MicroPython's core not counted."""
    with emulation(processor):
        store = Store(Image(image(benchmark.path)))
    for index in range(store.instances):
        store.instantiate(index)
    run = Function(store, store.function(store.exports(0)["run"][1]))
    with processor.machine.instructions() as counts:
        run(n)
    processor.release()
    return sum(counts.values())


def measure(benchmark: Benchmark, processors: dict[str, Processor], full: bool) -> dict:
    n = benchmark.n if full else benchmark.small_n
    steps = executed(benchmark.wasm(), n)
    row: dict = {"benchmark": benchmark.name, "kind": benchmark.kind, "wasm": steps}
    for name, processor in processors.items():
        row[name] = round(instructions(processor, benchmark, n) / steps, 2)
    return row


def means(rows: list[dict], names: list[str]) -> list[dict]:
    """Geometric means, one row for each kind of benchmark."""
    out = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        these = [row for row in rows if row["kind"] == kind]
        mean: dict = {"benchmark": f"mean, {kind}", "kind": kind, "wasm": ""}
        for name in names:
            mean[name] = round(prod(row[name] for row in these) ** (1 / len(these)), 2)
        out.append(mean)
    return out


@click.command(help="Machine instructions per WebAssembly instruction on 32-bit processors.")
@click.argument("names", nargs=-1, metavar="[BENCHMARK]...")
@click.option("--arch", "chosen", multiple=True, type=click.Choice(list(TARGETS)))
@click.option("--full", is_flag=True, help="The full amount of work; takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the table.")
@click.option("--docs", is_flag=True, help="Also write the table into docs/benchmarks.md.")
def main(
    names: tuple[str, ...], chosen: tuple[str, ...], full: bool, as_json: bool, docs: bool
) -> None:
    if unknown := set(names) - {b.name for b in BENCHMARKS}:
        known = ", ".join(b.name for b in BENCHMARKS)
        raise click.UsageError(f"no benchmark {', '.join(sorted(unknown))}; there are {known}")
    processors = {name: Processor(name, strict=False) for name in chosen or TARGETS}
    benchmarks = [b for b in BENCHMARKS if not names or b.name in names]
    rows = [measure(b, processors, full) for b in benchmarks]
    rows += means(rows, list(processors))
    if docs:
        head = ["", "wasm instructions", *processors]
        body = [
            [row["benchmark"], row["wasm"], *(f"{row[p]:.1f}" for p in processors)] for row in rows
        ]
        pages.write("benchmarks.md", "instructions", pages.table([head, *body]))
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table("benchmark", "wasm instructions")
    for name in processors:
        table.add_column(f"{name} ({INTERPRETERS[name]})", justify="right")
    for row in rows:
        values = (f"{row[name]:.1f}" for name in processors)
        table.add_row(row["benchmark"], f"{row['wasm']:,}" if row["wasm"] else "", *values)
    Console().print(table)


if __name__ == "__main__":
    main()
