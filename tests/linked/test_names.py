"""Everything gets a short name, and means what it meant."""

from __future__ import annotations

import ast

import pytest

from linked.programs import outcome, passed
from wrt_preflight.linked import public
from wrt_preflight.linked.attributes import Declared
from wrt_preflight.linked.names import FIRMWARE, rename
from wrt_preflight.linked.reach import reachable

KEPT = {"given", "main", *public.foreign()}
PROGRAMS = [
    # Globals, arguments, keywords.
    (
        "def helper(number, *others, named=1, **more):\n    return number, others, named, more\n"
        "def main():\n    out(helper(1), helper(1, 2, named=3, other=4), helper(number=5))",
        "helper",
    ),
    (
        "LIMIT = 3\ndef helper():\n    global LIMIT\n    LIMIT += 1\ndef main():\n"
        "    helper()\n    out(LIMIT)",
        "LIMIT",
    ),
    (
        "def helper(number, *, other):\n    def inner(first, number=number):\n"
        "        nonlocal other\n        other += first\n        return number\n"
        "    return inner(other), other\ndef main():\n    out(helper(3, other=5))",
        "helper",
    ),
    (
        "def helper(number, items):\n    return [number + i for i in items if i != number], "
        "{i: number for i in items}, [items for items in items]\n"
        "def main():\n    out(helper(2, [1, 2]))",
        "helper",
    ),
    (
        "def helper(first):\n    return lambda second: (first, second)\ndef main():\n"
        "    out(helper(1)(2))",
        "helper",
    ),
    (
        "def helper(error):\n    try:\n        raise error\n    except ValueError as found:\n"
        "        return found.args\ndef main():\n    out(helper(ValueError(2)))",
        "helper found.x",
    ),
    (
        "import math as maths\nfrom math import pi as number\ndef main():\n"
        "    out(maths.floor(number))",
        "",
    ),
    (
        "def helper(a, b, c, self, join):\n    return a, b, c, self, join\ndef main():\n"
        "    out(helper(1, 2, 3, 4, 5))",
        "helper",
    ),
    # Attributes.
    (
        "class Box:\n    size = 1\n    def __init__(self, content):\n"
        "        self.content = content\n"
        "    def opened(self):\n        return self.content, self.size\n"
        "class Bag:\n    def __init__(self):\n        self.weight = 3\n    def opened(self):\n"
        "        return self.weight\n"
        "def main():\n    box = Box(2)\n    box.extra = 5\n    bag = Bag()\n"
        "    out(box.opened(), bag.opened(), box.extra, Box.size)",
        "Box opened extra",
    ),
    (
        "class Base:\n    def __init__(self):\n        self.first = 1\n"
        "class Left(Base):\n    def __init__(self):\n        Base.__init__(self)\n"
        "        self.second = 2\n"
        "class Right:\n    def third(self):\n        return 3\n"
        "class Both(Left, Right):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fourth = 4\ndef main():\n    both = Both()\n"
        "    out(both.first, both.second, both.third(), both.fourth)",
        "Base first second third fourth",
    ),
    (
        "class Box:\n    def __init__(self):\n        self._whole = 1\n    @property\n"
        "    def whole(self):\n        return self._whole\n    @whole.setter\n"
        "    def whole(self, number):\n        self._whole = number\n"
        "def main():\n    box = Box()\n    box.whole = 4\n    out(box.whole)",
        "whole _whole",
    ),
    (
        "class Box:\n    def wait(self):\n        return 1\n    get = wait\n"
        "    both = (wait, get)\n"
        "    sizes = [n + 1 for n in (1, 2)]\n    def helper(self, again=wait, count=sizes):\n"
        "        return again(self), count\ndef main():\n"
        "    out(Box().get(), Box().helper(), len(Box.both))",
        "both sizes",
    ),
    (
        "class Box:\n    def helper(self):\n        return 'found'\n    def given(self):\n"
        "        return 1\n"
        "def main():\n    out(getattr(Box(), 'helper')(), hasattr(Box(), 'none'), Box().given())",
        "",
    ),
    (
        "class Box:\n    def update(self, number):\n        self.value = number\n"
        "    def start(self):\n"
        "        return self.value\ndef main():\n    box = Box()\n    box.update(1)\n"
        "    table = {}\n    table.update(a=2)\n    out(box.start(), table, vars(box))",
        "",
    ),
    (
        "class Box:\n    class Lid:\n        weight = 1\n        def helper(self):\n"
        "            weight = 5\n            return weight + self.weight\n    lid = Lid()\n"
        "def main():\n    out(Box.Lid().helper(), Box.lid.helper(), Box().Lid.weight)",
        "Lid",
    ),
    (
        "def make(weight, height):\n    class Lid:\n        weight = height\n"
        "        heights = [height]\n"
        "        def helper(self):\n            return weight, self.weight, self.heights\n"
        "    return Lid()\ndef main():\n    out(make(1, 2).helper())",
        "make",
    ),
    (
        "class Box:\n    def make(self, number):\n        class Lid:\n"
        "            def __init__(self):\n"
        "                self.weight = number\n            def helper(self):\n"
        "                return self.weight\n        return Lid()\n"
        "class Bag:\n    def weigh(self):\n        return 4\n"
        "def main():\n    lid = Box().make(3)\n    out(lid.helper(), lid.weight, Bag().weigh())",
        "weigh weight",
    ),
    (
        "class Box:\n    def __enter__(self):\n        self.inside = 1\n        return self\n"
        "    def __exit__(self, *error):\n        self.inside = 0\n"
        "def main():\n    with Box() as box:\n        out(box.inside)\n    out(box.inside)",
        "inside",
    ),
    (
        "class Box(Exception):\n    def __init__(self, number):\n"
        "        Exception.__init__(self, number)\n"
        "        self.number = number\ndef main():\n    try:\n        raise Box(4)\n"
        "    except Box as error:\n        out(error.number, error.args)",
        "",
    ),
    (
        "class Box:\n    async def helper(self, number):\n        self.number = number\n"
        "        return number\n    def each(self):\n        yield self.number\n"
        "def main():\n    box = Box()\n    try:\n        box.helper(3).send(None)\n"
        "    except StopIteration as stop:\n        out(stop.value, list(box.each()))",
        "each",
    ),
]


