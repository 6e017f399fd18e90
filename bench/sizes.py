"""What the engines cost in flash and heap: `python -m bench.sizes` prints it, `--docs` writes it.

Flash is the size of the `.mpy` files that mpy-cross makes, which is what deploying copies. Heap is
what importing a module takes away on the unix port. There, machine code lies outside the heap, so
its size is a row of its own: on a board without another place for code it is heap, too.
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
from wrt_preflight.mpy_compile import INTERPRETERS, MPY_VERSION, compile_mpy, runtime_source

ARCHITECTURES = ("armv6m", "armv7m", "armv7emsp", "xtensawin", "rv32imc", "x64")
LOOPS = ("loop", "loop_f32", "loop_f64", "loop_f32_f64")
CLASSES = ("integer", "memory", "table", "f32", "f64", "exception")
MODULES = LOOPS + CLASSES

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


def totals(sizes: dict[str, int]) -> list[int]:
    """What an image needs: one without floats, bulk memory and tables; one that needs it all."""
    loop = sizes.get("loop_f32_f64", sizes["loop"])
    return [sizes["loop"], loop + sum(sizes.get(name, 0) for name in CLASSES)]


def columns(sizes: dict[str, int]) -> list[object]:
    return [*(sizes.get(name, "") for name in MODULES), *totals(sizes)]


HEAD = [*(f"`{name}`" for name in MODULES), "least", "most"]


def engine_sizes(form: str, arch: str | None) -> dict[str, int]:
    """Bytes of each module of a form of the engine, compiled for an architecture."""
    folder = runtime_source() / "engine" / form
    found = ((name, folder / f"{name}.py") for name in MODULES)
    return {name: mpy_size(path, arch) for name, path in found if path.exists()}


def flash() -> str:
    """Bytes of each engine module for each architecture, as a Markdown table."""
    forms = [(arch, INTERPRETERS[arch]) for arch in ARCHITECTURES] + [(None, "portable")]
    rows: list[list[object]] = [["architecture", "form", *HEAD]]
    for arch, form in forms:
        rows.append([arch or "any", form, *columns(engine_sizes(form, arch))])
    return table(rows)


def heap() -> str:
    """Bytes of heap after importing each module on the unix port, as a Markdown table."""
    found = micropython.find()
    if found.interpreter is None or found.mpy_version != MPY_VERSION:
        raise micropython.MicroPythonError(f"heap use is measured on a unix port, not on {found}")
    rows: list[list[object]] = [["form", "part", *HEAD]]
    for form, arch in ((found.interpreter, found.arch), ("portable", None)):
        code = engine_sizes(form, arch)
        names = [f"wrt_micro.engine.{form}.{module}" for module in code]
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
        rows.append(
            [form, "heap", *columns(dict(zip(code, (taken[name] for name in names), strict=True)))]
        )
        if arch:
            rows.append([form, "machine code", *columns(code)])
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
