"""Every spec script on every engine: no directive fails, and each one skipped has its reason.

The counts of each script go into the test report as properties; docs/features.md is made of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import large, suites
from wrt_preflight import micropython
from wrt_preflight.native import ARCHITECTURES
from wrt_preflight.wast import FAILED, PASSED, SKIPPED, FileResult, Target, run_wast
from wrt_preflight.wast.known import drift_of

# WRT_STRIP=1: all of them stripped, each on an engine of its own.
STRIPPED = os.environ.get("WRT_STRIP", "") not in ("", "0")
pytestmark = [pytest.mark.conformance, pytest.mark.micropython]


def scripts(paths: list[Path]) -> list:
    """A test parameter for each script and engine."""
    return [
        pytest.param(path, engine, id=f"{suites.name_of(path)}-{engine}")
        for path in paths
        for engine in suites.engines_for(suites.name_of(path))
    ]


def target(engine: str, features: tuple[str, ...]) -> Target:
    """Where an engine runs: "cpython" is the portable one in this Python."""
    if engine == "cpython":
        return Target(micropython.find("cpython"), "portable", features=features)
    found = micropython.find()
    if found.name != "micropython" or engine != "portable" and found.arch not in ARCHITECTURES:
        pytest.skip(f"{engine} needs MicroPython's unix port: {found}")
    return Target(found, engine, heap_lock=engine != "portable", features=features)


def run(path: Path, engine: str, cache: Path, as_deployed: bool = STRIPPED) -> FileResult:
    """Run one script."""
    where = replace(target(engine, suites.features_of(path)), as_deployed=as_deployed)
    (result,) = run_wast([path], where, cache=cache)
    return result


def check(name: str, path: Path, engine: str, result: FileResult, record_property) -> None:
    """Report what became of the directives, and fail if one failed or was skipped unexplained."""
    record_property("script", name)
    record_property("engine", engine)
    record_property("executed", sum(o.executed and o.status == PASSED for o in result.outcomes))
    for status in (PASSED, FAILED, SKIPPED):
        record_property(status, result.count(status))
    drift = drift_of(path)
    skipped = [outcome for outcome in result.outcomes if outcome.status == SKIPPED]
    unexplained = [o for o in skipped if not suites.is_explained(name, o, drift)]
    foreign = sum(suites.is_foreign(name, outcome, drift) for outcome in skipped)
    record_property("foreign", foreign)
    assert not result.count(FAILED), "\n".join(result.summary().split("\n")[:30])
    assert not unexplained, f"not in skips.json: {unexplained[:5]}"


@pytest.fixture(scope="session")
def conversions(request: pytest.FixtureRequest, tmp_path_factory) -> Path:
    """Where conversions are kept, from one run to the next if pytest has a cache."""
    cache = getattr(request.config, "cache", None)
    return cache.mkdir("wast") if cache else tmp_path_factory.mktemp("wast")


@pytest.mark.parametrize("path, engine", scripts(sorted(suites.OWN.glob("*.wast"))))
def test_own(path, engine, conversions, record_property):
    result = run(path, engine, conversions)
    check(suites.name_of(path), path, engine, result, record_property)
    assert result.count(SKIPPED) == 0


@pytest.mark.parametrize("engine", suites.ENGINES)
@pytest.mark.parametrize("name", large.SCRIPTS)
def test_large(name, engine, conversions, tmp_path, record_property):
    path = tmp_path / f"{name}.wast"
    path.write_text(large.SCRIPTS[name]())
    check(f"own/{name}.wast", path, engine, run(path, engine, conversions), record_property)


@pytest.mark.parametrize("path, engine", scripts(suites.official()))
def test_official(path, engine, conversions, record_property):
    check(suites.name_of(path), path, engine, run(path, engine, conversions), record_property)


# Scripts for what stripping and tailored engines look at: tables, segments, imports, exceptions,
# plans; WRT_STRIP=1 runs all of them this way.
DEPLOYED = (
    *(
        "own/call-ref.wast",
        "own/exceptions.wast",
        "core/mixed/linking.wast",
        "core/*/elem.wast",
        "core/*/imports.wast",
    ),
    *("core/*/call_indirect.wast", "core/exceptions/throw.wast"),
    *("component-model/resources/multiple*", "component-model/async/sync-streams.wast"),
)


@pytest.mark.parametrize("path", suites.matching(*DEPLOYED), ids=suites.name_of)
def test_as_deployed(path, conversions):
    """Stripped, and on an engine of its own, a script does what it does otherwise."""
    before, after = (run(path, "interp", conversions, deployed) for deployed in (False, True))
    assert [str(o) for o in after.outcomes] == [str(o) for o in before.outcomes]


# Scripts for what the linker of the runtime has to understand; WRT_LINKED=1 runs all of them so.
LINKED = (
    *("own/*", "core/exceptions/throw.wast", "core/mixed/linking.wast"),
    *("component-model/resources/*", "component-model/async/c*", "component-model/async/sync*"),
    "component-model/values/strings.wast",
)


def test_linked(conversions, monkeypatch):
    """No directive fails on the whole runtime, linked. One test, as linking takes its time."""
    monkeypatch.setenv("WRT_LINKED", "1")
    failed = {}
    for path in suites.matching(*LINKED):
        result = run(path, "interp", conversions)
        if result.count(FAILED):
            failed[suites.name_of(path)] = result.summary()
    assert not failed


def test_official_suites_are_here():
    if not suites.official():
        pytest.skip(suites.MISSING)
