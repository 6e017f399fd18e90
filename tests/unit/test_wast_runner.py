"""The script runner says so when a directive fails: in each way in which one can fail."""

from __future__ import annotations

import json

import pytest

from wrt_preflight.errors import UsageError
from wrt_preflight.micropython import find
from wrt_preflight.wast import FAILED, PASSED, SKIPPED, Target, counts, run_wast, to_json

HERE = Target(find("cpython"), "portable", timeout=20)


@pytest.fixture
def run(tmp_path):
    """Runs a script's text: {line: (status, reason)}."""

    def do(text: str, target: Target = HERE):
        path = tmp_path / "script.wast"
        path.write_text(text)
        (result,) = run_wast([path], target)
        return {o.line: (o.status, o.reason) for o in result.outcomes}

    return do


MODULE = """(module (global (export "g") i64 (i64.const 7))
  (func (export "f") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then unreachable)) (local.get 0))
  (func (export "spin") (loop (br 0))))
"""


def test_results_traps_and_globals(run):
    found = run(
        MODULE
        + """(assert_return (invoke "f" (i32.const 5)) (i32.const 5))
(assert_return (invoke "f" (i32.const 5)) (i32.const 6))
(assert_trap (invoke "f" (i32.const 0)) "unreachable")
(assert_trap (invoke "f" (i32.const 0)) "integer overflow")
(assert_trap (invoke "f" (i32.const 1)) "unreachable")
(assert_return (invoke "f" (i32.const 0)) (i32.const 0))
(assert_return (get "g") (i64.const 7))
(assert_return (get "g") (i64.const 0x100000007))
(assert_return (invoke "nothing"))
(assert_trap (invoke "f" (i32.const 0)) "an unknown trap")
(invoke "f" (i32.const 0))
"""
    )
    statuses = {line: status for line, (status, _) in found.items()}
    assert [line for line, status in statuses.items() if status == PASSED] == [1, 5, 7, 11]
    assert found[6][1] == "words 00000005, expected 00000006"
    assert found[8][1] == "trap: unreachable, expected integer_overflow"
    assert found[9][1] == "returned, expected a trap"
    assert found[10][1] == "trap: unreachable"
    assert found[12][1] == "words 00000007 00000000, expected 00000007 00000001"
    assert 'func named "nothing"' in found[13][1]
    assert "unknown trap" in found[14][1]
    assert found[15] == (FAILED, "trap: unreachable")


def test_modules(run):
    found = run(
        """(assert_invalid (module (func (result i32))) "type mismatch")
(assert_invalid (module) "it is valid")
(assert_malformed (module quote "(func") "unexpected end")
(assert_malformed (module quote "(func)") "well-formed")
(module (func (result i32)))
(assert_unlinkable (module (import "spectest" "print" (memory 1))) "incompatible import type")
(assert_unlinkable (module (import "spectest" "print" (func))) "links")
(assert_trap (module (func unreachable) (start 0)) "unreachable")
(assert_trap (module (func nop) (start 0)) "unreachable")
(module (import "nowhere" "f" (func)))
(assert_return (invoke "f"))
"""
    )
    passed = [line for line, (status, _) in found.items() if status == PASSED]
    assert passed == [1, 3, 6, 8]
    assert all(status == FAILED for line, (status, _) in found.items() if line not in passed)
    assert "accepted" in found[2][1] and "accepted" in found[4][1]
    assert "linked" in found[7][1]
    assert found[9][1] == "returned, expected a trap"
    assert 'unknown import "nowhere" "f"' in found[10][1]
    assert 'unknown import "nowhere" "f"' in found[11][1], "what depends on it fails likewise"


def test_what_is_outside_the_profile_is_skipped(run):
    found = run('(module (func (export "f") (param v128)))\n(assert_return (invoke "f"))\n')
    assert [status for status, _ in found.values()] == [SKIPPED, SKIPPED]
    assert "SIMD" in found[1][1]


def test_a_hang_fails_what_is_left(run):
    target = Target(HERE.micropython, "portable", timeout=2)
    found = run(
        MODULE + '(assert_return (invoke "f" (i32.const 5)) (i32.const 5))\n'
        '(assert_return (invoke "spin"))\n'
        '(assert_return (invoke "f" (i32.const 1)) (i32.const 1))',
        target,
    )
    assert [status for status, _ in found.values()] == [PASSED, PASSED, FAILED, FAILED]
    assert "2 seconds" in found[6][1]


def test_known_drift(tmp_path):
    folder = tmp_path / "suite" / "group"
    folder.mkdir(parents=True)
    script = folder / "a.wast"
    script.write_text('(assert_invalid (module) "x")\n(assert_invalid (module) "y")\n(module)\n')
    entries = [{"file": "group/a.wast", "line": line, "reason": "old"} for line in (1, 3)]
    (tmp_path / "suite" / "known-drift.json").write_text(json.dumps(entries))
    (result,) = run_wast([script], HERE)
    assert [o.status for o in result.outcomes] == [SKIPPED, FAILED, PASSED]
    assert result.skips() == {"old": 1}
    assert counts([result]) == "1 passed, 1 failed, 1 skipped"
    report = json.loads(to_json([result]))
    assert (report["passed"], report["failed"], report["skipped"]) == (1, 1, 1)
    assert [d["line"] for d in report["files"][0]["directives"]] == [1, 2]


def test_a_script_that_does_not_convert(run):
    ((line, (status, reason)),) = run("(module (func)\n").items()
    assert (line, status) == (0, FAILED)
    assert "cannot convert" in reason


def test_no_such_script(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        list(run_wast([tmp_path / "none.wast"], HERE))
