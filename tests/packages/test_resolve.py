"""The search for versions, against one that tries everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrt_preflight.errors import LinkError
from wrt_preflight.names import parse_range, parse_version
from wrt_preflight.packages import Release, Requirement, resolve

NAMES = ("t:a", "t:b", "t:c", "t:d")
VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
RANGES = ("1", "1.1", "2", "=1.0.0", "~1.0", ">=1.0, <3", "*", "3")

# Packages only want those behind them, so that there are no circles.
WANTS = st.integers(0, 3).flatmap(
    lambda i: st.dictionaries(st.sampled_from(NAMES), st.sampled_from(RANGES), max_size=i)
)
INDEXES = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from(VERSIONS), WANTS, max_size=3) for name in NAMES}
)


def requirements(wants: dict[str, str], behind: int) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(name, parse_range(text))
        for name, text in sorted(wants.items())
        if NAMES.index(name) > behind
    )


def made(index: dict) -> dict[str, list[Release]]:
    return {
        name: [
            Release(name, parse_version(text), dependencies=requirements(wants, NAMES.index(name)))
            for text, wants in versions.items()
        ]
        for name, versions in index.items()
    }


def holds(root: Release, chosen: list[Release]) -> bool:
    """Whether everybody has what it wants, and there is one of each that is compatible."""
    everybody = [root, *chosen]
    keys = [release.key for release in chosen]
    return len(set(keys)) == len(keys) and all(
        any(r.name == want.name and r.version in want.range for r in chosen)
        for release in everybody
        for want in release.dependencies
    )


def possible(root: Release, index: dict[str, list[Release]]) -> bool:
    """Whether any choice at all holds: for each package and first number one release, or none."""
    slots = [
        [None, *(r for r in releases if r.version.major == major)]
        for releases in index.values()
        for major in (1, 2)
    ]
    return any(holds(root, [r for r in choice if r]) for choice in product(*slots))


@settings(max_examples=150, deadline=None)
@given(INDEXES, WANTS)
def test_package_search_finds_what_there_is(index, wants):
    releases = made(index)
    root = Release("t:root", parse_version("1.0.0"), dependencies=requirements(wants, -1))
    try:
        found = resolve(root, lambda requirement: releases[requirement.name])
    except LinkError as error:
        assert not possible(root, releases), error
        assert " wants " in error.message
        return
    assert holds(root, found)
    assert found == resolve(root, lambda r: list(reversed(releases[r.name])))


def test_package_search_has_an_end():
    """Choices that never fit, more than anybody can wait for."""
    versions = [parse_version(f"1.{i}.0") for i in range(12)]
    names = [f"t:n{i}" for i in range(9)]
    wants = [(Requirement(name, parse_range("1")),) for name in names[1:]]
    wants.append((Requirement("t:last", parse_range("2")),))
    index = {
        name: [Release(name, version, dependencies=wants[i]) for version in versions]
        for i, name in enumerate(names)
    }
    index["t:last"] = [Release("t:last", parse_version("1.0.0"))]
    root = Release("t:root", versions[0], dependencies=(Requirement("t:n0", parse_range("1")),))
    with pytest.raises(LinkError, match="no versions that fit were found in 20,000 steps"):
        resolve(root, lambda requirement: index[requirement.name])
