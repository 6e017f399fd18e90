"""What is needed once goes to a part of its own, which is imported, called and forgotten."""

from __future__ import annotations

import ast
import importlib
import itertools
import sys
from textwrap import dedent

import pytest

from linked import split_classes, split_functions
from linked.programs import outcome, statements, written
from wrt_preflight.linked.scopes import bound_names
from wrt_preflight.linked.split import CALLER, split

NUMBER = itertools.count()
TOLD = """
told = []
def out(*values):
    told.append(tuple(repr(value) for value in values))
"""
IMPORT = "from told import out\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run(program, entries) -> (what it tells, the source of main, those of its parts)."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(tmp_path))
    tmp_path.joinpath("told.py").write_text(TOLD)

    def run(source: str, *entries: tuple[str, ...], outside: str = "", public=()):
        monkeypatch.delitem(sys.modules, "told", raising=False)
        name = f"split_{next(NUMBER)}"
        apart = statements(outside)
        made = split(
            statements("import sys\n" + IMPORT + CALLER + source),
            entries,
            ["main", "call_part"],
            [apart],
            {"append", "pop"},
            public,
        )
        texts = {name: written(made.main)}
        bound = {n for node in made.main for n in bound_names(node)}
        for i, part in enumerate(made.parts):
            used = {n.id for node in part for n in ast.walk(node) if isinstance(n, ast.Name)}
            used -= {n for node in part for n in bound_names(node)}
            head = "".join(f"from {name} import {n}\n" for n in sorted(used & bound - {"out"}))
            texts[f"{name}_{i}"] = IMPORT + head + written(part)
        texts[f"{name}_apart"] = IMPORT + f"from {name} import *\n" + outside
        for module, text in texts.items():
            tmp_path.joinpath(f"{module}.py").write_text(text)
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        if outside:
            module.apart = importlib.import_module(f"{name}_apart")
        told = importlib.import_module("told").told
        try:
            module.main()
        except Exception as error:
            told.append((type(error).__name__, *error.args))
        return told, texts[name], [text for key, text in texts.items() if key[-1].isdigit()][1:]

    return run


def check(run, source: str, entries, gone=(), there=(), **options):
    """The program does what it did. gone, there: what main has not, and has."""
    source = dedent(source)
    before = outcome(source + "\nmain()")
    told, main, parts = run(source, *entries, **options)
    text = main + "\n----\n" + "\n----\n".join(parts)
    assert told == before != [], text
    for name in gone:
        assert name not in main, text
    for name in there:
        assert name in main, text


PROGRAMS = split_functions.PROGRAMS + split_classes.PROGRAMS


@pytest.mark.parametrize("case", PROGRAMS, ids=[case[0] for case in PROGRAMS])
def test_a_program_does_what_it_did(run, case):
    _, source, entries, gone, there = case
    check(run, source, entries, gone, there)


def test_what_others_use_stays(run):
    source = """
    class A:
        def begin(self):
            return helper("said")
        def given(self):
            return 3
    def helper(x):
        return x
    def load():
        return A().begin(), A().given(), helper(1)
    def main():
        out(load())
    """
    check(run, source, [("load",)], ["def begin"], ["def given"], public=["given"])


def test_a_class_of_another_module_has_its_own_method(run):
    source = """
    class A:
        def begin(self):
            return "A"
    def load(thing):
        return thing.begin()
    def main():
        out(load(A()))
        if "apart" in globals():
            out(load(apart.B()) == "B")
        else:
            out(True)
    """
    check(
        run,
        source,
        [("load",)],
        there=["def begin"],
        outside="class B(A):\n    def begin(self):\n        return 'B'\n",
    )
