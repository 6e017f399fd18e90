"""docs/features.md says what the results say: works, partly, or not yet."""

from __future__ import annotations

import pytest

from wrt_preflight import features
from wrt_preflight.features import Case, Feature, state_of


def script(name: str, engine: str = "interp", **numbers: int) -> Case:
    """A report's test of a spec script."""
    properties = {"script": name, "engine": engine} | {k: str(v) for k, v in numbers.items()}
    return Case("tests.conformance::test", "passed", properties)


def test_all_directives_pass_on_all_engines():
    cases = [script("core/a.wast", e, passed=9, executed=7) for e in ("interp", "portable")]
    state = state_of(Feature("x", scripts=["core/*"]), cases)
    assert str(state) == "works (14 tests)"
    assert state.engines == {"interp", "portable"}


@pytest.mark.parametrize("numbers", [{"failed": 1}, {"skipped": 1}])
def test_a_failure_or_a_skip_is_partly(numbers):
    cases = [
        script("core/a.wast", passed=5, executed=5),
        script("core/b.wast", passed=1, executed=1, **numbers),
    ]
    state = state_of(Feature("x", scripts=["core/*"]), cases)
    assert str(state) == "partly (6 tests; not: `core/b.wast`)"


def test_engines_are_named_where_they_differ():
    cases = [
        script("core/a.wast", "interp", executed=1, failed=1),
        script("core/a.wast", "portable", executed=2),
    ]
    state = state_of(Feature("x", scripts=["core/*"]), cases)
    assert str(state) == "partly (3 tests; not: `core/a.wast` on interp)"


def test_what_is_not_ours_to_run_is_no_failure():
    cases = [script("core/a.wast", passed=5, executed=5, skipped=2, foreign=2)]
    assert str(state_of(Feature("x", scripts=["core/*"]), cases)) == "works (5 tests)"


def test_verdicts_of_the_host_count_only_for_validation():
    cases = [script("component-model/a.wast", passed=5, skipped=3)]
    feature = Feature("x", scripts=["component-model/*"])
    assert str(state_of(feature, cases)) == "not yet"
    feature.validation = True
    assert str(state_of(feature, cases)) == "works (5 tests)"


@pytest.mark.parametrize(
    ("name", "engines"),
    [
        ("test_cpython[cases_calls-test_a]", {"cpython"}),
        ("test_micropython[portable-cases_calls-test_a]", {"portable"}),
        ("test_micropython[cases_calls-test_a-interp]", {"interp"}),
        ("test_interpretation", set()),
    ],
)
def test_engines_of_our_own_tests_stand_in_their_names(name, engines):
    feature = Feature("x", tests=["tests.component.*::*"])
    case = Case(f"tests.component.test_run::{name}", "passed", {})
    assert state_of(feature, [case]).engines == engines


def test_what_did_not_run_is_missing():
    feature = Feature("x", scripts=["core/none.wast"], tests=["tests.unit.*::test_none"])
    assert str(state_of(feature, [])) == "not yet"
    cases = [Case("tests.unit.test_a::test_one", "passed", {})]
    feature.tests.append("tests.unit.*::test_one")
    assert str(state_of(feature, cases)) == (
        "partly (1 test; not: `core/none.wast`, `tests.unit.*::test_none`)"
    )
    cases.append(Case("tests.unit.test_b::test_one", "skipped", {}))
    assert "tests.unit.test_b::test_one" in str(state_of(feature, cases))


REPORT = """<testsuites><testsuite>
<testcase classname="tests.conformance.test_scripts" name="test_official[core/a.wast-interp]">
<properties><property name="script" value="core/a.wast"/><property name="engine" value="interp"/>
<property name="executed" value="3"/></properties></testcase>
<testcase classname="tests.unit.test_a" name="test_bad"><failure message="no"/></testcase>
</testsuite></testsuites>"""


def test_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder in ("tests", "docs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tests/features.toml").write_text(
        'Core = [{ name = "A", scripts = ["core/*"] }, { name = "B", tests = ["*::test_bad"] }]'
    )
    (tmp_path / "report.xml").write_text(REPORT)
    assert features.main(["report.xml"]) == 0
    page = (tmp_path / "docs/features.md").read_text()
    assert "| A | works (3 tests) | interp |" in page
    assert "| B | not yet |  |" in page
    (tmp_path / "report.xml").write_text(REPORT.replace("core/a", "own/a"))
    assert features.main(["report.xml"]) == 2
    assert "official suites" in capsys.readouterr().err
    assert features.main(["none.xml"]) == 1
    assert features.main([]) == 2
