"""An index of packages: a folder, or the same files behind plain HTTP.

    demo/kit/versions.json      what there is of demo:kit
    demo/kit/kit-1.2.0.wasm     a component, or a WIT package in its binary form

`:` becomes `/` in a path, and `/` of a nested package `.`: a:b:c/d is in a/b/c.d.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from .. import __version__
from ..errors import LinkError, PreflightError, ReadError, UsageError
from ..files import write_file
from ..names import parse_package, parse_range, parse_version
from .resolve import Release, Requirement

VERSIONS = "versions.json"
TIMEOUT = 20  # seconds until a server that does not answer is given up
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*\.wasm")
_HASH = re.compile(r"[0-9a-f]{64}")


class IntegrityError(PreflightError):
    """Bytes are not those that a lock file or an index names."""


def folder_of(name: str) -> str:
    """Where a package lies in an index."""
    package = parse_package(name)
    return "/".join((*package.namespaces, ".".join((package.package, *package.nested))))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_index(location: str, cache: Path, offline: bool = False) -> Index:
    """The index at a folder or URL. Raises UsageError for a URL of another kind, or no folder."""
    if location.startswith(("http://", "https://")):
        return HttpIndex(location, cache, offline)
    if "://" in location:
        raise UsageError(
            f"expected a folder or an http URL as index, found {location}",
            hint='index = "packages" or index = "https://..."',
        )
    if not Path(location).is_dir():
        raise UsageError("the index is no folder", file=location)
    return Index(location)


class Index:
    """Packages in a folder. location: its path."""

    def __init__(self, location: str) -> None:
        self.location = location

    def read(self, path: str) -> bytes | None:
        """A file of the index, or None if it has none such. Raises LinkError."""
        try:
            return (Path(self.location) / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise LinkError(
                f"cannot be read: {error.strerror}", file=f"{self.location}/{path}"
            ) from None

    def releases(self, name: str) -> list[Release] | None:
        """All versions of a package, or None if it is not here. Raises ReadError, LinkError."""
        path = f"{folder_of(name)}/{VERSIONS}"
        data = self.read(path)
        if data is None:
            return None
        where = f"{self.location}/{path}"
        try:
            table = json.loads(data)
            if table["name"] != name:
                raise ValueError(f'it is about "{table["name"]}"')
            return [self._release(name, text, entry) for text, entry in table["versions"].items()]
        except PreflightError as error:
            raise ReadError(error.message, file=where, hint=error.hint) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReadError(f"expected the versions of {name}: {error!r}", file=where) from None

    def _release(self, name: str, text: str, entry: dict) -> Release:
        if not _FILE.fullmatch(entry["file"]) or not _HASH.fullmatch(entry["sha256"]):
            raise ValueError(f"the file or hash of {text}")
        if entry["kind"] not in ("component", "wit"):
            raise ValueError(f"the kind of {text}")
        wants = tuple(
            Requirement(str(parse_package(other)), parse_range(range_), index=self.location)
            for other, range_ in entry["dependencies"].items()
        )
        file = f"{folder_of(name)}/{entry['file']}"
        return Release(
            name, parse_version(text), entry["kind"], self.location, file, entry["sha256"], wants
        )

    def names(self) -> list[str]:
        """Names of all packages that are here; none where that cannot be listed."""
        found = []
        for path in sorted(Path(self.location).rglob(VERSIONS)):
            try:
                found.append(json.loads(path.read_bytes())["name"])
            except (ValueError, KeyError, TypeError, OSError):
                continue  # it is an error when that package is wanted
        return found


class HttpIndex(Index):
    """The same, behind HTTP. Lists of versions are kept, so that it works offline later."""

    def __init__(self, location: str, cache: Path, offline: bool) -> None:
        super().__init__(location.rstrip("/"))
        self.cache = cache / "index" / sha256(self.location.encode())[:16]
        self.offline = offline

    def read(self, path: str) -> bytes | None:
        url, kept = f"{self.location}/{path}", self.cache / path
        if self.offline:
            if not kept.is_file():
                raise LinkError("is not kept here", file=url, hint="run once without --offline")
            return kept.read_bytes()
        request = urllib.request.Request(url, headers={"User-Agent": f"wrt-micro/{__version__}"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                data = answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise LinkError(f"the server answers {error.code} {error.reason}", file=url) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise LinkError(
                f"cannot be fetched: {reason}",
                file=url,
                hint="--offline takes what was fetched before",
            ) from None
        if path.endswith(VERSIONS):
            keep(kept, data)
        return data

    def names(self) -> list[str]:
        return []


def keep(path: Path, data: bytes) -> None:
    """Put a file into the cache, whole or not at all. One that cannot be written is no cache."""
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        return


def add_release(folder: Path, release: Release, data: bytes) -> Path:
    """Write a package into the index in a folder; its file.

    Raises UsageError if there is that version already, with other bytes.
    """
    place = folder / folder_of(release.name)
    path = place / VERSIONS
    table = {"name": release.name, "versions": {}}
    if path.exists():
        Index(str(folder)).releases(release.name)  # refuses what is damaged
        table = json.loads(path.read_bytes())
    text = str(release.version)
    known = table["versions"].get(text)
    name = Path(release.file).name or f"{parse_package(release.name).package}-{text}.wasm"
    file = place / name
    if known and known["sha256"] != sha256(data):
        raise UsageError(
            f"{release} is in the index already, with other bytes",
            file=str(path),
            hint="a published version never changes: give this one a new number",
        )
    write_file(file, data, folders=True)
    table["versions"][text] = {
        "file": file.name,
        "sha256": sha256(data),
        "kind": release.kind,
        "dependencies": {r.name: str(r.range) for r in release.dependencies},
    }
    ordered = sorted(table["versions"].items(), key=lambda item: parse_version(item[0]))
    table["versions"] = dict(ordered)
    write_file(path, json.dumps(table, indent=2) + "\n")
    return file
