"""pywasm: an interpreter in plain Python, on CPython."""

from __future__ import annotations

import importlib.metadata
import tempfile
from functools import cache
from pathlib import Path

from bench.peers.base import Peer, Sample, Unavailable, timed
from bench.suite import Benchmark


class Pywasm(Peer):
    name = "pywasm"
    about = "pywasm, an interpreter in Python, on CPython"
    slow = True

    def version(self) -> str:
        try:
            return f"pywasm {importlib.metadata.version('pywasm')}"
        except importlib.metadata.PackageNotFoundError:
            raise Unavailable("pywasm is not installed (the bench extra has it)") from None

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        runtime, module = load(benchmark)
        return timed(lambda n: runtime.invocate(module, "run", [n])[0], benchmark, n)


@cache
def load(benchmark: Benchmark) -> tuple:
    import pywasm

    runtime = pywasm.core.Runtime()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.wasm"
        path.write_bytes(benchmark.wasm())
        return runtime, runtime.instance_from_file(str(path))
