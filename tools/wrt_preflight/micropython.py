"""Finds a MicroPython, prepares the runtime for it, and runs scripts under it.

What is tested and run here is what boards get: `wrt_micro` compiled by mpy-cross for the
interpreter's own architecture, not its sources.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import integers, modules, shrink
from .errors import PreflightError
from .mpy_compile import (
    ARCHITECTURES,
    ENGINE_FORMS,
    INTERPRETERS,
    MPY_SUB_VERSION,
    MPY_VERSION,
    MicroPythonError,
    keep,
    mpy_options,
    runtime_source,
)

MINIMUM = (1, 23)
_SHRINKING = [Path(room.__file__).read_bytes() for room in (shrink, integers, modules)]
_PROBE = """
import sys, json
i = sys.implementation
print(json.dumps([i.name, list(i.version)[:3], getattr(i, "_mpy", 0), sys.maxsize > 0x7fffffff]))
"""


@dataclass(frozen=True, slots=True)
class MicroPython:
    """An interpreter that runs `wrt_micro`: MicroPython's unix port, or CPython in its place.

    command: how it is started. name: "micropython" or "cpython".
    mpy_version: version of `.mpy` files that it loads; 0: none, sources only.
    arch: mpy-cross's name of the native code that it loads, or None.
    wide: words have 64 bits.
    """

    command: tuple[str, ...]
    name: str
    version: tuple[int, ...]
    mpy_version: int
    arch: str | None
    wide: bool

    @property
    def interpreter(self) -> str | None:
        """The form of the viper interpreter that runs here, or None: only `portable` does."""
        return INTERPRETERS.get(self.arch or "")

    def __str__(self) -> str:
        number = ".".join(map(str, self.version))
        name = {"micropython": "MicroPython", "cpython": "CPython"}[self.name]
        return f"{name} {number}" + (f" ({self.arch})" if self.arch else "")

    def runtime(self, script: str | Path | None = None) -> Path:
        """The folder to put on the module path: `wrt_micro`, compiled for this interpreter.

        Made once for each content and architecture, in the user's cache folder.
        script: what is to run. With WRT_LINKED=1 it gets all of the runtime linked.
        """
        source = runtime_source()
        if self.name == "cpython":
            return source.parent
        if script and os.environ.get("WRT_LINKED", "") not in ("", "0"):
            from .linked.whole import whole_runtime

            return whole_runtime(self.interpreter, self.mpy_options(), Path(script))
        files = {
            path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(source.rglob("*.py"))
            if self._wants(path, source)
        }
        # -O3: without line numbers.
        compiler = (*self.mpy_options(), "-O3") if self.mpy_version == MPY_VERSION else None
        digest = hashlib.sha256(repr((compiler, _SHRINKING, files)).encode()).hexdigest()

        def make() -> tuple[dict[str, str], dict[str, bytes]]:
            generated = tuple(f"engine/{form}/" for form in ENGINE_FORMS)
            written = {k: text for k, text in files.items() if not k.startswith(generated)}
            try:
                made = files | shrink.shrink(written)
            except SyntaxError:
                made = files  # the compiler says more about it
            return {f"wrt_micro/{path}": text for path, text in made.items()}, {}

        try:
            return keep(f"runtime-{digest[:24]}", make, compiler)
        except MicroPythonError as error:
            error.file = str(source.parent / (error.file or ""))
            raise

    def _wants(self, path: Path, source: Path) -> bool:
        """Whether a runtime file belongs here: engine forms for other architectures do not."""
        parts = path.relative_to(source).parts
        form = parts[1] if parts[0] == "engine" and len(parts) > 2 else None
        return form not in ENGINE_FORMS or form in ("portable", self.interpreter)

    def mpy_options(self) -> tuple[str, ...]:
        """Options of mpy-cross for files that this interpreter is to load."""
        return mpy_options(self.arch) if self.interpreter else ()

    def run(
        self,
        script: str | Path,
        arguments: Sequence[str] = (),
        *,
        heap: int | None = None,
        timeout: float | None = None,
        capture: bool = False,
        modules: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a script that can import `wrt_micro`.

        heap: bytes of the interpreter's heap; None is its default. CPython has no such limit.
        timeout: seconds, then MicroPythonError. capture: keep the output instead of passing on.
        modules: a folder with more modules for it.
        """
        options = ["-X", f"heapsize={heap}"] if heap and self.name == "micropython" else []
        variable = "MICROPYPATH" if self.name == "micropython" else "PYTHONPATH"
        path = [str(modules or ""), str(self.runtime(script))]
        path.append(".frozen" if self.name == "micropython" else "")
        path.append(os.environ.get(variable, ""))
        try:
            return subprocess.run(
                [*self.command, *options, str(script), *arguments],
                env=os.environ | {variable: ":".join(filter(None, path))},
                timeout=timeout,
                capture_output=capture,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise MicroPythonError(f"{self} did not end within {timeout:g} seconds") from None


def find(path: str | None = None) -> MicroPython:
    """The MicroPython to use: `path`, or the variable MICROPYTHON, or `micropython` on PATH, or
    the one from PyPI, or, where there is none of these, CPython with the portable engine.

    `path` and MICROPYTHON may also be "cpython". Raises MicroPythonError.
    """
    wanted = path or os.environ.get("MICROPYTHON")
    if wanted == "cpython":
        return probe((sys.executable,))
    if wanted:
        program = shutil.which(wanted)
        if not program:
            raise MicroPythonError(
                "expected a program that can be started",
                file=wanted,
                hint="give the path of MicroPython's unix port, or leave it out to use "
                "the one from PyPI",
            )
        return probe((program,))
    # That of PyPI lies beside this Python, whose folder need not be on PATH.
    beside = str(Path(sys.executable).parent)
    program = shutil.which("micropython") or shutil.which("micropython", path=beside)
    return probe((program or sys.executable,))


@cache
def probe(command: tuple[str, ...]) -> MicroPython:
    """Ask an interpreter what it is. Raises MicroPythonError where it cannot run `wrt_micro`."""
    if command == (sys.executable,):
        version = tuple(sys.version_info[:3])
        return MicroPython(command, "cpython", version, 0, None, sys.maxsize > 0x7FFFFFFF)
    shown = " ".join(command)
    try:
        reply = subprocess.run(
            [*command, "-c", _PROBE], capture_output=True, text=True, timeout=20, check=False
        )
        name, version, mpy, wide = json.loads(reply.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise MicroPythonError(
            "expected a MicroPython interpreter, found a program that does not act as one",
            file=shown,
        ) from None
    if name != "micropython" or tuple(version) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise MicroPythonError(
            f"expected MicroPython {wanted} or newer, found {name} {'.'.join(map(str, version))}",
            file=shown,
        )
    number = mpy >> 10 & 15
    native = mpy >> 8 & 3 == MPY_SUB_VERSION and number < len(ARCHITECTURES)
    arch = ARCHITECTURES[number] if native else None
    return MicroPython(command, name, tuple(version), mpy & 0xFF, arch, wide)


def main(arguments: Sequence[str]) -> int:
    """`python -m wrt_preflight.micropython SCRIPT [ARGUMENT...]`: run a script that imports
    wrt_micro, under the MicroPython that `find` finds. Returns its exit status.
    """
    if not arguments:
        print("usage: python -m wrt_preflight.micropython SCRIPT [ARGUMENT...]", file=sys.stderr)
        return 2
    try:
        return find().run(arguments[0], arguments[1:]).returncode
    except PreflightError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
