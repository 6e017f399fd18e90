"""What has no encoding: far slots, wide comparisons, and branches that do not reach."""

from __future__ import annotations

import pytest

from lowered import function, listing, program, rows, run
from wrt_preflight.lower.ir import Ins, Label
from wrt_preflight.lower.legalize import expand, place
from wrt_preflight.ops.encoding import decode

SCRATCH = 20


def shown(code: list[Ins]) -> list[tuple]:
    return [(i.op, *(getattr(i, f) for f in "abcd" if i.kind(f) != "-")) for i in code]


def at(position: int) -> Label:
    label = Label()
    label.position = position
    return label


# ---------------------------------------------------------------- far slots
def test_slots_in_reach_stay():
    assert shown(expand([Ins("i32.add", a=255, b=255, c=16000)], [], SCRATCH)) == [
        ("i32.add", 255, 255, 16000)
    ]
    assert shown(expand([Ins("i64.eqz", a=0, b=254)], [], SCRATCH)) == [("i64.eqz", 0, 254)]


def test_far_words_go_through_scratch_slots():
    assert shown(expand([Ins("i32.add", a=256, b=300, c=301)], [], SCRATCH)) == [
        ("far.get", SCRATCH + 1, 300),
        ("i32.add", SCRATCH, SCRATCH + 1, 301),
        ("far.set", SCRATCH, 256),
    ]


def test_a_pair_is_far_if_its_second_word_is():
    assert shown(expand([Ins("i64.add", a=255, b=255, c=4)], [], SCRATCH)) == [
        ("far.get", SCRATCH + 2, 255),
        ("far.get", SCRATCH + 3, 256),
        ("i64.add", SCRATCH, SCRATCH + 2, 4),
        ("far.set", SCRATCH, 255),
        ("far.set", SCRATCH + 1, 256),
    ]


def test_what_is_read_and_written_is_fetched_and_stored():
    ins = Ins("br_sub_nz", a=400, b=1, label=at(0))
    assert [line[:2] for line in shown(expand([ins], [], SCRATCH))] == [
        ("far.get", SCRATCH),
        ("br_sub_nz", SCRATCH),
        ("far.set", SCRATCH),
    ]


def test_cold_instructions_with_many_words():
    ins = Ins("slow", a=300, b=310, kinds="MQ")
    names = [line[0] for line in shown(expand([ins], [], SCRATCH))]
    assert names == ["far.get"] * 8 + ["slow"] + ["far.set"] * 4


def test_moves_need_no_scratch_slot():
    assert shown(expand([Ins("mov", a=2, b=300), Ins("mov64", a=301, b=3)], [], SCRATCH)) == [
        ("far.mov", 300, 2),
        ("far.mov", 3, 301),
        ("far.mov", 4, 302),
    ]


# ---------------------------------------------------------------- wide comparisons
@pytest.mark.parametrize(
    ("op", "row", "operands"),
    [("lt_u", "i32.lt_u", (5, 9)), ("gt_s", "i32.lt_s", (9, 5)), ("ge_u", "i32.le_u", (9, 5))],
)
def test_wide_comparison_puts_its_constant_into_a_slot(op, row, operands):
    ins = Ins(f"i32.{op}.?", a=3, b=5, d=9, imm=70000, kinds="wr---I")
    first, second = expand([ins], [], SCRATCH)
    assert (first.op, first.a, first.imm) == ("const32", 9, 70000)
    assert (second.op, second.a, second.b, second.c) == (row, 3, *operands)


def test_the_constant_of_a_comparison_overwrites_no_local():
    """The comparison's result goes straight to local 0, its constant must not go behind it."""
    text = """(module (func (export "f") (param i32 i32) (result i32)
      (local.set 0 (i32.lt_u (local.get 0) (i32.const 70000))) (local.get 1)))"""
    assert rows(text) == ["const32", "i32.lt_u"]
    assert run(program(text)).f(1, 1234) == 1234


def test_a_comparison_with_its_constant_in_front():
    text = """(module (func (export "f") (param i32) (result i32)
      (i32.lt_s (i32.const 70000) (i32.mul (local.get 0) (local.get 0)))))"""
    app = run(program(text))
    assert (app.f(264), app.f(265)) == (0, 1)


# ---------------------------------------------------------------- labels
def test_labels_move_with_their_instructions():
    """Of branches, of tables, and those that only a try_table knows."""
    code = [
        Ins("i32.add", a=300, b=300, c=300),  # becomes three
        Ins("br_nz", a=300, label=at(3)),  # becomes two
        Ins("br_table", a=0, c=1, labels=[at(1), at(4)]),
        Ins("br", label=at(0)),
    ]
    known = [at(2), at(4)]
    out = expand(code, known, SCRATCH)
    names = ["far.get", "i32.add", "far.set", "far.get", "br_nz", "br_table", "br"]
    assert [ins.op for ins in out] == names
    assert out[4].label.position == 6
    assert [label.position for label in out[5].labels] == [3, 7]
    assert out[6].label.position == 0
    assert [label.position for label in known] == [5, 7]


