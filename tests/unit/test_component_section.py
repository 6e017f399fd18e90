"""The component section: what write puts there is what the device's Plan and the docs say."""

from __future__ import annotations

import json
from pathlib import Path

from component_text import component, component_image
from wrt_micro.component import plan as fmt
from wrt_micro.component.canon import flat_room as device_room
from wrt_micro.component.describe import signature, wit
from wrt_micro.component.trap import FIRST, TEXTS
from wrt_micro.image import Image
from wrt_preflight.component import link_component, read_component, types, write_plan
from wrt_preflight.component.inspect import plan_json, plan_text
from wrt_preflight.component.plan import HostFunction, Plan
from wrt_preflight.component.stack import flat_room
from wrt_preflight.component.types import PRIMITIVES
from wrt_preflight.image import read
from wrt_preflight.lower.program import HostImport, Program

DOCS = (Path(__file__).parents[2] / "docs" / "components.md").read_text()


def plan_of(text: str) -> fmt.Plan:
    return fmt.Plan(Image(component_image(text)))


BASE = """(component
  (import "demo:kit/log@1.0.0" (instance $log
    (export "say" (func (param "text" string) (param "n" u64)))))
  (core module $M
    (memory (export "m") 1) (memory (export "m64") i64 1)
    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "r64") (param i64 i64 i64 i64) (result i64) unreachable)
    (func (export "f") (param i64 f64 i32 f32) unreachable)
    (func (export "g") (param i64 i64) unreachable)
    (func (export "h") (param i32 i32) unreachable)
    (func (export "p") (param i32) unreachable))
  (core instance $m (instantiate $M))
  (core func (canon lower (func $log "say") (memory (core memory $m "m"))))
  """


def lifts(*types_: str) -> str:
    """A component with a function f(v: type) for each type, f0, f1, ..., in a 32-bit memory."""
    return "\n".join(
        f'(func (export "f{i}") (param "v" {t}) (canon lift (core func $m "h")'
        ' (memory (core memory $m "m")) (realloc (core func $m "r"))))'
        for i, t in enumerate(types_)
    )


def test_functions() -> None:
    plan = plan_of(
        BASE
        + """(func (export "f") (param "a" u64) (param "b" f64) (param "c" s8) (param "d" f32)
               (canon lift (core func $m "f"))))"""
    )
    assert [plan.count(t) for t in (fmt.INSTANCES, fmt.STEPS, fmt.LIFTS, fmt.CANONS)] == [1] * 4
    lift = plan.record(fmt.LIFTS, 0, fmt.LIFT_BYTES)
    params = plan.word(lift + fmt.LIFT_PARAMS)
    assert signature(plan, params, 0) == "func(a: u64, b: f64, c: s8, d: f32)"
    assert plan.word(lift + fmt.LIFT_WIDE_PARAMS) == 0b0011
    assert plan.flat_count(params) == 4 and plan.elem_size(params) == 24
    canon = plan.record(fmt.CANONS, 0, fmt.CANON_BYTES)
    assert plan.word(canon) == fmt.LOWER
    assert plan.word(canon + fmt.LOWER_TARGET) == fmt.TO_HOST
    assert plan.word(canon + fmt.LOWER_WIDE_PARAMS) == 0b100
    host = plan.record(fmt.HOSTS, 0, fmt.HOST_BYTES)
    assert plan.string(plan.word(host)) == "demo:kit/log@1.0.0"
    assert plan.string(plan.word(host + 4)) == "say"


def test_a_type_has_a_descriptor_for_each_width_of_pointers() -> None:
    plan = plan_of(
        BASE
        + """(func (export "h") (param "v" string) (canon lift (core func $m "h")
               (memory (core memory $m "m")) (realloc (core func $m "r"))))
             (func (export "g") (param "v" string) (canon lift (core func $m "g")
               (memory (core memory $m "m64")) (realloc (core func $m "r64")))))"""
    )
    found = []
    for i in range(2):
        lift = plan.record(fmt.LIFTS, i, fmt.LIFT_BYTES)
        params = plan.word(lift + fmt.LIFT_PARAMS)
        pointer = plan.word(plan.word(lift + fmt.LIFT_OPTIONS) + fmt.PTR_SIZE)
        wide = plan.word(lift + fmt.LIFT_WIDE_PARAMS)
        found.append((pointer, plan.elem_size(params), plan.alignment(params), wide))
    assert found == [(4, 8, 4, 0), (8, 16, 8, 0b11)]


def test_equal_types_are_stored_once() -> None:
    data = component(f"{BASE}(type $a (list u8)) (type $b (list u8))" + lifts("$a", "$b") + ")")
    plan, _ = link_component(read_component(data), data)
    first, second = (plan.exports.functions[name].type.params[0][1] for name in ("f0", "f1"))
    assert first is not second and types.equal(first, second)
    written = fmt_plan(write_plan(plan, Program()))
    places = [
        written.word(written.record(fmt.LIFTS, i, fmt.LIFT_BYTES) + fmt.LIFT_PARAMS)
        for i in range(2)
    ]
    assert places[0] == places[1]


def fmt_plan(section: bytes) -> fmt.Plan:
    """A Plan of bytes that are in no image."""

    class Bare:
        data = section
        optional = {fmt.COMPONENT: (0, len(section))}

    return fmt.Plan(Bare())


