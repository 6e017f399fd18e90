"""Which provider satisfies which import (Explainer.md, Canonical Interface Name)."""

from __future__ import annotations

from collections.abc import Iterable

from .extern import InterfaceName
from .semver import Version, oldest


def compatible(provided: Version, wanted: Version) -> bool:
    """Whether a version may stand in for another: the same `canonversion`, and not older.

    A pre-release stands in for pre-releases of its own numbers only, since nothing is promised
    about it to anybody else.
    """
    if provided.canonical != wanted.canonical or provided < wanted:
        return provided == wanted
    return not provided.pre or provided.numbers == wanted.numbers and bool(wanted.pre)


def satisfies(provided: InterfaceName, wanted: InterfaceName) -> bool:
    """Whether an export can be what an import wants, by their names."""
    if provided.unversioned != wanted.unversioned:
        return False
    if provided.track is None or wanted.track is None:
        return provided.track == wanted.track
    if provided.version is None:  # of a canonical name all that is known
        return provided.track == wanted.track
    return compatible(provided.version, wanted.version or oldest(wanted.track))


def best(provided: Iterable[InterfaceName], wanted: InterfaceName) -> InterfaceName | None:
    """The provider to take: the one of exactly that name, else the newest that satisfies."""
    found = [name for name in provided if satisfies(name, wanted)]
    if wanted in found:
        return wanted
    return max(found, key=lambda name: name.version or oldest(name.track or "0.0.0"), default=None)