# ---------------------------------------------------------------- branches
def filled(*code: Ins, count: int) -> list[Ins]:
    """A branch, `count` moves (8 bytes each), and one more move."""
    return [*code, *(Ins("mov", a=0, b=1) for _ in range(count)), Ins("mov", a=2, b=3)]


def test_a_branch_that_reaches_is_left_alone():
    target = at(4000)
    code, offsets = place(filled(Ins("br_nz", label=target), count=3998), [])
    assert code[0].op == "br_nz" and offsets[-1] == 4000 * 8
    assert offsets[target.position] == offsets[-1]


def test_an_unconditional_branch_becomes_far():
    target = at(5001)
    code, offsets = place(filled(Ins("br", label=target), count=5000), [])
    assert code[0].op == "br.far" and code[0].label is target
    assert offsets[1] == 16 and offsets[target.position] == 16 + 5000 * 8


def test_a_conditional_branch_goes_over_a_far_one():
    target, kept = at(5001), at(1)
    branch = Ins("br_i32.lt_s", a=1, b=2, label=target)
    code, offsets = place(filled(branch, count=5000), [kept])
    assert [ins.op for ins in code[:4]] == ["br_i32.lt_s", "br", "br.far", "mov"]
    assert offsets[:4] == [0, 8, 16, 32]
    # The condition leads to the far branch, else control goes over it.
    assert (code[0].label.position, code[1].label.position) == (2, 3)
    assert code[2].label is target and offsets[target.position] == 32 + 5000 * 8
    assert kept.position == 3


def test_backwards_and_nested():
    start, end = at(0), at(9002)
    code = [
        Ins("br_nz", label=end),
        *(Ins("mov", a=0, b=1) for _ in range(9000)),
        Ins("br_nz", label=start),
    ]
    out, offsets = place(code, [start, end])
    far = [i for i, ins in enumerate(out) if ins.op == "br.far"]
    assert [out[i].label for i in far] == [end, start]
    assert offsets[end.position] == offsets[-1] and offsets[start.position] == 0


LONG = """(module (func (export "f") (param i32 i32) (result i32)
  (block (br_if 0 (i32.eqz (local.get 1)))
    {body}
    (br_if 0 (i32.lt_s (local.get 0) (i32.const 0)))
    (local.set 0 (i32.const 77)))
  (local.get 0)))"""


def test_distances_are_byte_exact():
    body = "(local.set 0 (i32.rotl (local.get 0) (local.get 1)))" * 5000
    made = program(LONG.replace("{body}", body))
    code = listing(function(made, "f"))
    names = [name for name, _ in code]
    far = names.index("br.far")
    at = sum(len(b) for b in offsets_of(function(made, "f").code)[:far])
    target = at + code[far][1]["imm"]
    assert function(made, "f").code[target:].startswith(offsets_of(function(made, "f").code)[-1])
    app = run(made)
    assert (app.f(5, 0), app.f(1, 1), app.f(-1, 1)) == (5, 77, -1)


def offsets_of(code: bytes) -> list[bytes]:
    """The code of each instruction."""
    out, at = [], 0
    while at < len(code):
        size = decode(code, at)[2]
        out.append(code[at : at + size])
        at += size
    return out


def test_tables_and_handlers_of_long_functions():
    """br_table entries are 32 bits wide, and the ranges of a try_table stretch with the code."""
    body = "(local.set 0 (i32.rotl (local.get 0) (i32.const 1)))" * 5000
    text = f"""(module (tag $e (param i32)) (func (export "f") (param i32 i32) (result i32)
      (block (result i32) (try_table (catch $e 0)
        (block (block (br_table 0 1 (local.get 1))) {body} (throw $e (local.get 0))) {body})
      (i32.add (local.get 0) (i32.const 1)))))"""
    app = run(program(text))
    turned = 1 << 5000 % 32
    assert (app.f(1, 0), app.f(1, 1)) == (turned, turned + 1)


# ---------------------------------------------------------------- large frames
def test_frames_beyond_255_slots():
    locals = " ".join(["i64"] * 300)
    text = f"""(module (func (export "f") (param i64) (result i64) (local {locals})
      (local.set 299 (i64.add (local.get 0) (i64.const 5)))
      (local.set 1 (i64.mul (local.get 299) (local.get 299)))
      (if (i64.lt_s (local.get 299) (local.get 1)) (then (local.set 298 (local.get 1))))
      (i64.sub (local.get 298) (local.get 299))))"""
    made = program(text)
    assert function(made, "f").frame_bytes > 4 * 600
    assert {"far.get", "far.set"} <= set(rows(text))
    app = run(made)
    assert (app.f(5), app.f(-5)) == (90, 0)


def test_many_results_of_a_large_frame():
    """Results go to the slots where scratch slots would be if they came first."""
    count = 400
    values = " ".join(f"(i32.const {i})" for i in range(count))
    text = f"""(module (func $many (result{" i32" * count}) {values})
      (func (export "f"){" (result" + " i32" * count + ")"} (call $many)))"""
    assert run(program(text)).f() == tuple(range(count))
