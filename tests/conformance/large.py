"""Spec scripts too large to write by hand: wide branches, far slots, long code, many values.

The interpreter's operands have 8 or 16 bits, so each script goes well beyond one of those ranges;
what must come out is computed here, in Python.
"""

from __future__ import annotations

from collections.abc import Callable

M32, M64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def lines(template: str, values: range) -> str:
    """The template once for each value, which stands in it as {}."""
    return "\n".join(template.replace("{}", str(value)) for value in values)


def br_table() -> str:
    """A br_table with 1,000 labels to 1,000 blocks, and one that carries values."""
    count = 1000
    labels = " ".join(map(str, range(count)))
    opened = lines("(block", range(count + 1))
    closed = lines("(return (i32.const {}))) ", range(1, count + 1))
    picks = " ".join("0" if i % 3 else "1" for i in range(count))
    checks = [
        f'(assert_return (invoke "blocks" (i32.const {i})) (i32.const {min(i, count) + 1}))'
        for i in (*range(0, count, 37), 254, 255, 256, 257, count - 1, count, count + 1)
    ]
    checks += [
        f'(assert_return (invoke "blocks" (i32.const {i})) (i32.const {count + 1}))'
        for i in (65536, 0x7FFFFFFF, -1, -0x80000000)
    ]
    checks += [
        f'(assert_return (invoke "values" (i32.const {i})) (i64.const {70 if i % 3 else 7}))'
        for i in (0, 1, 2, 255, 256, 257, count - 1)
    ]
    return f"""
(module
  (func (export "blocks") (param i32) (result i32)
    {opened}
      (br_table {labels} {count} (local.get 0)))
    {closed}
    (i32.const {count + 1}))
  (func (export "values") (param i32) (result i64)
    (block (result i64)
      (block (result i64)
        (br_table {picks} 1 (i64.const 7) (local.get 0)))
      (i64.mul (i64.const 10)))))
{chr(10).join(checks)}
(assert_return (invoke "values" (i32.const {count})) (i64.const 7))
"""


def far_slots() -> str:
    """A function with 300 i32 and 300 i64 locals, all operands and results out of near reach."""
    count = 300
    declared = f"(local {'i32 ' * count}) (local {'i64 ' * count}) (local f32 f64 f32 f64 funcref)"
    narrow, wide, last = 2, 2 + count, 2 + 2 * count
    i32s = [(7 * i + 3) * 0x01000193 & M32 for i in range(count)]
    i64s = [(i + 1) * 0x9E3779B97F4A7C15 & M64 for i in range(count)]
    sets = "\n".join(
        f"(local.set {narrow + i} (i32.const {i32s[i]}))"
        f"(local.set {wide + i} (i64.const {i64s[i]}))"
        for i in range(count)
    )
    a, b = 5, 6
    x32, y32, x64, y64 = i32s[280], i32s[299], i64s[290], i64s[299]
    op = {
        "add": (x32 + y32 + a) & M32,
        "mul": x64 * y64 & M64,
        "shift": y64 << (x32 & 31) & M64,
        "select": y64,
        "compare": 1 if x64 < y64 else 2,
        "store": x64,
        "call": (x64 + y32 + b) & M64,
    }
    far = {
        "x": f"(local.get {narrow + 280})",
        "y": f"(local.get {narrow + 299})",
        "X": f"(local.get {wide + 290})",
        "Y": f"(local.get {wide + 299})",
    }
    bodies = {
        "add": ("i32", "(i32.add (i32.add {x} {y}) (local.get 0))"),
        "mul": ("i64", "(i64.mul {X} {Y})"),
        "shift": (
            "i64",
            "(i64.shl {Y} (i64.extend_i32_u (i32.and {x} (i32.const 31))))",
        ),
        "select": ("i64", "(select {X} {Y} (i32.eqz (local.get 0)))"),
        "compare": (
            "i32",
            "(if (result i32) (i64.lt_u {X} {Y}) (then (i32.const 1)) (else (i32.const 2)))",
        ),
        "store": ("i64", "(i64.store (local.get 0) {X}) (i64.load (local.get 0))"),
        "call": ("i64", "(call $sum {X} {y} (local.get 1))"),
    }
    functions = "\n".join(
        f'(func (export "{name}") (param i32 i32) (result {result}) {declared}\n{sets}\n'
        f"{body.format(**far)})"
        for name, (result, body) in bodies.items()
    )
    total = (sum(i32s) + sum(v & M32 for v in i64s)) & M32
    gets = " ".join(
        f"(i32.add (local.get {narrow + i}))(i32.add (i32.wrap_i64 (local.get {wide + i})))"
        for i in range(count)
    )
    checks = "\n".join(
        f'(assert_return (invoke "{name}" (i32.const {a}) (i32.const {b})) '
        f"({bodies[name][0]}.const {value}))"
        for name, value in op.items()
    )
    return f"""
(module
  (memory 1)
  (func $sum (param i64 i32 i32) (result i64)
    (i64.add (local.get 0)
      (i64.add (i64.extend_i32_u (local.get 1)) (i64.extend_i32_u (local.get 2)))))
  {functions}
  (func (export "zero") (param i32 i32) (result i32 i64 f32 f64 i32) {declared}
    (local.get {wide - 1}) (local.get {last - 1})
    (local.get {last}) (local.get {last + 3}) (ref.is_null (local.get {last + 4})))
  (func (export "all") (param i32 i32) (result i32) {declared}
    {sets}
    (i32.const 0) {gets})
  (func (export "floats") (param i32 i32) (result f64) {declared}
    (local.set {last + 2} (f32.const 1.5)) (local.set {last + 3} (f64.const -0.25))
    (f64.mul (f64.promote_f32 (local.get {last + 2})) (local.get {last + 3})))
)
{checks}
(assert_return (invoke "zero" (i32.const 1) (i32.const 2))
  (i32.const 0) (i64.const 0) (f32.const 0) (f64.const 0) (i32.const 1))
(assert_return (invoke "all" (i32.const 1) (i32.const 2)) (i32.const {total}))
(assert_return (invoke "floats" (i32.const 1) (i32.const 2)) (f64.const -0.375))
"""