def test_only_canonical_definitions_that_are_left_are_written() -> None:
    data = component(
        """(component (import "a" (func $a)) (import "b" (func $b))
             (core func (canon lower (func $a))) (core func (canon lower (func $b))))"""
    )
    plan, _ = link_component(read_component(data), data)
    program = Program(imports=[HostImport("canon", "1", 0)])
    written = fmt_plan(write_plan(plan, program))
    assert written.count(fmt.CANONS) == 1
    canon = written.record(fmt.CANONS, 0, fmt.CANON_BYTES)
    assert written.word(canon + fmt.LOWER_TARGET) == fmt.TO_HOST | 1


def test_plain_types_have_no_padding() -> None:
    tight = types.Tuple((PRIMITIVES["u32"], PRIMITIVES["u16"], PRIMITIVES["u16"]))
    for t, plain in (
        (PRIMITIVES["u8"], True),
        (PRIMITIVES["bool"], False),
        (PRIMITIVES["f32"], False),
        (tight, True),
        (types.List(tight, 3), True),
        (types.List(tight, None), False),
        (types.Tuple((PRIMITIVES["u32"], PRIMITIVES["u8"])), False),
    ):
        plan = describe(t)
        assert bool(plan[0].bytes[plan[1] + 3] & fmt.PLAIN) == plain, t


def describe(t: types.ValType) -> tuple[fmt.Plan, int]:
    """A section with one import f: func(v: t), and the reference of t."""
    host = HostFunction("", "f", types.FuncType((("v", t),), None), 0)
    plan = fmt_plan(write_plan(Plan(hosts=[host]), Program()))
    at = plan.record(fmt.HOSTS, 0, fmt.HOST_BYTES)
    return plan, plan.word(plan.word(at + fmt.HOST_PARAMS) + 12)


def test_types_read_back_as_wit() -> None:
    u8, string = PRIMITIVES["u8"], PRIMITIVES["string"]
    for t, text in (
        (types.Option(types.List(u8, None)), "option<list<u8>>"),
        (types.Result(None, string), "result<_, string>"),
        (types.Result(None, None), "result"),
        (types.Map(string, u8), "map<string, u8>"),
        (types.List(u8, 3), "list<u8, 3>"),
        (types.Flags(("a", "b")), "flags { a, b }"),
        (types.Variant((("a", None), ("b", u8))), "variant { a, b(u8) }"),
        (types.Own(types.ResourceType(None, None, name="file")), "file"),
        (types.Borrow(types.ResourceType(None, None, name="file")), "borrow<file>"),
    ):
        plan, at = describe(t)
        assert wit(plan, at) == text


def test_host_and_device_reserve_the_same_room() -> None:
    many = " ".join(f'(param "p{i}" u64)' for i in range(17))
    memory = '(memory (core memory $m "m")) (realloc (core func $m "r"))'
    for function in (
        '(param "a" u64) (param "b" f64) (param "c" s8) (param "d" f32)'
        ' (canon lift (core func $m "f"))',
        f'(param "v" string) (canon lift (core func $m "h") {memory})',
        f'{many} (canon lift (core func $m "p") {memory})',
    ):
        text = f'{BASE} (func (export "f") {function}))'
        data = component(text)
        linked, _ = link_component(read_component(data), data)
        plan = plan_of(text)
        lift = plan.record(fmt.LIFTS, 0, fmt.LIFT_BYTES)
        wide = plan.word(lift + fmt.LIFT_WIDE_PARAMS)
        room = device_room(plan, plan.word(lift + fmt.LIFT_PARAMS), wide)
        assert room == flat_room(linked.lifts[0]), function


def test_docs_name_every_trap_and_kind() -> None:
    for kind, _ in (line.split(": ", 1) for line in TEXTS.split("\n")):
        assert f"`{kind}`" in DOCS
    assert FIRST == 32
    for number, name in (
        (14, "record, tuple"),
        (20, "flags"),
        (23, "map"),
        (26, "stream, future"),
    ):
        assert any(line.startswith(f"| {number}") and name in line for line in DOCS.splitlines())


def test_the_plan_is_shown() -> None:
    text = (Path(__file__).parents[1] / "component" / "programs" / "resources.wat").read_text()
    section = read(component_image(text)).optional[fmt.COMPONENT]
    shown = plan_text(section).splitlines()
    for line in (
        "  0 the component",
        "  core instance 0, of 0",
        "  demo:kit/files@1.0.0#[method]file.size: func(self: borrow<file>) -> u32",
        "  take: func(c: counter) -> u32",
        "  counter: resource",
        "resource types",
    ):
        assert line in shown, line
    plan = plan_json(section)
    assert plan["resources"][0]["instance"] in (0, None)
    assert {canon["name"] for canon in plan["canons"]} == {
        "lower",
        "resource.new",
        "resource.drop",
        "resource.rep",
    }
    assert plan["exports"][0]["name"] == "[constructor]counter"
    assert json.loads(json.dumps(plan)) == plan


def test_a_plan_without_something_has_no_table_of_it() -> None:
    section = read(component_image("(component)")).optional[fmt.COMPONENT]
    assert plan_text(section) == "component instances\n  0 the component"
