"""Installs packages into a folder as the device wants them: an image of each, and an index.

wrt_micro/packages.py reads it. Images are not composed here: a package that several others
import from is there once, and can be replaced by a newer version without them.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from ..errors import ReadError
from ..files import write_file
from ..functions import exports, imports
from ..image import Contents
from ..lower import LowerOptions
from ..pipeline import Input, build
from .lock import Lock
from .resolve import Release
from .workspace import Workspace

INDEX = "index.json"


def install(
    workspace: Workspace,
    lock: Lock,
    folder: Path,
    options: LowerOptions,
    features: Collection[str] = (),
) -> list[tuple[Release, Path, int]]:
    """Write the images of a project and of all it depends on: (package, file, bytes) of each.

    What is installed there already stays. Raises ReadError, and what building raises.
    """
    index = _read(folder / INDEX)
    written = []
    for release in (*(r for r in lock.releases if r.kind == "component"), workspace.root):
        if release is workspace.root and workspace.project.component is None:
            continue
        name, data, text = workspace.data_of(release)
        image = build(Input("component", data, name, None, text), options, features).image
        file = folder / f"{_file_name(release.name)}-{release.version}.wrt"
        write_file(file, image.data, folders=True)
        index.setdefault(release.name, {})[str(release.version)] = _entry(file.name, image)
        written.append((release, file, len(image.data)))
    write_file(folder / INDEX, json.dumps(index, sort_keys=True), folders=True)
    return written


def _file_name(name: str) -> str:
    """A file name that every file system takes: "acme.tools.math_sets" of acme:tools:math/sets."""
    return name.replace(":", ".").replace("/", "_")


def _entry(file: str, image: Contents) -> dict:
    return {
        "file": file,
        "imports": list(dict.fromkeys(f.interface or f.name for f in imports(image))),
        "exports": list(dict.fromkeys(f.interface for f in exports(image) if f.interface)),
    }


def _read(path: Path) -> dict:
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise ReadError(f"expected an index of packages: {error}", file=str(path)) from None
    if not isinstance(index, dict):
        raise ReadError("expected an index of packages: a table", file=str(path))
    return index
