"""Engines for one image: what is in them, and that every form compiles for every architecture."""

import re

import pytest

from wrt_preflight import pipeline
from wrt_preflight.cli import main
from wrt_preflight.interp.generate import sources
from wrt_preflight.interp.tailor import needs_of, tailored_engine, tailored_source
from wrt_preflight.lower import LowerOptions
from wrt_preflight.mpy_compile import INTERPRETERS
from wrt_preflight.ops.encoding import TREE
from wrt_preflight.ops.machine import TABLE
from wrt_preflight.ops.needs import ALL, Needs, pruned

# Loads, floats, 64 bits, a table, exceptions and memory instructions.
PROGRAM = """
(module (memory 1) (table 2 funcref) (tag $t (param i32))
  (elem (i32.const 0) $div $throw)
  (func $div (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func $throw (param i32) (throw $t (local.get 0)))
  (func (export "run") (param i32 f64 f32) (result i32)
    (memory.fill (i32.const 0) (i32.const 1) (local.get 0))
    (f64.store (i32.const 8) (f64.sqrt (f64.add (local.get 1) (f64.const 2))))
    (f32.store (i32.const 16) (f32.mul (local.get 2) (f32.const 2)))
    (table.set (i32.const 0) (table.get (i32.const 1)))
    (block $h (result i32)
      (try_table (result i32) (catch $t $h)
        (call_indirect (param i32) (local.get 0) (i32.const 0))
        (i32.load (local.get 0))))))
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    path = tmp_path_factory.mktemp("tailor") / "program.wat"
    path.write_text(PROGRAM)
    return pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image


@pytest.mark.parametrize("form", ["viper64", "viper32", "viper32s", "portable"])
def test_it_has_the_rows_of_the_image_and_no_others(image, form):
    names = {row.name for row in TABLE}
    found = {line for line in re.findall(r"# (\S+)$", tailored_source(image, form), re.M)}
    assert found & names == needs_of(image).rows
    assert "i64.rotl" not in needs_of(image).rows
    assert needs_of(image).classes == ["integer", "memory", "table", "f32", "f64", "exception"]


@pytest.mark.parametrize("arch", sorted(INTERPRETERS))
def test_it_compiles_and_is_smaller(image, arch):
    name, data = tailored_engine(image, arch)
    assert name == f"engine_{image.header['crc']:08x}.mpy"
    # The general engine with all that this uses takes 46,000 bytes at least.
    assert 4000 < len(data) < 36000


def test_all_rows_make_the_general_engine():
    assert pruned(TREE, ALL) == TREE
    rows = frozenset(row.name for row in TABLE)
    assert pruned(TREE, Needs(rows, frozenset())) == TREE
    assert "loop.py" in "".join(sources())


@pytest.mark.parametrize("row", [row.name for row in TABLE][::9])
def test_one_row_alone_needs_no_test(row):
    assert pruned(TREE, Needs(frozenset([row]))).row.name == row


def test_no_rows_are_no_engine():
    with pytest.raises(ValueError, match="no row"):
        pruned(TREE, Needs(frozenset()))


@pytest.mark.parametrize("text", ["(module)", "(component)", '(module (memory (export "m") 1))'])
def test_programs_without_code_have_an_engine_too(text, tmp_path):
    path = tmp_path / "empty.wat"
    path.write_text(text)
    image = pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image
    assert needs_of(image).rows == {"ret"}
    for form in (None, "portable"):
        assert len(tailored_engine(image, "armv6m", form)[1]) < 1500
    assert main(["check", str(path), "--board", "pico"]) == 0
    assert main(["size", str(path), "--board", "pico"]) == 0
