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
from wrt_preflight.native import ARCHITECTURES


class Interp(Peer):
    name = "wrt-micro"
    about = "this project's interpreter in viper, on MicroPython"
    engine = "interp"

    def version(self) -> str:
        if interpreter().interpreter is None:
            raise Unavailable("this MicroPython has no native code emitter")
        return f"wrt-micro {__version__}"

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "program.wrt"
            self.write(benchmark.path, file)
            arguments = [str(file), self.engine, str(n)]
            try:
                script = HERE / "time_image.py"
                done = interpreter().run(
                    script, arguments, heap=HEAP, timeout=TIMEOUT, capture=True
                )
            except PreflightError as error:
                raise Unavailable(error.message) from None
        return parse(done, benchmark)

    def write(self, program: Path, file: Path) -> None:
        file.write_bytes(image(program))


class Native(Interp):
    name = "wrt-micro native"
    about = "machine code that this project made with LLVM, on MicroPython"
    engine = "native"

    def version(self) -> str:
        if interpreter().arch not in ARCHITECTURES:
            raise Unavailable("no machine code is made for this MicroPython")
        return f"wrt-micro {__version__}"

    def write(self, program: Path, file: Path) -> None:
        native = built(program, interpreter().arch)
        file.write_bytes(native.image.data)
        file.with_name(f"{file.stem}_native.mpy").write_bytes(native.module)


class Portable(Interp):
    name = "wrt-micro portable"
    about = "this project's interpreter in plain Python, on MicroPython"
    engine = "portable"
    slow = True

    def version(self) -> str:
        interpreter()
        return f"wrt-micro {__version__}"


def image(path: Path) -> bytes:
    """The image of a program, in register code."""
    return built(path).image.data


@cache
def built(path: Path, native: str | None = None) -> pipeline.Built:
    try:
        return pipeline.build(pipeline.read_input(str(path)), LowerOptions(native=native))
    except PreflightError as error:
        raise Unavailable(error.message) from None
