"""How much stack a program is said to need, and that this is just what it takes."""

from __future__ import annotations

import pytest

import wrt_micro
from lowered import function, program, run
from wrt_preflight.lower.program import Function
from wrt_preflight.lower.stackdepth import Unbounded, depth


def made(frame: int, *calls: tuple[int, int], name: str = "f", indirect: bool = False) -> Function:
    out = Function(name, 0, frame, 0, 0, 0, b"")
    out.calls, out.indirect = list(calls), indirect
    return out


def test_a_leaf_needs_its_frame():
    assert depth([made(40)], [0]) == 40
    assert depth([made(40), made(100)], [0]) == 40
    assert depth([made(40), made(100)], [0, 1]) == 100
    assert depth([], []) == 0


def test_a_chain_adds_where_frames_start():
    """A callee's frame begins inside the caller's."""
    chain = [made(40, (1, 24)), made(60, (2, 32)), made(20)]
    assert depth(chain, [0]) == 24 + 60
    chain[2] = made(200)
    assert depth(chain, [0]) == 24 + 32 + 200


def test_the_deepest_of_several_calls():
    """A function called twice, on the way and directly, is no recursion."""
    functions = [made(40, (2, 8), (1, 16)), made(40, (2, 100)), made(50)]
    assert depth(functions, [0]) == 16 + 100 + 50


def test_tail_calls_take_the_callers_place():
    assert depth([made(40, (1, 0)), made(300)], [0]) == 300


def test_long_chains_are_no_problem():
    count = 20000
    chain = [made(16, (i + 1, 8)) for i in range(count)] + [made(16)]
    assert depth(chain, [0]) == 8 * count + 16


@pytest.mark.parametrize(
    ("functions", "reason"),
    [
        ([made(8, (0, 8), name="fib")], "fib is recursive"),
        ([made(8, (1, 8)), made(8, (2, 8), name="even"), made(8, (1, 8))], "even is recursive"),
        ([made(8, (1, 8)), made(8, name="apply", indirect=True)], "apply calls by reference"),
    ],
)
def test_reasons_why_there_is_no_number(functions, reason):
    with pytest.raises(Unbounded, match=f"^{reason}$"):
        depth(functions, [0])


def test_what_no_root_reaches_does_not_matter():
    functions = [made(40), made(8, (1, 8)), made(8, indirect=True)]
    assert depth(functions, [0]) == 40


# ---------------------------------------------------------------- of modules
CHAIN = """(module
  (func $c (param i64 i64) (result i64) (local i64 i64 i64) (local.get 1))
  (func $b (param i32) (result i64) (call $c (i64.const 1) (i64.const 2)))
  (func (export "f") (result i64) (i64.add (i64.const 40) (call $b (i32.const 1)))))"""


def test_the_number_is_exact():
    """One word less, and the deepest call has no room."""
    found = program(CHAIN)
    assert found.stack_reason == "deepest call chain"
    assert run(found).f() == 42
    with pytest.raises(wrt_micro.Trap, match="call stack exhausted"):
        run(found, stack=found.stack_bytes - 4).f()


def test_start_functions_count():
    found = program('(module (func $f (local i64 i64)) (func (export "g")) (start $f))')
    assert found.stack_bytes > function(found, "g").frame_bytes


@pytest.mark.parametrize(
    "way",
    [
        '(elem declare func $deep) (func (export "f") (result funcref) (ref.func $deep))',
        '(table (export "t") 1 funcref) (elem (i32.const 0) func $deep)'
        ' (func (export "f") (result funcref) (table.get (i32.const 0)))',
        '(global $g (export "g") funcref (ref.func $deep))'
        ' (func (export "f") (result funcref) (global.get $g))',
    ],
)
def test_python_may_call_what_it_gets_a_reference_to(way):
    many = "i64 " * 30
    deep = f"(func $deep (result i32) (local {many}) (call $big) (i32.const 9))"
    found = program(f"(module (func $big (local {many})) {deep} {way})")
    assert found.stack_reason == "deepest call chain"
    assert run(found).f()() == 9


def test_imports_may_call_back():
    text = '(module (import "e" "h" (func $h)) (func (export "f") (call $h)))'
    found = program(text)
    assert found.stack_reason == "deepest call chain, twice for calls back from the host"
    assert found.stack_bytes % 2 == 0

    def call_back():
        app.f() if calls.append(0) or len(calls) < 2 else None

    calls: list[int] = []
    app = run(found, imports={"e": {"h": call_back}})
    app.f()
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("(call $f)", "default, because f is recursive"),
        ("(call_indirect (i32.const 0))", "default, because f calls by reference"),
        ("(return_call_indirect (i32.const 0))", "default, because f calls by reference"),
        ("(call_ref 0 (ref.null 0))", "default, because f calls by reference"),
    ],
)
def test_the_default_has_a_reason(body, reason):
    text = f'(module (type (func)) (table 1 funcref) (func $f (export "f") {body}))'
    found = program(text, default_stack=4096)
    assert (found.stack_bytes, found.stack_reason) == (4096, reason)


def test_the_user_decides():
    found = program(CHAIN, stack_bytes=1000)
    assert (found.stack_bytes, found.stack_reason) == (1000, "set by the user")
