"""Instructions of native code on 32-bit processors, against C compiled for the same processor.

`python -m bench.native_counts`: both run on an emulated processor that counts. The C is that of
bench/programs, from which the WebAssembly is made, too; it is compiled by gcc -O2 and linked with
the compiler's own libraries. Exact and the same everywhere; cycles are another matter.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from math import prod
from pathlib import Path

import click
from elftools.elf.elffile import ELFFile
from rich.console import Console
from rich.table import Table

from bench import pages
from bench.emulated import instructions as interpreter_instructions
from bench.peers.wrt_micro import built
from bench.suite import BENCHMARKS, HERE, Benchmark
from wrt_micro.function import Function
from wrt_micro.image import Image
from wrt_micro.store import Store

sys.path.append(str(HERE.parent / "tests"))
from emulated.engine import Processor as Interpreter  # noqa: E402
from emulated.machine import CODE, CODE_SIZE  # noqa: E402
from native.engine import NativeProcessor, emulation  # noqa: E402
from native.processor import Processor  # noqa: E402

# Architecture -> the C compiler, what it is to compile for, and libraries (Debian has no C library
# for RISC-V).
COMPILERS = {
    "armv6m": ("arm-none-eabi-gcc", "-mcpu=cortex-m0 -mthumb", "-lm -lc -lgcc"),
    "armv7m": ("arm-none-eabi-gcc", "-mcpu=cortex-m3 -mthumb", "-lm -lc -lgcc"),
    "rv32imc": ("riscv64-unknown-elf-gcc", "-march=rv32imc -mabi=ilp32", "-lgcc"),
}
C_CODE = CODE + CODE_SIZE // 2
C_DATA, C_DATA_SIZE = 0x3000_0000, 0x10_0000
FLAGS = (
    f"-O2 -ffreestanding -ffp-contract=off -fno-unroll-loops -nostdlib -Wl,-e,run -Wl,--no-relax "
    f"-Wl,-Ttext={C_CODE:#x} -Wl,-Tdata={C_DATA:#x} -Wl,-Tbss={C_DATA + C_DATA_SIZE // 2:#x}"
).split()


def native_instructions(architecture: str, benchmark: Benchmark, n: int) -> int:
    """Instructions that `run(n)` takes as machine code, entering and leaving it included."""
    program = built(benchmark.path, architecture)
    processor = NativeProcessor(architecture)
    image = Image(program.image.data)
    image.native = processor.module(program.module)
    with emulation(processor):
        store = Store(image)
        for index in range(store.instances):
            store.instantiate(index)
        run = Function(store, store.function(store.exports(0)["run"][1]))
        with processor.machine.instructions() as counts:
            run(n)
    return sum(counts.values())


def c_instructions(architecture: str, benchmark: Benchmark, n: int) -> int | None:
    """Instructions that the C function `run` takes; None where it cannot be compiled."""
    command, options, libraries = COMPILERS[architecture]
    source = benchmark.path.with_suffix(".c")
    if not shutil.which(command) or not source.exists():
        return None
    machine = Processor(architecture, strict=False)
    machine.reserve(C_DATA, C_DATA_SIZE)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "program.elf"
        arguments = [command, *options.split(), *FLAGS, str(source), *libraries.split()]
        arguments += ["-o", str(made)]
        if subprocess.run(arguments, capture_output=True, check=False).returncode:
            return None
        elf = ELFFile(made.open("rb"))
        for segment in elf.iter_segments("PT_LOAD"):
            machine.write(segment["p_vaddr"], segment.data())
        entry = elf["e_entry"] & ~1
    with machine.instructions() as counts:
        machine.call_c(entry, n)
    return sum(counts.values())


def measure(benchmark: Benchmark, architectures: list[str]) -> dict:
    n = benchmark.small_n
    row: dict = {"benchmark": benchmark.name, "kind": benchmark.kind}
    for name in architectures:
        native = native_instructions(name, benchmark, n)
        interpreted = interpreter_instructions(Interpreter(name, strict=False), benchmark, n)
        c = c_instructions(name, benchmark, n)
        row[name] = {
            "instructions": native,
            "c": round(native / c, 2) if c else None,
            "interp": round(interpreted / native, 1),
        }
    return row


def means(rows: list[dict], architectures: list[str]) -> list[dict]:
    """Geometric means of the ratios, one row for each kind of benchmark."""
    out = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        mean: dict = {"benchmark": f"mean, {kind}", "kind": kind}
        for name in architectures:
            cells = [row[name] for row in rows if row["kind"] == kind]
            mean[name] = {
                key: round(prod(values) ** (1 / len(values)), digits) if values else None
                for key, digits in (("c", 2), ("interp", 1))
                if (values := [cell[key] for cell in cells if cell[key]]) or True
            }
        out.append(mean)
    return out


def cells(row: dict, architectures: list[str]) -> list[str]:
    """For each architecture: instructions, how many of C's, how many the interpreter needs."""
    out = []
    for name in architectures:
        cell = row[name]
        count = cell.get("instructions")
        out += [
            f"{count:,}" if count else "",
            f"{cell['c']:.2f}" if cell["c"] else "",
            f"{cell['interp']:.1f}",
        ]
    return out


@click.command(help="Instructions of native code on 32-bit processors, against C.")
@click.argument("names", nargs=-1, metavar="[BENCHMARK]...")
@click.option("--arch", "chosen", multiple=True, type=click.Choice(list(COMPILERS)))
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the table.")
@click.option("--docs", is_flag=True, help="Also write the table into docs/engines.md.")
def main(names: tuple[str, ...], chosen: tuple[str, ...], as_json: bool, docs: bool) -> None:
    if unknown := set(names) - {b.name for b in BENCHMARKS}:
        known = ", ".join(b.name for b in BENCHMARKS)
        raise click.UsageError(f"no benchmark {', '.join(sorted(unknown))}; there are {known}")
    architectures = list(chosen or COMPILERS)
    rows = [measure(b, architectures) for b in BENCHMARKS if not names or b.name in names]
    rows += means(rows, architectures)
    head = [""]
    for name in architectures:
        head += [name, f"{name} / C", f"interp / {name}"]
    if docs:
        body = [[row["benchmark"], *cells(row, architectures)] for row in rows]
        pages.write("engines.md", "native-instructions", pages.table([head, *body]))
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(head[0] or "benchmark")
    for title in head[1:]:
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(row["benchmark"], *cells(row, architectures))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
