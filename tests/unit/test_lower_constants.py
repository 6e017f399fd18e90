"""Constants: folded into operands, kept in slots while a loop runs, or written where they go."""

from __future__ import annotations

import pytest

from lowered import function, listing, program, rows, run
from wrt_preflight.ops.encoding import BRANCH_BIAS
from wrt_preflight.ops.machine import BY_NAME


def body(expression: str, params: str = "i32", result: str = "i32") -> str:
    return f'(module (func (export "f") (param {params}) (result {result}) {expression}))'


# ---------------------------------------------------------------- operands
@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("(i32.mul (local.get 0) (i32.const 65535))", ["i32.mul.i"]),
        ("(i32.mul (local.get 0) (i32.const 65536))", ["i32.mul.w"]),
        ("(i32.mul (i32.const 9) (local.get 0))", ["i32.mul.i"]),
        ("(i32.add (local.get 0) (i32.const -5))", ["i32.sub.i"]),
        ("(i32.sub (local.get 0) (i32.const 70000))", ["i32.add.w"]),
        ("(i32.sub (local.get 0) (i32.const -70))", ["i32.add.i"]),
        ("(i32.rotr (local.get 0) (i32.const 12))", ["i32.rotl.i"]),
        ("(i32.div_u (local.get 0) (i32.const 10))", ["const", "i32.div_u"]),
        ("(i32.lt_s (i32.const 3) (local.get 0))", ["i32.gt_s.i"]),
    ],
)
def test_folded_into_32_bit_operands(expression, names):
    assert rows(body(expression)) == names


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("(i64.add (local.get 0) (i64.const 65535))", ["i64.add.i"]),
        ("(i64.sub (local.get 0) (i64.const 1))", ["i64.add.w"]),
        ("(i64.mul (i64.const 0x9E3779B97F4A7C15) (local.get 0))", ["i64.mul.w"]),
        ("(i64.or (i64.const 1) (local.get 0))", ["const64", "i64.or"]),
        ("(i64.shl (local.get 0) (i64.const 64))", ["mov64"]),
    ],
)
def test_folded_into_64_bit_operands(expression, names):
    assert rows(body(expression, "i64", "i64")) == names


@pytest.mark.parametrize(
    ("type", "op", "expected"),
    [
        ("i64", "or", (6 * 7) | 0x100),
        ("i64", "eq", 0),
        ("i64", "ne", 1),
        ("i32", "eq", 0),
        ("i32", "or", (6 * 7) | 0x12345),
        ("i32", "lt_u", 0),
    ],
)
def test_a_constant_in_front_of_a_computed_value(type, op, expected):
    """They change places where order does not matter; the value must survive that."""
    constant = 0x12345 if type == "i32" else 0x100
    result = "i32" if op in ("eq", "ne", "lt_u") else type
    computed = f"({type}.mul (local.get 0) (local.get 1))"
    text = body(f"({type}.{op} ({type}.const {constant}) {computed})", f"{type} {type}", result)
    assert run(program(text)).f(6, 7) == expected


def test_a_postponed_sum_survives_what_comes_next():
    """const + computed waits for its use; the next value must not take the slot of its operand."""
    sum = "(i32.add (i32.const 100) (i32.mul (local.get 0) (local.get 1)))"
    text = body(f"(i32.sub {sum} (i32.mul (local.get 1) (local.get 1)))", "i32 i32")
    assert run(program(text)).f(6, 7) == 100 + 42 - 49


def test_constants_only():
    text = body("(i32.sub (i32.const 5) (i32.const 100000))", "")
    assert run(program(text)).f() == -99995


def test_a_wrapped_pair_keeps_to_its_local():
    """The low half of a 64-bit result goes to one slot; the next local is behind it."""
    text = body(
        "(local.set 0 (i32.wrap_i64 (i64.mul (local.get 2) (local.get 2)))) (local.get 1)",
        "i32 i32 i64",
    )
    assert run(program(text)).f(1, 77, 1 << 40) == 77


# ---------------------------------------------------------------- loops
LOOP = """(module (func (export "f") (param i32) (result i32) (local i32)
  (loop (local.set 1 (i32.div_u (i32.add (local.get 1) (local.get 0)) (i32.const 10)))
    (local.set 1 (i32.sub (i32.const 1000000) (local.get 1)))
    {inner}
    (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
  (local.get 1)))"""


def python_loop(n: int) -> int:
    value = 0
    while True:
        value = 1000000 - (value + n) // 10
        n -= 1
        if not n:
            return value


def loop_start(found: list[tuple[str, dict[str, int]]]) -> int:
    """Place of the instruction that the last backward branch goes to."""
    sizes = [BY_NAME[name].size for name, _ in found]
    branch = max(i for i, (name, _) in enumerate(found) if name.startswith("br"))
    back, at = BRANCH_BIAS - found[branch][1]["c"], branch
    while back:
        at -= 1
        back -= sizes[at]
    return at


def test_constants_leave_the_loop():
    found = listing(function(program(LOOP.replace("{inner}", "")), "f"))
    start = loop_start(found)
    before = [fields.get("c", fields.get("imm")) for _, fields in found[:start]]
    assert sorted(before) == [10, 1000000]
    assert not [name for name, _ in found[start:] if name.startswith("const")]
    assert run(program(LOOP.replace("{inner}", ""))).f(9) == python_loop(9)


def test_outside_of_loops_they_stay():
    text = body("(i32.div_u (local.get 0) (i32.const 10))")
    assert rows(text) == ["const", "i32.div_u"]


def test_only_so_many_leave():
    """Others are written where they are used, and the frame does not grow without bound."""
    uses = "\n".join(
        f"(local.set 1 (i32.rem_u (local.get 1) (i32.const {i})))" for i in range(100, 130)
    )
    made = program(LOOP.replace("{inner}", uses))
    found = listing(function(made, "f"))
    start = loop_start(found)
    assert start == 16
    inside = [name for name, _ in found[start:] if name.startswith("const")]
    assert len(inside) == 2 + 30 - 16

    def expected(n):
        value = 0
        while True:
            value = 1000000 - (value + n) // 10
            for i in range(100, 130):
                value %= i
            n -= 1
            if not n:
                return value

    assert run(made).f(9) == expected(9)


def test_loops_one_after_the_other_share_slots():
    text = """(module (func (export "f") (param i32) (result i32) (local i32)
      (loop (local.set 1 (i32.div_u (i32.const 1000) (local.get 0)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.set 0 (i32.const 3))
      (loop (local.set 1 (i32.div_u (local.get 1) (i32.const 7)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1)))"""
    found = listing(function(program(text), "f"))
    slots = [fields["a"] for name, fields in found if name == "const" and fields["c"] != 3]
    assert len(slots) == 2 and len(set(slots)) == 1
    assert run(program(text)).f(5) == 1000 // 7 // 7 // 7


@pytest.mark.parametrize(
    ("value", "type"), [(0, "i64"), (65535, "i64"), (65536, "i64"), (-1, "i64"), (1 << 40, "i64")]
)
def test_pairs(value, type):
    names = rows(body(f"({type}.const {value})", "", type))
    assert names == ["const64" if 0 <= value < 65536 else "const64.w"]
    assert run(program(body(f"({type}.const {value})", "", type))).f() == value
