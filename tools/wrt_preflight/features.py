"""Writes docs/features.md: what works, by test results alone.

    python -m wrt_preflight.features REPORT.xml...

The reports are pytest's JUnit files. Which tests stand for which feature is data, in
tests/features.toml: for each feature `scripts` (patterns of spec scripts, as the tests in
tests/conformance report them) and `tests` (patterns of "module::test"). A directive of a script
counts if guest code was run for it, or, with `validation = true`, if it passed in any way.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from xml.etree import ElementTree

from .errors import PreflightError, ReadError, UsageError

MAPPING = Path("tests/features.toml")
TABLE = Path("docs/features.md")
OFFICIAL = "core/"
ENGINES = ("interp", "portable", "native", "cpython")

HEAD = """# What works

Written by `make features` from the results of the tests; do not edit. A feature without a test
that ran is "not yet". A test is one directive of a spec script for which guest code ran, on each
engine on which it ran, or one test of our own. Engines: `interp`, `portable` and `native` run
under MicroPython's unix port, `cpython` is the portable one in CPython; `armv6m`, `armv7m` and
`rv32imc` are the interpreter's machine code under an emulator, `native armv6m` and the like the
program's own, `portable (WebAssembly port)` is a MicroPython with 32-bit words under Node.js.
"""


@dataclass(slots=True)
class Case:
    """One test of a report. name: "module::test". properties: of a spec script, else empty."""

    name: str
    outcome: str
    properties: dict[str, str]


@dataclass(slots=True)
class Feature:
    """A row of the table, as tests/features.toml has it."""

    name: str
    scripts: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    validation: bool = False


@dataclass(slots=True)
class State:
    """What the results say about a feature. engines: those that executed something.

    missing: what failed, was skipped or did not run; for a script, with the engines.
    """

    passed: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    engines: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        if not self.passed:
            return "not yet"
        count = f"{self.passed:,} test{'s' if self.passed > 1 else ''}"
        if not self.missing:
            return f"works ({count})"
        names = [self._shown(*item) for item in self.missing.items()]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        return f"partly ({count}; not: {', '.join(names[:4])}{more})"

    def _shown(self, name: str, engines: list[str]) -> str:
        everywhere = not self.engines - set(engines)
        return f"`{name}`" + ("" if everywhere or not engines else f" on {', '.join(engines)}")


def read_report(path: Path) -> list[Case]:
    """The tests of a JUnit file. Raises ReadError if it is none."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ReadError(f"expected a JUnit report: {error}", file=str(path)) from None
    cases = []
    for case in root.iter("testcase"):
        bad = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        properties = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        name = f"{case.get('classname')}::{case.get('name')}"
        cases.append(Case(name, bad[0] if bad else "passed", properties))
    return cases


def state_of(feature: Feature, cases: Sequence[Case]) -> State:
    """The state of a feature, from all tests that stand for it."""
    state = State()
    for pattern in feature.scripts:
        found = [c for c in cases if fnmatchcase(c.properties.get("script", ""), pattern)]
        _add_scripts(state, feature, found)
        if not found:
            state.missing[pattern] = []
    for pattern in feature.tests:
        found = [c for c in cases if fnmatchcase(c.name, pattern)]
        passed = [case for case in found if case.outcome == "passed"]
        state.passed += len(passed)
        state.engines.update(engine for case in passed if (engine := _engine(case.name)))
        names = [case.name for case in found if case.outcome != "passed"]
        state.missing |= dict.fromkeys(names, []) if found else {pattern: []}
    return state


def _engine(test: str) -> str | None:
    """The engine in the name of one of our own tests: test_cpython[x], test_x[interp-y]."""
    words = re.split(r"[^a-z]+", test.partition("::")[2])
    return next((engine for engine in ENGINES if engine in words), None)


def _add_scripts(state: State, feature: Feature, cases: Iterable[Case]) -> None:
    for case in cases:
        numbers = {key: int(case.properties.get(key, 0)) for key in ("passed", "failed")}
        executed, skipped = (int(case.properties.get(k, 0)) for k in ("executed", "skipped"))
        state.passed += numbers["passed"] if feature.validation else executed
        undone = skipped - int(case.properties.get("foreign", 0))
        if numbers["failed"] or undone and not feature.validation:
            engines = state.missing.setdefault(case.properties["script"], [])
            engines.append(case.properties["engine"])
        if executed:
            state.engines.add(case.properties["engine"])


def table(cases: Sequence[Case], mapping: dict) -> str:
    """The page. mapping: tests/features.toml, a list of features for each heading."""
    lines = [HEAD]
    for heading, rows in mapping.items():
        lines += [f"## {heading}", "", "| Feature | State | Engines |", "|---|---|---|"]
        for row in rows:
            feature = Feature(**row)
            state = state_of(feature, cases)
            engines = ", ".join(sorted(state.engines))
            lines.append(f"| {feature.name} | {state} | {engines} |")
        lines.append("")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the table. Returns the exit status."""
    try:
        if not arguments:
            raise UsageError(
                "expected the JUnit reports of a test run",
                hint="make features runs the tests and writes the table",
            )
        cases = [case for path in arguments for case in read_report(Path(path))]
        if not any(c.properties.get("script", "").startswith(OFFICIAL) for c in cases):
            raise UsageError(
                "the reports have none of the official suites: the table would be wrong",
                hint="docs/conformance.md says where they come from",
            )
        mapping = tomllib.loads(MAPPING.read_text(encoding="utf-8"))
        TABLE.write_text(table(cases, mapping), encoding="utf-8")
    except PreflightError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"wrote {TABLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
