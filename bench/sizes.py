"""What the engines cost in flash and heap: `python -m bench.sizes` prints it, `--docs` writes it.

Flash is the size of the `.mpy` files that mpy-cross makes, which is what deploying copies. Heap is
what importing a module takes away on the unix port; there, machine code lies outside the heap, so
its size is added: on a board without a place of its own for code it comes out of the heap.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import pages
from bench.pages import table
from wrt_preflight import micropython
from wrt_preflight.errors import PreflightError
from wrt_preflight.micropython import INTERPRETERS, MPY_VERSION, compile_mpy, runtime_source

ARCHITECTURES = ("armv6m", "armv7m", "armv7emsp", "xtensawin", "rv32imc", "x64")
MODULES = ("loop", "integer", "memory", "table", "f32", "f64", "exception")

HEAP_SCRIPT = """
import gc, json, sys
sys.path.insert(0, sys.argv[1])
taken = {}
for name in sys.argv[2:]:
    gc.collect()
    before = gc.mem_alloc()
    __import__(name)
    gc.collect()
    taken[name] = gc.mem_alloc() - before
print(json.dumps(taken))
"""


def mpy_size(source: Path, arch: str | None) -> int:
    """Bytes of a module's `.mpy`; arch: mpy-cross's name, or None for bytecode."""
    options = (f"-march={arch}",) if arch else ()
    if arch == "x64":
        options += ("-msmall-int-bits=47",)
    with tempfile.NamedTemporaryFile(suffix=".mpy") as target:
        compile_mpy(source, Path(target.name), options, source.name)
        return Path(target.name).stat().st_size


def runtime_files() -> list[Path]:
    """Modules of the runtime that every core module needs: no engine form, no component."""
    source = runtime_source()
    return sorted(source.glob("*.py")) + [source / "engine" / "__init__.py"]


def flash() -> str:
    """Bytes of each engine module for each architecture, as a Markdown table."""
    engines = runtime_source() / "engine"
    rows: list[list[object]] = [["architecture", "form", *MODULES, "integer only", "all"]]
    forms = [(arch, INTERPRETERS[arch]) for arch in ARCHITECTURES] + [(None, "portable")]
    for arch, form in forms:
        sizes = [mpy_size(engines / form / f"{module}.py", arch) for module in MODULES]
        rows.append([arch or "any", form, *sizes, sum(sizes[:2]), sum(sizes)])
    return table(rows)


def heap() -> str:
    """Bytes of heap after importing each module on the unix port, as a Markdown table."""
    found = micropython.find()
    if found.interpreter is None or found.mpy_version != MPY_VERSION:
        raise micropython.MicroPythonError(f"heap use is measured on a unix port, not on {found}")
    engines = runtime_source() / "engine"
    rows: list[list[object]] = [["form", "part", *MODULES, "all"]]
    for form, arch in ((found.interpreter, found.arch), ("portable", None)):
        names = [f"wrt_micro.engine.{form}.{module}" for module in MODULES]
        with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
            script.write(HEAP_SCRIPT)
            script.flush()
            done = subprocess.run(
                [*found.command, script.name, str(found.runtime()), "wrt_micro.engine", *names],
                capture_output=True,
                text=True,
                check=True,
            )
        taken = json.loads(done.stdout)
        sizes = [taken[name] for name in names]
        rows.append([form, "heap", *sizes, sum(sizes)])
        if arch:
            codes = [mpy_size(engines / form / f"{module}.py", arch) for module in MODULES]
            rows.append([form, "and its machine code", *codes, sum(codes)])
    return table(rows)


def runtime() -> str:
    """Bytes of the rest of the runtime, which is the same everywhere."""
    return table(
        [
            ["module", "bytes"],
            *([str(f.relative_to(runtime_source())), mpy_size(f, None)] for f in runtime_files()),
            ["all", sum(mpy_size(f, None) for f in runtime_files())],
        ]
    )


def document() -> str:
    parts = {
        "Flash, bytes of `.mpy`:": flash(),
        "Heap after import on the unix port, bytes:": heap(),
        "The runtime around an engine, bytes of `.mpy`; bytecode, the same everywhere:": runtime(),
    }
    return "\n".join(f"{title}\n\n{text}" for title, text in parts.items())


def main() -> None:
    if sys.argv[1:] == ["--docs"]:
        pages.write("engines.md", "sizes", document())
    elif sys.argv[1:]:
        sys.exit("usage: python -m bench.sizes [--docs]")
    else:
        print(document(), end="")


if __name__ == "__main__":
    try:
        main()
    except PreflightError as error:
        sys.exit(str(error))
