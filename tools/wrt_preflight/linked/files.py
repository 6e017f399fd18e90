"""The compiled files of a linked runtime, kept in the cache folder by what they are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from ..image import Contents
from ..mpy_compile import keep, runtime_source
from .link import link

_TOOLS = Path(__file__).parents[1]


def linked_files(
    image: Contents,
    form: str,
    compiler: Collection[str] = (),
    options: Collection[str] = (),
    platform: str = "",
    host: str = "",
    name: str = "",
) -> dict[str, bytes]:
    """The files of the runtime that is linked for an image, by name, the main module's first.

    compiler: options of mpy-cross. name: of the main module; if it is left out, `wrt_` and eight
    digits that only these files have. The rest is as for `link`.
    Raises UnlinkableError, and MicroPythonError if a file does not compile.
    """
    options, compiler = sorted(options), (*compiler, "-O3")
    made_of = (image.data, form, compiler, options, platform, host, name, sources_digest())
    digest = hashlib.sha256(repr(made_of).encode()).hexdigest()
    name = name or f"wrt_{digest[:8]}"

    def make() -> tuple[dict[str, str], dict[str, bytes]]:
        linked = link(image, form, name, options, platform, host)
        sources = {f"{module}.py": text for module, text in linked.modules.items()}
        return sources, {f"{name}.txt": linked.texts}

    folder = keep(f"linked-{digest[:24]}", make, compiler)
    first = f"{name}.mpy"
    names = sorted((path.name for path in folder.iterdir()), key=lambda n: (n != first, n))
    return {name: folder.joinpath(name).read_bytes() for name in names}


@cache
def sources_digest() -> str:
    """A digest of the runtime's sources, and of what links them."""
    digest = hashlib.sha256()
    for folder in (runtime_source(), _TOOLS / "linked"):
        for path in sorted(folder.rglob("*.py*")):
            if path.suffix in (".py", ".pyi"):
                digest.update(path.read_bytes())
    for name in ("firmware_names.py", "integers.py", "modules.py", "runtime.py"):
        digest.update(_TOOLS.joinpath(name).read_bytes())
    return digest.hexdigest()
