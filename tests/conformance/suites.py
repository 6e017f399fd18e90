"""The official suites: where they are, and which scripts run on which engine."""

from __future__ import annotations

import json
import os
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from wrt_preflight.wast import Outcome

HERE = Path(__file__).parent
OWN = HERE / "own"
ROOT = Path(os.environ.get("WRT_CONFORMANCE") or HERE.parents[2] / "shared" / "conformance")
ENGINES = ("interp", "native", "portable", "cpython")

MISSING = (
    f"the official suites are not in {ROOT}: set WRT_CONFORMANCE to a folder with core/ (scripts "
    "of WebAssembly/testsuite at 193e551ff226) and component-model/ (folder test/ of "
    "WebAssembly/component-model at 6d281648bd89), see docs/conformance.md"
)

# What runs in `make test` besides everything on interp and native: a script for each part of an
# engine.
BRIEF = (
    "component-model/*",
    "core/mixed/address.wast",
    "core/scalar/br*.wast",
    "core/scalar/call.wast",
    "core/scalar/conversions.wast",
    "core/scalar/f64.wast",
    "core/scalar/i32.wast",
    "core/scalar/i64.wast",
    "core/scalar/memory_fill.wast",
    "core/scalar/table_fill.wast",
    "core/mixed/linking.wast",
    "core/multi-memory/imports4.wast",
    "core/exceptions/*.wast",
    "core/memory64/bulk64.wast",
    "core/threads/atomic.wast",
)


def name_of(script: Path) -> str:
    """A script's name for people and for features.toml: "core/scalar/i32.wast", "own/..."."""
    for folder in (ROOT, HERE):
        if script.is_relative_to(folder):
            return script.relative_to(folder).as_posix()
    return f"own/{script.name}"


def features_of(script: Path) -> tuple[str, ...]:
    """The gated features that the first line of one of our scripts asks for."""
    with script.open(encoding="utf-8") as file:
        return tuple(re.findall(r"--feature ([a-z-]+)", file.readline()))


# Directives that the host alone decides: no guest code runs for them.
HOST_ALONE = {
    *("assert_invalid", "assert_malformed", "assert_unlinkable"),
    *("module_definition", "register"),
}


def ran(outcomes: list[Outcome]) -> bool:
    """Whether guest code ran for a script, or all of it is for the host."""
    return any(o.executed for o in outcomes) or all(o.kind in HOST_ALONE for o in outcomes)


def official() -> list[Path]:
    """The scripts of the official suites, in a stable order; none where they are not here."""
    return sorted(ROOT.glob("core/**/*.wast")) + sorted(ROOT.glob("component-model/**/*.wast"))


def matching(*patterns: str) -> list[Path]:
    """Our own scripts and the official ones whose names match one of these."""
    every = sorted(OWN.glob("*.wast")) + official()
    return [path for path in every if any(fnmatch(name_of(path), p) for p in patterns)]


def engines_for(name: str) -> tuple[str, ...]:
    """The engines on which a script runs now; `make conformance` sets WRT_ENGINES=all."""
    chosen = os.environ.get("WRT_ENGINES", "")
    if chosen == "all":
        return ENGINES
    if chosen:
        return tuple(chosen.split(","))
    everywhere = name.startswith("own/") or any(fnmatch(name, pattern) for pattern in BRIEF)
    return ENGINES if everywhere else ("interp", "native")


@cache
def _allowed() -> list[dict]:
    return json.loads((HERE / "skips.json").read_text())


def is_foreign(name: str, outcome: Outcome, drift: dict[int, str]) -> bool:
    """Whether a skipped directive is not ours to run: known drift, or beyond our profile."""
    if drift.get(outcome.line) == outcome.reason:
        return True
    return any(outcome.line in entry.get("lines", ()) for entry in _entries(name, outcome))


def is_explained(name: str, outcome: Outcome, drift: dict[int, str]) -> bool:
    """Whether a skipped directive is foreign, or one of skips.json that we do not run yet."""
    later = any("lines" not in entry for entry in _entries(name, outcome))
    return later or is_foreign(name, outcome, drift)


def _entries(name: str, outcome: Outcome) -> list[dict]:
    return [
        entry
        for entry in _allowed()
        if fnmatch(name, entry["files"]) and fnmatch(outcome.reason, entry["reason"])
    ]
