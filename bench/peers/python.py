"""The same algorithms in Python and in viper, on MicroPython itself."""

from __future__ import annotations

import subprocess

from bench.peers.base import Peer, Sample, Unavailable, unsigned
from bench.suite import HERE, Benchmark
from wrt_preflight import micropython
from wrt_preflight.mpy_compile import MicroPythonError

HEAP = 8 << 20
TIMEOUT = 120


def interpreter() -> micropython.MicroPython:
    """The unix port. Raises Unavailable where there is none."""
    try:
        found = micropython.find()
    except MicroPythonError as error:
        raise Unavailable(error.message) from None
    if found.name != "micropython":
        raise Unavailable("no MicroPython here")
    return found


def parse(done: subprocess.CompletedProcess[str], benchmark: Benchmark) -> Sample:
    """The answer of a timing script: `result microseconds`, the last line of its output."""
    words = done.stdout.split()
    if done.returncode or len(words) < 2:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(lines[-1] if lines else f"exit status {done.returncode}")
    return Sample(unsigned(int(words[-2]), benchmark), float(words[-1]) / 1e6)


class Python(Peer):
    name = "MicroPython"
    about = "the same algorithm in Python, as MicroPython bytecode"
    folder = "python"

    def version(self) -> str:
        return f"MicroPython {'.'.join(map(str, interpreter().version))} (unix port)"

    def measure(self, benchmark: Benchmark, n: int) -> Sample:
        if not (HERE / self.folder / f"{benchmark.name}.py").exists():
            raise Unavailable(f"no {self.name} version of this program")
        command = [*interpreter().command, "-X", f"heapsize={HEAP}", "time_python.py"]
        try:
            done = subprocess.run(
                [*command, self.folder, benchmark.name, str(n)],
                cwd=HERE,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"it did not end within {TIMEOUT} seconds") from None
        return parse(done, benchmark)


class Viper(Python):
    name = "viper"
    about = "the same algorithm in MicroPython's viper, machine code on machine words"
    folder = "viper"

    def version(self) -> str:
        if interpreter().arch is None:
            raise Unavailable("this MicroPython has no native code emitter")
        return super().version()
