"""How much stack a component is said to need: calls go on from instance to instance."""

from __future__ import annotations

import pytest

import wrt_micro
from component_text import component
from wrt_preflight.component import link_component, read_component, reserve_stack, write_plan
from wrt_preflight.image import COMPONENT, write
from wrt_preflight.lower import LowerOptions, lower

MANY = "i64 " * 40  # locals: a frame of 320 bytes
DEFAULT = LowerOptions().default_stack


def built(text: str):
    data = component(text)
    plan, store = link_component(read_component(data), data)
    program = lower(store, LowerOptions())
    reserve_stack(plan, store, program)
    return program, write(program, {COMPONENT: write_plan(plan, program)}).data


def level(number: int, body: str = "(i32.const 7)", extra: str = "", core: str = "") -> str:
    """A component whose function f calls that of the level below."""
    return f"""(component $C{number}
      (import "f" (func $f (result u32)))
      (canon lower (func $f) (core func $f'))
      {extra}
      (core module $M (import "" "f" (func $f (result i32))) {core}
        (func (export "f") (result i32) (local {MANY}) (call $f)))
      (core instance $m (instantiate $M (with "" (instance (export "f" (func $f'))))))
      (func (export "f") (result u32) (canon lift (core func $m "f"))))"""


BOTTOM = f"""(component $C0
  (core module $M (func (export "f") (result i32) (local {MANY}) (i32.const 7)))
  (core instance $m (instantiate $M))
  (func (export "f") (result u32) (canon lift (core func $m "f"))))"""


def tower(height: int, **given: str) -> str:
    parts = [BOTTOM, "(instance $i0 (instantiate $C0))"]
    for i in range(1, height):
        parts.append(level(i, **(given if i == height - 1 else {})))
        parts.append(
            f'(instance $i{i} (instantiate $C{i} (with "f" (func $i{i - 1} "f"))))',
        )
    return "\n".join(["(component", *parts, f'(export "f" (func $i{height - 1} "f")))'])


@pytest.mark.parametrize("height", [1, 2, 5])
def test_a_chain_of_calls_fits_its_stack(height):
    program, image = built(tower(height))
    assert program.stack_reason == "deepest chain of calls through the component's instances"
    assert height * 320 < program.stack_bytes < height * 320 + 600
    app = wrt_micro.load(image, engine="portable")
    assert app.f() == 7
    with pytest.raises(wrt_micro.Trap, match="call stack exhausted"):
        wrt_micro.load(image, engine="portable", stack=height * 320).f()


THREADS = """(core type $start (func (param i32)))
  (core module $T (table (export "t") 1 funcref))
  (core instance $t (instantiate $T))
  (alias core export $t "t" (core table $table))
  (canon thread.new-indirect $start (core table $table) (core func $new))"""


def test_threads_do_not_hide_a_chain_of_calls():
    """Which functions they begin with is known: those that someone has a reference to."""
    program, image = built(tower(4, extra=THREADS))
    assert program.stack_bytes > 4 * 320
    assert wrt_micro.load(image, engine="portable").f() == 7


def test_a_thread_begins_with_a_function_of_its_type():
    given = "(table 1 funcref) (elem (i32.const 0) $deep)"
    deep = f"(func $deep (param i32) (local {'i64 ' * 900})) {given}"
    other = f"(func $deep (local {'i64 ' * 900})) {given}"
    assert built(tower(2, extra=THREADS, core=deep))[0].stack_bytes > 7200
    assert built(tower(2, extra=THREADS, core=other))[0].stack_bytes < 7200


def test_destructors_run_above_their_caller():
    def component_with(locals_: str) -> str:
        return f"""(component
          (core module $D (func (export "d") (param i32) (local {locals_})))
          (core instance $d (instantiate $D))
          (type $R (resource (rep i32) (dtor (core func $d "d"))))
          (canon resource.new $R (core func $new))
          (canon resource.drop $R (core func $drop))
          (core module $M
            (import "" "new" (func $new (param i32) (result i32)))
            (import "" "drop" (func $drop (param i32)))
            (func (export "f") (local {MANY}) (call $drop (call $new (i32.const 3)))))
          (core instance $m (instantiate $M (with "" (instance
            (export "new" (func $new)) (export "drop" (func $drop))))))
          (func (export "f") (canon lift (core func $m "f"))))"""

    small, image = built(component_with("i32"))
    assert wrt_micro.load(image, engine="portable").f() is None
    large, image = built(component_with("i64 " * 100))
    assert 700 < large.stack_bytes - small.stack_bytes < 900
    assert wrt_micro.load(image, engine="portable").f() is None


def test_a_destructor_that_drops_has_no_bound():
    text = """(component
      (core module $T (table (export "t") 1 funcref) (type $f (func (param i32)))
        (func (export "d") (param i32) (call_indirect (type $f) (local.get 0) (i32.const 0))))
      (core instance $t (instantiate $T))
      (type $R (resource (rep i32) (dtor (core func $t "d"))))
      (canon resource.drop $R (core func $drop))
      (core module $M (import "" "drop" (func $drop (param i32)))
        (func (export "f") (call $drop (i32.const 0))))
      (core instance $m (instantiate $M (with "" (instance (export "drop" (func $drop))))))
      (func (export "f") (canon lift (core func $m "f"))))"""
    program, _ = built(text)
    assert program.stack_bytes == DEFAULT
    assert program.stack_reason == "default, because d calls by reference"
