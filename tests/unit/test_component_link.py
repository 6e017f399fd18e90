"""Linking: the tree of instances as a Plan, types in place of indices, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from component_text import component
from wrt_preflight.component import check_runnable, link_component, read_component, tree, types
from wrt_preflight.component.plan import Builtin, HostFunction, Lift, Lower, Plan
from wrt_preflight.component.types import PRIMITIVES
from wrt_preflight.errors import LimitError, LinkError, PreflightError, ProfileError, ReadError

F = '(core module $M (func (export "f") (result i32) i32.const 7))'


def link(text: str) -> Plan:
    data = component(text)
    return link_component(read_component(data, "x.wasm"), data, "x.wasm")[0]


def test_instances_of_one_component_are_separate() -> None:
    plan = link(f"""(component
      (component $C {F}
        (core instance $i (instantiate $M))
        (func (export "f") (result u32) (canon lift (core func $i "f"))))
      (instance $a (instantiate $C))
      (instance $b (instantiate $C))
      (export "a" (instance $a)) (export "b" (instance $b)))""")
    assert [(i.name, i.parent) for i in plan.instances] == [("", None), ("a", 0), ("b", 0)]
    assert [(s.core, s.instance) for s in plan.steps] == [(0, 1), (1, 2)]
    first, second = (plan.exports.instances[name].functions["f"] for name in "ab")
    assert isinstance(first, Lift) and isinstance(second, Lift)
    assert (first.instance, second.instance) == (1, 2)
    assert first.function != second.function


def test_imports_of_the_root_are_the_hosts() -> None:
    plan = link(
        """(component
      (import "log" (func (param "msg" string)))
      (import "demo:kit/clock@1.0.0" (instance $clock
        (export "now" (func (result u64)))
        (export "res" (type $r (sub resource)))
        (export "take" (func (param "r" (own $r))))))
      (import "t" (type (sub resource))))"""
    )
    assert [(h.interface, h.name) for h in plan.hosts] == [
        ("", "log"),
        ("demo:kit/clock@1.0.0", "now"),
        ("demo:kit/clock@1.0.0", "take"),
    ]
    assert plan.hosts[0].type.params == (("msg", PRIMITIVES["string"]),)
    inside = plan.imports.instances["demo:kit/clock@1.0.0"]
    taken = inside.functions["take"].type.params[0][1]
    assert isinstance(taken, types.Own) and taken.resource is inside.types["res"]


def test_arguments_are_substituted() -> None:
    """A function that passes through two components is still the one that was given."""
    plan = link("""(component
      (import "f" (func $f (result u8)))
      (component $Inner
        (import "g" (func $g (result u8)))
        (core func (canon lower (func $g)))
        (export "h" (func $g)))
      (component $Outer
        (alias outer 1 $Inner (component $I))
        (import "x" (instance $x (export "g" (func (result u8)))))
        (instance $i (instantiate $I (with "g" (func $x "g"))))
        (export "h" (func $i "h")))
      (instance $o (instantiate $Outer (with "x" (instance (export "g" (func $f))))))
      (export "h" (func $o "h")))""")
    (lower,) = plan.canons
    assert isinstance(lower, Lower) and lower.callee is plan.hosts[0]
    assert plan.exports.functions["h"] is plan.hosts[0]
    assert plan.instances[lower.instance].parent == 1


def test_resource_types_are_fresh_for_each_instance() -> None:
    plan = link("""(component
      (component $C
        (type $R (resource (rep i32)))
        (core func $drop (canon resource.drop $R))
        (export "r" (type $R)))
      (instance $a (instantiate $C))
      (instance $b (instantiate $C))
      (export "a" (instance $a)) (export "b" (instance $b)))""")
    first, second = (plan.exports.instances[name].types["r"] for name in "ab")
    assert first is not second and (first.instance, second.instance) == (1, 2)
    drops = [canon for canon in plan.canons if isinstance(canon, Builtin)]
    assert [drop.resource for drop in drops] == [first, second]
    assert first.name == "r"


def test_core_instances_link_as_in_core_wasm() -> None:
    plan = link("""(component
      (core module $A (memory (export "m") 1) (global (export "g") (mut i32) (i32.const 1)))
      (core module $B (import "a" "m" (memory 1)) (import "b" "h" (global (mut i32)))
        (func (export "f")))
      (core instance $a (instantiate $A))
      (core instance $renamed (export "h" (global $a "g")))
      (core instance $b (instantiate $B
        (with "a" (instance $a)) (with "b" (instance $renamed))))
      (func (export "f") (canon lift (core func $b "f") (memory (core memory $a "m")))))""")
    lift = plan.exports.functions["f"]
    assert lift.options.memory == 0 and len(plan.steps) == 2


@pytest.mark.parametrize(
    ("definition", "count", "result"),
    [
        ("(canon resource.new $r)", 1, 1),
        ("(canon resource.rep $r)", 1, 1),
        ("(canon backpressure.inc)", 0, 0),
        ('(canon task.return (result $pair) (memory (core memory $i "m")))', 4, 0),
        ("(canon context.get i32 0)", 0, 1),
        ("(canon stream.new $s)", 0, 1),
        ('(canon stream.read $s async (memory (core memory $i "m")))', 3, 1),
        ('(canon future.write $fu async (memory (core memory $i "m")))', 2, 1),
        ("(canon stream.cancel-read $s)", 1, 1),
        ("(canon future.drop-writable $fu)", 1, 0),
        ('(canon waitable-set.wait (memory (core memory $i "m")))', 2, 1),
        ("(canon waitable.join)", 2, 0),
        ('(canon error-context.new (memory (core memory $i "m")))', 2, 1),
        (
            '(canon error-context.debug-message (memory (core memory $i "m"))'
            ' (realloc (core func $i "r")))',
            2,
            0,
        ),
        ('(canon thread.new-indirect $ft (core table $i "t"))', 2, 1),
        ("(canon thread.yield)", 0, 1),
        ("(canon subtask.cancel)", 1, 1),
        ("(canon thread.suspend-then-resume)", 1, 1),
    ],
)
def test_built_ins_are_core_functions_of_the_right_type(definition, count, result) -> None:
    data = component(f"""(component
      (core type $ft (func (param i32)))
      (type $r (resource (rep i32)))
      (type $pair (tuple string string))
      (type $s (stream u8))
      (type $fu (future string))
      (core module $I (memory (export "m") 1) (table (export "t") 1 funcref)
        (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
      (core instance $i (instantiate $I))
      (core func $f {definition}))""")
    plan, store = link_component(read_component(data), data)
    functype = store.function_type(len(store.functions) - 1)
    assert (len(functype.params), len(functype.results)) == (count, result)
    assert isinstance(plan.canons[-1], Builtin)
    check_runnable(plan)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ('(import "m" (core module))', LinkError, "core module"),
        ('(import "c" (component))', LinkError, "component"),
        ("(instance (instantiate 3))", ReadError, "component index below 0, found 3"),
        ("(type (list 9))", ReadError, "type index below 0, found 9"),
        ("(type (func)) (type (list 0))", ReadError, "a value type"),
        ("(type u8) (type (own 0))", ReadError, "a resource type"),
        ("(alias outer 2 0 (type $t))", ReadError, "scopes out"),
        ('(instance) (alias export 0 "x" (func))', ReadError, 'exports no "x"'),
        ('(core instance) (alias core export 0 "x" (core func))', ReadError, 'no core func "x"'),
        ('(component $c (import "x" (func))) (instance (instantiate $c))', LinkError, "nothing"),
        (
            '(core module $m (import "a" "b" (func))) (core instance (instantiate $m))',
            LinkError,
            'import "a" "b"',
        ),
        (
            F + "(core instance $i (instantiate $M)) (func (result string)"
            ' (canon lift (core func $i "f") (memory 0)))',
            ReadError,
            "core memory index",
        ),
        (
            F + "(core instance $i (instantiate $M)) (func (result f32)"
            ' (canon lift (core func $i "f")))',
            LinkError,
            "expects a core function",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_offset(text, kind, words) -> None:
    data = component(f"(component {text})")
    with pytest.raises(kind) as caught:
        link_component(read_component(data, "x.wasm"), data, "x.wasm")
    assert words in caught.value.message
    assert caught.value.file == "x.wasm"
    assert 8 <= caught.value.offset < len(data)


def test_what_does_not_run_is_refused_with_its_offset() -> None:
    text = "(type $R (resource (rep i64))) (core func (canon resource.new $R))"
    plan = link(f"(component {text})")
    with pytest.raises(ProfileError) as caught:
        check_runnable(plan)
    assert "a rep of type i64, which this version" in caught.value.message
    assert caught.value.offset is not None and caught.value.file == "x.wasm"


def test_unfolding_without_end_is_refused() -> None:
    text = "(component (component $c0)"
    for i in range(1, 8):
        alias = f"(alias outer 1 {i - 1} (component $x))"
        text += f"(component $c{i} {alias}{'(instance (instantiate $x))' * 8})"
    with pytest.raises(LimitError, match="more than 4096 instances"):
        link(text + "(instance (instantiate $c7)))")


def test_deep_types_are_refused() -> None:
    types_text = "(type $t0 (list u8))" + "".join(
        f"(type $t{i} (list $t{i - 1}))" for i in range(1, 200)
    )
    with pytest.raises(ReadError, match="nests more than 100 deep"):
        link(f"(component {types_text})")


RICH = """(component
  (import "log" (func $log (param "msg" string)))
  (core module $M (memory (export "m") 1)
    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "f") (param i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $M))
  (type $v (variant (case "a" u8) (case "b" string)))
  (type $rec (record (field "x" $v) (field "y" u8)))
  (core func (canon lower (func $log) (memory (core memory $i "m"))))
  (component $C (import "f" (func $f (param "s" string) (result string))) (export "g" (func $f)))
  (func $f (param "s" string) (result string) (canon lift (core func $i "f")
    (memory (core memory $i "m")) (realloc (core func $i "r"))))
  (instance $c (instantiate $C (with "f" (func $f))))
  (export "all" (instance $c)))"""


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_damaged_components_give_a_clear_error_or_a_plan(data: st.DataObject) -> None:
    raw = bytearray(component(RICH))
    module = next(d for d in read_component(raw).definitions if isinstance(d, tree.CoreModule))
    # Core modules are validated before they are linked; damage everything else.
    places = [i for i in range(8, len(raw)) if not module.offset <= i < module.end]
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.sampled_from(places))] ^= 1 << data.draw(st.integers(0, 7))
    raw = bytes(raw)
    try:
        plan, _ = link_component(read_component(raw, "x"), raw, "x")
        check_runnable(plan)
    except PreflightError as error:
        assert error.message


def test_the_undamaged_component_links() -> None:
    plan = link(RICH)
    check_runnable(plan)
    assert isinstance(plan.hosts[0], HostFunction)
    assert plan.exports.instances["all"].functions["g"] is plan.lifts[0]
