"""Gets the bytes of packages, and lets none pass whose hash is not the one that is locked."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import LinkError
from .index import IntegrityError, keep, open_index, sha256
from .resolve import Release

VENDOR = "vendor"


def cache_folder() -> Path:
    """Where packages are kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wrt-micro" / "packages"


class Fetcher:
    """vendor: the project's folder of vendored packages. offline: never use the network."""

    def __init__(self, vendor: Path, offline: bool = False) -> None:
        self.vendor = vendor
        self.offline = offline
        self.cache = cache_folder()

    def fetch(self, release: Release) -> bytes:
        """The file of a package: vendored, or kept from before, or from its index.

        Raises IntegrityError if it is not what was locked, LinkError if it is nowhere.
        """
        kept = self.cache / f"{release.sha256}.wasm"
        for path in (self.vendor / release.file, kept):
            if path.is_file():
                return self._checked(release, path.read_bytes(), str(path))
        where = f"{release.source}/{release.file}"
        data = open_index(release.source, self.cache, self.offline).read(release.file)
        if data is None:
            raise LinkError(f"{release} is locked, but its file is not there", file=where)
        self._checked(release, data, where)
        keep(kept, data)
        return data

    def _checked(self, release: Release, data: bytes, where: str) -> bytes:
        found = sha256(data)
        if found != release.sha256:
            raise IntegrityError(
                f"{release} is not what was locked: expected SHA-256 {release.sha256}, "
                f"found {found}",
                file=where,
                hint="somebody changed it: remove this copy, or ask its publisher; if the change "
                "is meant, wrt-micro update takes it",
            )
        return data
