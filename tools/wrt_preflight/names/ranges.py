"""Ranges of versions in project files: `^1.2`, `~0.3.1`, `>=1.0, <1.5`, `=1.2.3`, `*`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ReadError
from .semver import Version, parse_version

_PART = re.compile(r"(\^|~|=|>=|<=|>|<|)\s*(\d+(?:\.\d+){0,2}(?:[-+][0-9A-Za-z.+-]+)?)")


@dataclass(frozen=True, slots=True)
class Bound:
    """low <= version < high, or <= high where `closed`; None is no bound."""

    low: Version | None
    high: Version | None
    closed: bool = False
    open_low: bool = False

    def holds(self, version: Version) -> bool:
        if self.low and (version < self.low or self.open_low and version == self.low):
            return False
        return not self.high or version < self.high or self.closed and version == self.high


@dataclass(frozen=True, slots=True)
class Range:
    """text: as it was written. All bounds hold for a version that fits."""

    text: str
    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        return self.text

    def __contains__(self, version: Version) -> bool:
        """Pre-releases only fit where the range names one of the same numbers."""
        named = {v.numbers for b in self.bounds for v in (b.low, b.high) if v and v.pre}
        if version.pre and version.numbers not in named:
            return False
        return all(bound.holds(version) for bound in self.bounds)


def parse_range(text: str) -> Range:
    """A range. A version alone means `^`: compatible with it. Raises ReadError."""
    if text.strip() == "*":
        return Range(text, ())
    return Range(text.strip(), tuple(_bound(part.strip(), text) for part in text.split(",")))


def _bound(part: str, text: str) -> Bound:
    found = _PART.fullmatch(part)
    if not found:
        raise ReadError(
            f'expected a range of versions, found "{text}"',
            hint='such as "1.2" (compatible with 1.2.0), "~1.2", ">=1.0, <1.5", "=1.2.3" or "*"',
        )
    sign, number = found.groups()
    given = re.split(r"[-+]", number, maxsplit=1)[0].count(".") + 1
    padded = ".0" * (3 - given)
    version = parse_version(number + padded)
    if sign in ("", "^"):
        return Bound(version, _next_track(version, given))
    if sign == "~":
        return Bound(version, _bump(version, min(given, 2) - 1))
    if sign == "=":
        exact = given == 3
        return Bound(version, version if exact else _bump(version, given - 1), closed=exact)
    if sign == ">=":
        return Bound(version, None)
    if sign == ">":
        return Bound(version, None, open_low=True)
    return Bound(None, version, closed=sign == "<=")


def _next_track(version: Version, given: int) -> Version:
    """The first version that is no longer compatible: 2.0.0 of 1.2.3, 0.3.0 of 0.2.1."""
    numbers = version.numbers[:given]
    first = next((i for i, number in enumerate(numbers) if number), given - 1)
    return _bump(version, first)


def _bump(version: Version, place: int) -> Version:
    numbers = [*version.numbers[:place], version.numbers[place] + 1, 0, 0]
    return Version(*numbers[:3])
