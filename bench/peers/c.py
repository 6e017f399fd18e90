"""The C programs of the benchmarks, compiled for this machine."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from bench.peers.base import Peer, Sample, Unavailable, timed
from bench.suite import Benchmark

FLAGS = ("-O2", "-shared", "-fPIC", "-ffreestanding", "-ffp-contract=off")


class C(Peer):
    name = "C"
    about = "the same program in C, compiled by gcc -O2"

    def version(self) -> str:
        text = subprocess.run([compiler(), "--version"], capture_output=True, text=True).stdout
        return text.partition("\n")[0]

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        return timed(load(benchmark), benchmark, n)


def compiler() -> str:
    found = shutil.which("gcc")
    if not found:
        raise Unavailable("gcc is not installed")
    return found


@cache
def load(benchmark: Benchmark):
    source = benchmark.path.with_suffix(".c")
    if not source.exists():
        raise Unavailable("there is no C source of this program here")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "program.so"
        done = subprocess.run(
            [compiler(), *FLAGS, str(source), "-o", str(library)], capture_output=True, text=True
        )
        if done.returncode:
            raise Unavailable(f"gcc does not compile it: {done.stderr.splitlines()[0]}")
        run = ctypes.CDLL(str(library)).run
    run.argtypes = [ctypes.c_int32]
    run.restype = ctypes.c_uint64 if benchmark.bits == 64 else ctypes.c_uint32
    return run