def how(body):
    module = ast.Module(body, [])
    rename([module], Declared(body), {"main": "main"}, KEPT, set(), public.arguments())
    return module.body


@pytest.mark.parametrize("source, gone", PROGRAMS)
def test_a_program_does_what_it_did(source, gone):
    gone = [name for name in gone.split() if "." not in name]
    passed(how, f"{source}\nmain()", gone=gone)


def renamed(source: str, hidden=()) -> str:
    body = ast.parse(source).body
    module = ast.Module(body, [])
    rename([module], Declared(body), {"main": "main"}, KEPT, set(hidden), frozenset())
    return ast.unparse(module)


def test_families_share_names_and_what_both_have_is_one():
    source = """
class Box:
    def __init__(self):
        self.inside, self.both = 1, 2
class Bag:
    def __init__(self):
        self.within, self.both = 3, 4
def main():
    for thing in (Box(), Bag()):
        out(thing.both)
    out(Box().inside, Bag().within)
"""
    attributes = {
        n.attr for n in ast.walk(ast.parse(renamed(source))) if isinstance(n, ast.Attribute)
    }
    assert len(attributes) == 2 and attributes <= set(FIRMWARE)
    assert outcome(renamed(source) + "\nmain()") == outcome(source + "\nmain()")


def test_what_finds_a_program_s_exports_has_hidden_names():
    source = """
class App:
    def __init__(self):
        self.store = 1
    def __getattr__(self, name):
        return name
def main():
    out(App().store, App().append)
"""
    made = renamed(source, ["App"])
    assert {n.attr for n in ast.walk(ast.parse(made)) if isinstance(n, ast.Attribute)} == {
        "append",
        "_",
    }


def test_families_of_bases_that_several_classes_have():
    body = ast.parse(
        "class A:\n    pass\nclass B:\n    pass\nclass C(A):\n    pass\n"
        "class D(C, B):\n    pass\nclass E(B):\n    pass\nclass F(ValueError):\n    pass"
    ).body
    families = Declared(body).families
    assert len({families[name] for name in "ABCDE"}) == 1 and families["F"] == "F"


def test_reach_and_rename_together_keep_a_name_that_is_a_string():
    source = (
        "class A:\n    def told(self):\n        return 1\ndef main():\n    getattr(A(), 'told')"
    )
    body = reachable(ast.parse(source).body, ["main"], [])
    assert "def told" in renamed(ast.unparse(ast.Module(body, [])))


def test_more_things_than_firmware_has_names_for():
    numbers = range(len(FIRMWARE) + 200)
    source = "".join(f"def helper{i}():\n    return {i}\n" for i in numbers)
    source += "class Box:\n    def __init__(self):\n"
    source += "".join(f"        self.size{i} = {i}\n" for i in numbers)
    source += f"def main():\n    out({', '.join(f'helper{i}(), Box().size{i}' for i in numbers)})"
    made = renamed(source)
    assert outcome(f"{made}\nmain()") == outcome(f"{source}\nmain()")
    assert "helper1" not in made and "size1" not in made


def test_functions_are_not_named_like_errors():
    source = "".join(f"def helper{i}():\n    return {i}\n" for i in range(200))
    source += f"def main():\n    out({', '.join(f'helper{i}()' for i in range(200))})"
    names = {n.name for n in ast.walk(ast.parse(renamed(source))) if hasattr(n, "name")}
    assert len(names) == 201 and all(name[0].islower() for name in names)
