"""This project's engines, under MicroPython's unix port."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from bench.peers.base import Peer, Sample, Unavailable
from bench.peers.python import HEAP, TIMEOUT, interpreter, parse
from bench.suite import HERE, Benchmark
from wrt_preflight import __version__, pipeline
from wrt_preflight.errors import PreflightError
from wrt_preflight.lower import LowerOptions


class Interp(Peer):
    name = "wrt-micro"
    about = "this project's interpreter in viper, on MicroPython"
    engine = "interp"

    def version(self) -> str:
        if interpreter().interpreter is None:
            raise Unavailable("this MicroPython has no native code emitter")
        return f"wrt-micro {__version__}"

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        with tempfile.NamedTemporaryFile(suffix=".wrt") as file:
            file.write(image(benchmark.path))
            file.flush()
            arguments = [file.name, self.engine, str(n)]
            try:
                script = HERE / "time_image.py"
                done = interpreter().run(
                    script, arguments, heap=HEAP, timeout=TIMEOUT, capture=True
                )
            except PreflightError as error:
                raise Unavailable(error.message) from None
        return parse(done, benchmark)


class Portable(Interp):
    name = "wrt-micro portable"
    about = "this project's interpreter in plain Python, on MicroPython"
    engine = "portable"
    slow = True

    def version(self) -> str:
        interpreter()
        return f"wrt-micro {__version__}"


@cache
def image(path: Path) -> bytes:
    try:
        return pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image.data
    except PreflightError as error:
        raise Unavailable(error.message) from None
