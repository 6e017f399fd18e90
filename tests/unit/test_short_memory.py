"""A number for --memory, from what the linker exports."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from wrt_preflight import pipeline
from wrt_preflight.cli.build import command as build
from wrt_preflight.lower import LowerOptions
from wrt_preflight.lower.short import short_memory

MODULE = """(module
  (memory (export "memory") {memory})
  {globals})"""
HEAP_BASE = '(global (export "__heap_base") i32 (i32.const 5000))'
DATA_END = '(global (export "__data_end") i32 (i32.const 3000))'
POINTER = '(global (export "__stack_pointer") (mut i32) (i32.const 4096))'
COMPUTED = '(global (export "__heap_base") i32 (i32.add (i32.const 1) (i32.const 2)))'


def program(wat, text, **options):
    source = pipeline.read_input(str(wat(text)))
    return pipeline.build(source, LowerOptions(**options)).program


@pytest.mark.parametrize(
    ("memory", "globals", "end", "number"),
    [
        ("1", HEAP_BASE, 5000, 9216),
        ("1", DATA_END + HEAP_BASE, 5000, 9216),
        ("1", DATA_END + POINTER, 4096, 8192),
        ("1", DATA_END, 3000, 7168),
        ("1", "", 0, None),
        ("1", COMPUTED, 0, None),
        ("1", HEAP_BASE.replace("5000", "63000"), 63000, None),
        ("65536 (pagesize 1)", HEAP_BASE, 5000, None),
    ],
)
def test_a_suggestion(wat, memory, globals, end, number):
    (found,) = program(wat, MODULE.format(memory=memory, globals=globals)).memories
    assert (found.static_end, short_memory(found)) == (end, number)


def test_no_suggestion_where_the_user_has_decided(wat):
    (found,) = program(
        wat, MODULE.format(memory="1", globals=HEAP_BASE), memory_bytes=8192
    ).memories
    assert short_memory(found) is None


def test_build_tells(wat):
    path = wat(MODULE.format(memory="1", globals=HEAP_BASE))
    done = CliRunner().invoke(build, [str(path)])
    assert "--memory 9216 would leave 4,216 for its heap" in done.output
    done = CliRunner().invoke(build, [str(path), "--memory", "9216"])
    assert "would leave" not in done.output
