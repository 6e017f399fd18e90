"""Stripping: what goes, what stays, and that the rest does the same."""

import json

import pytest

from wrt_preflight import image, pipeline
from wrt_preflight.cli import main
from wrt_preflight.errors import UsageError
from wrt_preflight.lower import LowerOptions

MODULE = """
(module
  (import "env" "used" (func $used (param i32)))
  (import "env" "unused" (func $unused (param i64) (result i64)))
  (type $never (func (param f32 f32 f32) (result f32)))
  (memory (export "memory") 64 (pagesize 1))
  (table $called 2 funcref) (table $named 9 funcref) (table $forgotten 7 funcref)
  (elem (table $called) (i32.const 0) func $in_table $same_2)
  (elem (table $named) (i32.const 0) func $only_in_named)
  (elem $passive func $only_passive)
  (data (i32.const 0) "active")
  (data $taken "taken") (data $left "left over")
  (func $in_table (result i32) (i32.const 7))
  (func $only_in_named (result i32) (i32.const 8))
  (func $only_passive (result i32) (i32.const 9))
  (func $same_1 (result i32) (i32.const 1234))
  (func $same_2 (result i32) (i32.const 1234))
  (func $dead (param i64) (result i64) (call $unused (call $dead_too (local.get 0))))
  (func $dead_too (param i64) (result i64) (memory.init $left (i32.const 0) (i32.const 0)
    (i32.const 1)) (local.get 0))
  (func (export "run") (param i32) (result i32)
    (call $used (local.get 0))
    (memory.init $taken (i32.const 8) (i32.const 0) (i32.const 5))
    (i32.add (call $same_1)
      (i32.add (table.size $named) (call_indirect $called (result i32) (local.get 0)))))
  (func (export "other") (result i32) (call $same_2)))
"""


@pytest.fixture
def build(tmp_path):
    def make(text, **options):
        path = tmp_path / "program.wat"
        path.write_text(text)
        return pipeline.build(pipeline.read_input(str(path)), LowerOptions(**options))

    return make


def left(built):
    return {
        built.image.name(f.index)
        for f in built.image.functions
        if not f.stripped and not built.image.name(f.index).endswith(".init")
    }


def test_functions_that_nothing_reaches_have_no_code(build):
    built = build(MODULE)
    names = {name.split(".")[-1] for name in left(built)}
    assert not names & {"dead", "dead_too", "unused", "only_passive", "only_in_named"}
    assert {"in_table", "used"} <= names
    assert built.stripped.functions == 5 and built.stripped.merged == 1
    assert len({"same_1", "same_2"} & names) == 1


def test_bytes_before_and_after_are_those_of_the_images(build):
    after, before = build(MODULE), build(MODULE, strip=False)
    assert before.stripped is None and after.before == len(before.image.data)
    assert len(after.image.data) < after.before - after.stripped.code // 2


def test_imports_that_nothing_calls_are_not_asked_for(build):
    assert [i.name for i in build(MODULE).image.imports] == ["used"]
    assert len(build(MODULE, strip=False).image.imports) == 2


def test_tables_keep_what_may_be_called_or_seen(build):
    called, named, forgotten = build(MODULE).image.tables[:3]
    assert called.size == 2 and None not in called.items
    assert named.size == 9 and not any(named.items)
    assert forgotten.size == forgotten.capacity == 0


def test_data_that_nothing_copies_is_gone(build):
    assert build(MODULE).image.segments == [b"active", b"taken", b""]


def test_keep_leaves_out_other_exports(build):
    built = build(MODULE, keep=("other",))
    assert [e.name for e in built.image.instances[-1].exports] == ["other"]
    assert len(left(built)) == 2 and not built.image.imports
    with pytest.raises(UsageError, match="--keep nothing: there is no such export") as caught:
        build(MODULE, keep=("nothing",))
    assert "memory, other, run" in str(caught.value) or "run" in str(caught.value)


def test_exports_of_tables_keep_all_in_them(build):
    text = MODULE.replace("(table $named 9", '(table $named (export "named") 9')
    names = {name.split(".")[-1] for name in left(build(text))}
    assert "only_in_named" in names


def test_equal_functions_of_two_instances_stay_apart(build):
    core = '(core module $M (func (export "f") (result i32) i32.const 5 unreachable))'
    built = build(
        f"""(component {core}
        (core instance $a (instantiate $M)) (core instance $b (instantiate $M))
        (func (export "a") (result u32) (canon lift (core func $a "f")))
        (func (export "b") (result u32) (canon lift (core func $b "f"))))"""
    )
    assert built.stripped.merged == 0
    assert not any(function.stripped for function in built.image.functions)


COMPONENT = """
(component
  (import "log" (func $log (param "n" u32)))
  (import "never" (func $never))
  (core func $log' (canon lower (func $log)))
  (core func $never' (canon lower (func $never)))
  (core module $M
    (import "" "log" (func $log (param i32)))
    (import "" "never" (func $never))
    (func (export "f") (result i32) (call $log (i32.const 1)) (i32.const 2))
    (func (export "g") (call $never)))
  (core instance $m (instantiate $M
    (with "" (instance (export "log" (func $log')) (export "never" (func $never'))))))
  (func (export "f") (result u32) (canon lift (core func $m "f")))
  (func $g (canon lift (core func $m "g")))
  (instance $i (export "g" (func $g)))
  (export "demo:kit/more" (instance $i)))
"""


def test_a_component_keeps_what_its_exports_need(build):
    whole = build(COMPONENT)
    assert whole.stripped.functions == 0 and whole.stripped.exports == 2
    part = build(COMPONENT, keep=("f",))
    assert part.stripped.functions == 2 and part.stripped.imports == 1
    nested = build(COMPONENT, keep=("demo:kit/more",))
    one = build(COMPONENT, keep=("demo:kit/more#g",))
    assert nested.image.data == one.image.data != part.image.data
    with pytest.raises(UsageError, match="there is no such export"):
        build(COMPONENT, keep=("g",))


def test_stripped_images_read_back_and_inspect(build, tmp_path, capsys):
    built = build(MODULE)
    again = image.read(built.image.data)
    assert [f.stripped for f in again.functions] == [f.stripped for f in built.image.functions]
    path = tmp_path / "program.wrt"
    path.write_bytes(built.image.data)
    assert main(["inspect", str(path)]) == 0
    capsys.readouterr()
    assert main(["inspect", str(path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["functions"]) == len(
        [f for f in again.functions if not f.stripped]
    )


def test_build_says_what_was_left_out_and_keeps_it_when_told(tmp_path, capsys):
    path = tmp_path / "program.wat"
    path.write_text(MODULE)
    assert main(["build", str(path)]) == 0
    assert "stripped:" in capsys.readouterr().err
    small = path.with_suffix(".wrt").stat().st_size
    assert main(["build", str(path), "--no-strip"]) == 0
    assert "stripped:" not in capsys.readouterr().err
    assert path.with_suffix(".wrt").stat().st_size > small
    assert main(["build", str(path), "--keep", "other"]) == 0
    assert path.with_suffix(".wrt").stat().st_size < small
    assert main(["build", str(path), "--no-strip", "--keep", "other"]) == 2
    assert main(["build", str(path), "--keep", "no-such"]) == 2