def long_code() -> str:
    """Branches over more than 32 KiB of code, forwards, backwards, and out of a br_table."""
    steps = 6000
    body = "\n".join(
        f"(local.set 1 (i32.xor (i32.mul (local.get 1) (i32.const {2 * i + 3}))"
        f" (i32.shr_u (local.get 1) (i32.const {i % 31 + 1}))))"
        for i in range(steps)
    )

    def run(value: int) -> int:
        for i in range(steps):
            value = (value * (2 * i + 3) & M32) ^ value >> i % 31 + 1
        return value

    once = run(1)
    twice = run(once)
    thrice = run(twice)
    return f"""
(module
  (tag $e)
  (func (export "loop") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.const 1))
    (loop $again
      {body}
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $again (local.get 0)))
    (local.get 1))
  (func (export "skip") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.const 1))
    (block $skip
      (br_if $skip (local.get 0))
      {body})
    (local.get 1))
  (func (export "if") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.const 1))
    (if (i32.gt_s (local.get 0) (i32.const 5)) (then {body}) (else (local.set 1 (i32.const 9))))
    (local.get 1))
  (func (export "table") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.const 1))
    (block $out
      (block $in
        (br_table $in $out $in $out (local.get 0)))
      {body})
    (local.get 1))
  (func (export "catch") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.const 1))
    (block $caught
      (try_table (catch $e $caught)
        {body}
        (if (local.get 0) (then (throw $e))))
      (return (i32.const 0)))
    (local.get 1))
)
(assert_return (invoke "loop" (i32.const 1)) (i32.const {once}))
(assert_return (invoke "loop" (i32.const 3)) (i32.const {thrice}))
(assert_return (invoke "skip" (i32.const 0)) (i32.const {once}))
(assert_return (invoke "skip" (i32.const 1)) (i32.const 1))
(assert_return (invoke "if" (i32.const 6)) (i32.const {once}))
(assert_return (invoke "if" (i32.const 5)) (i32.const 9))
(assert_return (invoke "table" (i32.const 0)) (i32.const {once}))
(assert_return (invoke "table" (i32.const 1)) (i32.const 1))
(assert_return (invoke "table" (i32.const 2)) (i32.const {once}))
(assert_return (invoke "table" (i32.const -1)) (i32.const 1))
(assert_return (invoke "catch" (i32.const 0)) (i32.const 0))
(assert_return (invoke "catch" (i32.const 1)) (i32.const {once}))
"""


def many_values() -> str:
    """Functions and blocks with 400 parameters and 400 results, in direct and indirect calls."""
    kinds = [("i32", "i64", "f32", "f64")[i % 4] for i in range(400)]
    types = " ".join(kinds)
    back = " ".join(reversed(kinds))
    forward = " ".join(f"(local.get {i})" for i in range(400))
    reverse = " ".join(f"(local.get {i})" for i in reversed(range(400)))
    values = [f"({kind}.const {i + 1})" for i, kind in enumerate(kinds)]
    given, turned = " ".join(values), " ".join(reversed(values))
    return f"""
(module
  (type $same (func (param {types}) (result {types})))
  (type $turn (func (param {types}) (result {back})))
  (table funcref (elem $same $turn))
  (func $same (type $same) {forward})
  (func $turn (type $turn) {reverse})
  (func (export "same") (type $same) (call $same {forward}))
  (func (export "turn") (type $turn) (call $turn {forward}))
  (func (export "indirect") (type $turn)
    (call_indirect (type $turn) {forward} (i32.const 1)))
  (func (export "tail") (type $turn) (return_call $turn {forward}))
  (func (export "block") (type $same)
    {forward}
    (block (type $same) (br_if 0 (i32.const 1)) (unreachable)))
  (func (export "loop") (type $same)
    (local $n i32)
    {forward}
    (loop (type $same)
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $n) (i32.const 3)))))
  (func (export "wrong") (type $turn)
    (call_indirect (type $turn) {forward} (i32.const 0)))
)
(assert_return (invoke "same" {given}) {given})
(assert_return (invoke "turn" {given}) {turned})
(assert_return (invoke "indirect" {given}) {turned})
(assert_return (invoke "tail" {given}) {turned})
(assert_return (invoke "block" {given}) {given})
(assert_return (invoke "loop" {given}) {given})
(assert_trap (invoke "wrong" {given}) "indirect call type mismatch")
"""


SCRIPTS: dict[str, Callable[[], str]] = {
    "large-br-table": br_table,
    "large-far-slots": far_slots,
    "large-long-code": long_code,
    "large-many-values": many_values,
}
