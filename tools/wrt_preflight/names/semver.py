"""Semantic Versioning 2.0, and what is canonical of a version (Explainer.md, 🔗)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from ..errors import ReadError

# As many digits as always fit into 64 bits, which is what others keep them in.
_NUMBER = r"(?:0|[1-9][0-9]{0,18})"
_PRE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_PRE}(?:\.{_PRE})*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_CANONICAL = re.compile(rf"(?!0){_NUMBER}|0\.(?!0){_NUMBER}|0\.0\.{_NUMBER}")


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version. pre: identifiers behind the `-`. build: what stands behind the `+`, or "".

    Ordered by precedence, in which the build does not count; versions that differ in nothing but
    it are ordered by it all the same, so that the newest is always one.
    """

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()
    build: str = ""

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        if self.pre:
            text += "-" + ".".join(self.pre)
        return f"{text}+{self.build}" if self.build else text

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple:
        # A number is less than any other identifier, and no identifier at all is the most.
        pre = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre]
        return self.numbers, not self.pre, pre, self.build

    @property
    def numbers(self) -> tuple[int, int, int]:
        return self.major, self.minor, self.patch

    @property
    def canonical(self) -> str:
        """The part that compatible versions share: "1" of 1.2.3, "0.2" of 0.2.6-rc.1."""
        if self.major:
            return str(self.major)
        return f"0.{self.minor}" if self.minor else f"0.0.{self.patch}"

    @property
    def suffix(self) -> str:
        """What is left of it behind `canonical`: ".2.3" of 1.2.3."""
        return str(self)[len(self.canonical) :]


def parse_version(text: str) -> Version:
    """A version in full. Raises ReadError."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise ReadError(
            f'expected a version such as 1.2.3 or 0.2.0-rc.1, found "{text}"',
            hint="MAJOR.MINOR.PATCH, numbers without leading zeros: https://semver.org",
        )
    major, minor, patch, pre, build = found.groups()
    return Version(
        int(major), int(minor), int(patch), tuple(pre.split(".")) if pre else (), build or ""
    )


def is_canonical(text: str) -> bool:
    """Whether this is a `canonversion`: "1", "0.2", "0.0.3" or "0.0.0"."""
    return _CANONICAL.fullmatch(text) is not None


def oldest(canonical: str) -> Version:
    """The first release with this `canonversion`: 0.2.0 of "0.2"."""
    numbers = [*map(int, canonical.split(".")), 0, 0]
    return Version(*numbers[:3])
