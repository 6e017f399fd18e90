"""The runtime as packages for mip, MicroPython's package manager.

`package.json` at the root of the repository has the sources, with the portable engine: what
`mpremote mip install github:...` gets. `make dist` makes a folder for each architecture, with the
interpreter in machine code, compiled: `mpremote mip install dist/armv6m_6.3/package.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import __version__
from .micropython import MicroPython
from .mpy_compile import (
    ENGINE_FORMS,
    INTERPRETERS,
    MPY_SUB_VERSION,
    MPY_VERSION,
    compile_mpy,
    runtime_source,
)

# What boards have. Each of a Cortex-M runs armv6m; those from M3 on run armv7m, which is faster.
ARCHITECTURES = ("armv6m", "armv7m", "rv32imc", "xtensa", "xtensawin", "x64")
PACKAGE = "package.json"


def root_package() -> dict:
    """The package of sources, as package.json has it."""
    names = [f"wrt_micro/{path}" for path in _files("portable")]
    return {"urls": [[name, name] for name in names], "version": __version__}


def write_packages(folder: Path) -> Iterator[Path]:
    """Make the folder of each architecture in `folder`: the compiled files and package.json.

    Yields each folder when it is complete. Raises MicroPythonError if a file does not compile.
    """
    for arch in ARCHITECTURES:
        made = folder / f"{arch}_{MPY_VERSION}.{MPY_SUB_VERSION}"
        _write_package(made, arch)
        yield made


def _write_package(folder: Path, arch: str) -> None:
    source = runtime_source()
    options = MicroPython((), "micropython", (), MPY_VERSION, arch, arch == "x64").mpy_options()
    urls = []

    def place(path: str) -> None:
        target = Path("wrt_micro", path).with_suffix(".mpy")
        folder.joinpath(target).parent.mkdir(parents=True, exist_ok=True)
        compile_mpy(source / path, folder / target, options, f"wrt_micro/{path}")
        urls.append([target.as_posix()] * 2)

    with ThreadPoolExecutor() as pool:
        list(pool.map(place, _files(INTERPRETERS[arch])))
    package = {"urls": sorted(urls), "version": __version__}
    (folder / PACKAGE).write_text(_text(package), encoding="utf-8")


def _files(form: str) -> list[str]:
    """The runtime's files, as in its sources, with one engine."""
    source = runtime_source()
    found = []
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).parts
        engine = parts[1] if parts[0] == "engine" and len(parts) > 2 else None
        if engine not in ENGINE_FORMS or engine == form:
            found.append("/".join(parts))
    return found


def _text(package: dict) -> str:
    """JSON with a line for each file."""
    urls = ",\n".join(f"    {json.dumps(pair)}" for pair in package["urls"])
    return f'{{\n  "urls": [\n{urls}\n  ],\n  "version": "{package["version"]}"\n}}\n'


def main(arguments: list[str]) -> int:
    """`python -m wrt_preflight.mip FILE` writes package.json; `... dist FOLDER` the packages."""
    if len(arguments) == 2 and arguments[0] == "dist":
        for made in write_packages(Path(arguments[1])):
            size = sum(path.stat().st_size for path in made.rglob("*.mpy"))
            print(f"{made}: {size:,} bytes")
        return 0
    if len(arguments) == 1:
        Path(arguments[0]).write_text(_text(root_package()), encoding="utf-8")
        return 0
    print(main.__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
