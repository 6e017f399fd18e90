"""The names that a module uses most are in front of all, in a statement that never runs."""

from __future__ import annotations

import ast

from linked.programs import outcome
from wrt_preflight.linked.order import order_names

COUNT = 150
NAMES = "\n".join(f"name_{i} = {i}" for i in range(COUNT))


def ordered(source: str) -> str:
    tree = ast.parse(source)
    order_names(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def test_those_used_most_come_first():
    source = f"{NAMES}\ndef f():\n    return name_140 + name_140 + name_7 + name_7\nout(f())"
    made = ordered(source)
    assert outcome(made) == outcome(source) == [("294",)]
    first = made.splitlines()[1].strip().split(".")
    assert first[:3] == ["__name__", "name_7", "name_140"] and len(first) == 129


def test_variables_have_no_names():
    lines = "\n".join(f"    name_{i} = {i}" for i in range(COUNT))
    source = f"def f():\n{lines}\n    return name_3\nout(f())"
    assert ordered(source) == ast.unparse(ast.parse(source))


def test_a_module_with_few_names_stays_as_it_is():
    assert ordered("a = 1\nb = a") == "a = 1\nb = a"
