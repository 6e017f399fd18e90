"""wasm3, the fast interpreter in C, through pywasm3."""

from __future__ import annotations

import importlib.metadata
from functools import cache

from bench.peers.base import Peer, Sample, Unavailable, timed
from bench.suite import Benchmark


class Wasm3(Peer):
    name = "wasm3"
    about = "wasm3, an interpreter in C (pywasm3)"

    def version(self) -> str:
        try:
            return f"pywasm3 {importlib.metadata.version('pywasm3')}"
        except importlib.metadata.PackageNotFoundError:
            raise Unavailable("pywasm3 is not installed") from None

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        return timed(load(benchmark)[0], benchmark, n)


@cache
def load(benchmark: Benchmark) -> tuple:
    import wasm3

    environment = wasm3.Environment()
    runtime = environment.new_runtime(65536)
    try:
        module = environment.parse_module(benchmark.wasm())
        runtime.load(module)
        function = runtime.find_function("run")
    except RuntimeError as error:
        raise Unavailable(str(error)) from None
    # A function does not keep what it runs on alive.
    return function, runtime, module, environment
