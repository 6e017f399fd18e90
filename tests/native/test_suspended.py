"""Suspended machine code under MicroPython: garbage collections, many calls, nested calls."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from lowered import program, write_files
from wrt_preflight import image

SCRIPT = Path(__file__).with_name("suspend.py")
PROGRAMS = Path(__file__).parents[2] / "bench" / "programs"
HOST = """
(module
  (import "env" "next" (func $next (param i32) (result i32)))
  (func (export "sum") (param $n i32) (result i32)
    (i32.add (local.get $n) (call $next (local.get $n)))))
"""
CASES = [
    node.name
    for node in ast.parse(SCRIPT.read_text()).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module", params=["copied", "own"])
def outcomes(request, tmp_path_factory, micropython, runs) -> dict[str, str]:
    """What each case of suspend.py ended with, on the board's stack and on one of its own."""
    runs("native")
    folder = tmp_path_factory.mktemp("native")
    texts = {name: (PROGRAMS / f"{name}.wat").read_text() for name in ("fib", "vm", "nbody")}
    for name, text in (texts | {"host": HOST}).items():
        write_files(folder, name, image.write(program(text, native=micropython.arch)))
    arguments = [str(folder), request.param]
    done = micropython.run(SCRIPT, arguments, timeout=120, capture=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(map(json.loads, done.stdout.splitlines()))


@pytest.mark.parametrize("name", CASES)
def test_case(outcomes, name):
    assert not outcomes[name], outcomes[name]
