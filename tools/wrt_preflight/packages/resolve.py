"""Chooses versions: for each package the newest that fits everybody who wants it.

Of each package there is one version for each `canonversion` (1, 2, 0.3): what is compatible is
shared, and what is not stands side by side. The search is deterministic, and goes back on a
choice that leads nowhere. When it fails it says who wants what, and through whom.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import LinkError
from ..names import Range, Version

# Choices that are tried before the search gives up.
MAX_STEPS = 20_000


class UnknownPackage(LinkError):
    """No index has a package of that name."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A dependency as a project file has it. path, index: where to look, or None."""

    name: str
    range: Range
    path: Path | None = field(default=None, compare=False)
    index: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.name} {self.range}"


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a package. kind: "component" or "wit".

    source: the index or folder that it is from. file: its file there. sha256: of that file, None
    of a folder that is under development. Two indexes may have the same release.
    """

    name: str
    version: Version
    kind: str = "component"
    source: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    sha256: str | None = None
    dependencies: tuple[Requirement, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What only one release of a resolution can have."""
        return self.name, self.version.canonical

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(eq=False, slots=True)
class Want:
    """A requirement and who has it: a chain of releases from the project on."""

    requirement: Requirement
    chain: tuple[Release, ...]

    def has_name_of(self, other: Want) -> bool:
        return self.requirement.name == other.requirement.name

    def __str__(self) -> str:
        return f"{' -> '.join(map(str, self.chain))} wants {self.requirement.range}"


@dataclass(eq=False, slots=True)
class _Choice:
    """A step of the search. candidates: those that are left. undo: the agenda's length before.

    unknown: why there never was a candidate.
    """

    candidates: Iterator[Release]
    undo: int
    unknown: UnknownPackage | None = None
    added: Release | None = None


@dataclass(slots=True)
class _Failure:
    depth: int = -1
    want: Want | None = None
    wants: list[Want] = field(default_factory=list)
    unknown: UnknownPackage | None = None


Releases = Callable[[Requirement], Sequence[Release]]


def resolve(
    root: Release, releases: Releases, prefer: frozenset[tuple[str, Version]] = frozenset()
) -> list[Release]:
    """The releases that a project needs, without itself, by name and version.

    releases: all there are of what a requirement names. prefer: (name, version) to take where
    they fit, those of a lock file. Raises LinkError.
    """
    agenda = [Want(requirement, (root,)) for requirement in root.dependencies]
    chosen: dict[tuple[str, str], Release] = {}
    choices: list[_Choice] = []
    failure = _Failure()
    steps = 0
    while len(choices) < len(agenda):
        want = agenda[len(choices)]
        try:
            found = _candidates(want.requirement, releases, chosen, prefer)
            choices.append(_Choice(iter(found), len(agenda)))
        except UnknownPackage as error:
            choices.append(_Choice(iter(()), len(agenda), error))
        while choices:
            steps += 1
            if steps > MAX_STEPS:
                raise LinkError(
                    f"no versions that fit were found in {MAX_STEPS:,} steps: {want.requirement}",
                    hint="narrow the ranges in the project file",
                )
            choice = choices[-1]
            want = agenda[len(choices) - 1]
            if choice.added:
                del chosen[choice.added.key]
                choice.added = None
            del agenda[choice.undo :]
            release = _next(choice, chosen)
            if release is None:
                if len(choices) > failure.depth:
                    others = [w for w in agenda[: len(choices) - 1] if w.has_name_of(want)]
                    failure = _Failure(len(choices), want, others, choice.unknown)
                choices.pop()
                continue
            if chosen.get(release.key) != release:
                chosen[release.key] = choice.added = release
                chain = (*want.chain, release)
                agenda += [Want(requirement, chain) for requirement in release.dependencies]
            break
        else:
            raise _explain(failure, releases)
    _refuse_circles(root, chosen)
    return sorted(chosen.values(), key=lambda r: (r.name, r.version))


def _candidates(
    requirement: Requirement,
    releases: Releases,
    chosen: dict[tuple[str, str], Release],
    prefer: frozenset[tuple[str, Version]],
) -> list[Release]:
    fits = [r for r in releases(requirement) if r.version in requirement.range]
    fits.sort(key=lambda r: r.version, reverse=True)
    fits.sort(key=lambda r: (r.name, r.version) not in prefer)
    fits.sort(key=lambda r: chosen.get(r.key) != r)
    return fits


def _next(choice: _Choice, chosen: dict[tuple[str, str], Release]) -> Release | None:
    """The next candidate beside which no other of its `canonversion` was chosen."""
    for release in choice.candidates:
        if chosen.get(release.key, release) == release:
            return release
    return None


def _explain(failure: _Failure, releases: Releases) -> LinkError:
    """Why there is no solution: the point that the search got to and not beyond."""
    want = failure.want
    if failure.unknown:
        failure.unknown.message += f"\n  {want}"
        return failure.unknown
    requirement = want.requirement
    there = sorted(releases(requirement), key=lambda r: r.version)
    versions = ", ".join(str(r.version) for r in there)
    if not any(r.version in requirement.range for r in there):
        near = difflib.get_close_matches(
            str(requirement.range), [str(r.version) for r in there], 1
        )
        return LinkError(
            f"no version of {requirement.name} fits\n  {want}\n  there are {versions}",
            hint=f"{near[0]} is near" if near else "another range, or a newer index",
        )
    lines = "".join(f"\n  {w}" for w in (*failure.wants, want))
    return LinkError(
        f"no version of {requirement.name} fits all who want it{lines}\n  there are {versions}",
        hint="wider ranges in one of these, or versions of them that agree: wrt-micro tree",
    )


def _refuse_circles(root: Release, chosen: dict[tuple[str, str], Release]) -> None:
    """Raises LinkError if a package depends on itself, through whom ever."""
    done: set[tuple[str, str]] = set()
    path: list[Release] = []

    def visit(release: Release) -> None:
        if release in path or release is not root and release.name == root.name:
            circle = [*path[path.index(release) if release in path else 0 :], release]
            raise LinkError(
                f"packages depend on each other in a circle: {' -> '.join(map(str, circle))}",
                hint="move what both need into a package of its own",
            )
        if release.key in done:
            return
        path.append(release)
        for requirement in release.dependencies:
            visit(provider(requirement, chosen.values()))
        path.pop()
        done.add(release.key)

    visit(root)


def provider(requirement: Requirement, chosen: Iterator[Release] | Sequence[Release]) -> Release:
    """Which of the chosen releases a requirement gets: the newest that fits."""
    return max(
        (r for r in chosen if r.name == requirement.name and r.version in requirement.range),
        key=lambda r: r.version,
    )
