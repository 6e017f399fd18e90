"""wasmtime: machine code from an optimizing compiler."""

from __future__ import annotations

import importlib.metadata
from functools import cache

from bench.peers.base import Peer, Sample, Unavailable, timed
from bench.suite import Benchmark


class Wasmtime(Peer):
    name = "wasmtime"
    about = "wasmtime, an optimizing just-in-time compiler"

    def version(self) -> str:
        try:
            return f"wasmtime {importlib.metadata.version('wasmtime')}"
        except importlib.metadata.PackageNotFoundError:
            raise Unavailable("wasmtime is not installed") from None

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        function, store = load(benchmark)
        return timed(lambda n: function(store, n), benchmark, n)


@cache
def load(benchmark: Benchmark) -> tuple:
    import wasmtime

    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module(engine, benchmark.wasm())
    return wasmtime.Instance(store, module, []).exports(store)["run"], store
