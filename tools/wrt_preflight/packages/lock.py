"""The lock file, wrt-micro.lock: the versions that were chosen, and the hashes of their files."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from ..errors import PreflightError, ReadError
from ..files import write_file
from ..names import parse_range, parse_version
from .resolve import Release, Requirement

LOCK_FILE = "wrt-micro.lock"
FORMAT = 1
HEAD = "Written by wrt-micro lock; do not edit."


@dataclass(frozen=True, slots=True)
class Lock:
    """All that was chosen, by name and version."""

    releases: tuple[Release, ...] = ()

    @property
    def versions(self) -> frozenset:
        """(name, version) of each."""
        return frozenset((release.name, release.version) for release in self.releases)


def lock_file(project: Path) -> Path:
    """The lock file that belongs to a project file."""
    return project.with_name(LOCK_FILE)


def read_lock(path: Path) -> Lock | None:
    """A lock file, or None if there is none. Raises ReadError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"expected TOML: {error}", file=str(path)) from None
    try:
        if table["format"] != FORMAT:
            raise ReadError(f"expected format {FORMAT}, found {table['format']!r}")
        return Lock(tuple(_release(entry, path.parent) for entry in table.get("package", ())))
    except PreflightError as error:
        raise ReadError(error.message, file=str(path), hint=_HINT) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ReadError(f"expected a lock file: {error!r}", file=str(path), hint=_HINT) from None


_HINT = "take it from version control, or remove it and run wrt-micro lock"


def _release(entry: dict, folder: Path) -> Release:
    wants = tuple(
        Requirement(name, parse_range(range_)) for name, range_ in entry["dependencies"].items()
    )
    source = entry["source"]
    if "://" not in source:
        source = os.path.normpath(folder / source)
    return Release(
        entry["name"],
        parse_version(entry["version"]),
        entry["kind"],
        source,
        entry.get("file", ""),
        entry.get("sha256"),
        wants,
    )


def write_lock(path: Path, lock: Lock) -> bool:
    """Write a lock file; whether that changed it."""
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    document["format"] = FORMAT
    packages = tomlkit.aot()
    for release in lock.releases:
        entry = tomlkit.table()
        entry["name"] = release.name
        entry["version"] = str(release.version)
        entry["kind"] = release.kind
        entry["source"] = _relative(release.source, path.parent)
        if release.sha256 is not None:
            entry["file"] = release.file
            entry["sha256"] = release.sha256
        wants = tomlkit.inline_table()
        wants.update({r.name: str(r.range) for r in release.dependencies})
        entry["dependencies"] = wants
        packages.append(entry)
    document["package"] = packages
    text = tomlkit.dumps(document)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_file(path, text)
    return True


def _relative(source: str, folder: Path) -> str:
    """Folders are written relative to the lock file, so that the project can be moved."""
    if "://" in source:
        return source
    return Path(os.path.relpath(source, folder)).as_posix()
