"""Many modules become one, in which names mean what they meant."""

from __future__ import annotations

import importlib
import itertools
import sys
from textwrap import dedent

import pytest

from linked.programs import outcome, written
from wrt_preflight.linked import UnlinkableError
from wrt_preflight.linked.merge import merge
from wrt_preflight.linked.rewrite import MAIN

NUMBER = itertools.count()


@pytest.fixture
def told(tmp_path, monkeypatch):
    """told(modules) -> what a package of them tells, imported as it is."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(tmp_path))

    def told(modules: dict[str, str]) -> list[tuple]:
        package = f"merged_{next(NUMBER)}"
        found: list[tuple] = []
        for path, text in ({"__init__.py": ""} | modules).items():
            target = tmp_path / package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.parent != tmp_path / package:
                target.parent.joinpath("__init__.py").touch()
            target.write_text(dedent(text))
        importlib.invalidate_caches()
        monkeypatch.setitem(
            __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__),
            "out",
            lambda *values: found.append(tuple(repr(value) for value in values)),
        )
        importlib.import_module(f"{package}.app").main()
        return found

    return told


PROGRAMS = [
    # The same names in several modules, and variables of functions named like globals.
    {
        "a.py": "SIZE = 1\ndef make(x):\n    return x + SIZE\nclass Thing:\n    SIZE = 3\n",
        "b.py": "SIZE = 2\ndef make(x):\n    return x * SIZE\nclass Thing:\n    pass\n",
        "app.py": """
            from .a import Thing, make
            from .b import SIZE, make as other
            from . import b as module
            def main(make=make):
                thing = Thing()
                SIZE = 7
                out(make(1), other(5), thing.SIZE, SIZE, module.SIZE, module.make(3))
                out([SIZE for SIZE in (1, 2)], (lambda other: other)(4))
        """,
    },
    # Imports in functions, under other names, and of modules.
    {
        "deep/a.py": "from ..b import SIZE\nfrom . import c\ndef f():\n    return SIZE, c.g()\n",
        "deep/c.py": "def g():\n    from ..b import SIZE as size\n    return size + 1\n",
        "b.py": "SIZE = 4\n",
        "app.py": """
            def main():
                from .deep.a import f
                from .deep import c
                if c.g() > 1:
                    from .b import SIZE as f_size
                else:
                    from .deep.c import g as f_size
                out(f(), c.g(), f_size)
        """,
    },
    # global, nonlocal, classes, comprehensions.
    {
        "a.py": """
            count = 0
            name = "a"
            def bump():
                global count
                count += 1
                return count
            def outer():
                count = 10
                def inner():
                    nonlocal count
                    count += 1
                    return count
                return inner() + count
        """,
        "b.py": """
            from .a import bump, outer
            count = 100
            name = "b"
            class Box:
                name = "box"
                names = [name, name + "!"]
                def __init__(self, count=count):
                    self.count = count
                def get(self):
                    return name, self.name, [count for count in range(2)], count
            def pairs(name):
                return {name: count for name, count in name.items()}
        """,
        "app.py": """
            from .b import Box, bump, outer, pairs
            def main():
                out(bump(), bump(), outer())
                out(Box().get(), Box().names, Box().count, pairs({"x": 1}))
        """,
    },
    # What Python has, by the same name as something of a program.
    {
        "a.py": "from math import floor, ceil\ndef round(x):\n    return ceil(x)\n",
        "b.py": "import math\ndef floor(x):\n    return -math.floor(x)\nlen = 3\n",
        "app.py": """
            import math as m
            from .a import floor, round
            from .b import floor as other, len as length
            def main():
                out(floor(1.5), other(1.5), round(1.2), length, len("ab"), m.pi)
        """,
    },
    # Statements that end, texts, decorators, defaults, and code for CPython.
    {
        "a.py": """
            "What it is."
            try:
                from .c import SIZE
            except ImportError:
                SIZE = 9
            def doubled(f):
                "It doubles."
                return lambda *a: 2 * f(*a)
            @doubled
            def f(x, y=SIZE):
                "It adds."
                return x + y
                out("never")
            async def g():
                try:
                    return f(1)
                finally:
                    out("end")
            def h():
                for i in range(3):
                    if i:
                        continue
                        out("never")
                    yield i
        """,
        "c.py": "SIZE = 5\n",
        "app.py": """
            from . import a
            def main():
                try:
                    a.g().send(None)
                except StopIteration as stop:
                    out(stop.value)
                out(list(a.h()))
        """,
    },
]


@pytest.mark.parametrize("modules", PROGRAMS)
def test_a_program_does_what_it_did(told, modules):
    texts = {path: dedent(text) for path, text in modules.items()}
    merged = merge(texts)
    before = told(texts)
    made = written(merged.parts[MAIN])
    main = next(name for name, place in merged.names.items() if place == ("app", "main"))
    assert outcome(f"{made}\n{main}()") == before, made
    assert "from ." not in made


def test_a_module_that_is_not_there_cannot_be_imported():
    merged = merge(
        {
            "app.py": "def main():\n    try:\n        from .gone import f\n        f()\n"
            "    except ImportError as error:\n        out(error.args)\n"
        }
    )
    made = written(merged.parts[MAIN])
    assert outcome(made + "\nmain()") == [("(\"no module named 'wrt_micro.gone'\",)",)]


def test_a_generator_stays_one_though_it_ends_at_once():
    text = "def f():\n    return\n    yield\ndef main():\n    out(list(f()))\n"
    made = written(merge({"app.py": text}).parts[MAIN])
    assert outcome(made + "\nmain()") == [("[]",)]


def test_a_part_is_imported_when_it_is_needed():
    texts = {
        "app.py": "def main():\n    from .later import f\n    from .kept import g\n    f(g)\n",
        "later.py": "from .kept import g\ndef f(x):\n    return g(x)\n",
        "kept.py": "def g(x):\n    return x\n",
    }
    merged = merge(texts, {"later": "1", "kept": "2"})
    assert set(merged.parts) == {MAIN, "1", "2"}
    made = written(merged.parts[MAIN])
    assert "from <1> import f" in made and "from <2> import g" in made


def test_a_part_that_main_needs_at_once_is_none():
    texts = {
        "app.py": "from .later import f\ndef main():\n    f()\n",
        "later.py": "def f():\n    pass",
    }
    assert list(merge(texts, {"later": "1"}).parts) == [MAIN]


@pytest.mark.parametrize(
    "line",
    [
        "x = a",
        "from . import a as b; x = b",
        "a.none",
        "a.none = 1",
        "from .a import none; none()",
    ],
)
def test_what_this_does_not_understand_is_an_error(line):
    texts = {"app.py": f"from . import a\ndef main():\n    {line}\n", "a.py": "x = 1\n"}
    with pytest.raises(UnlinkableError):
        merge(texts)
