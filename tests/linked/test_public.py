"""What Python may use of a linked runtime when nobody knows which Python that will be."""

from __future__ import annotations

import ast

import pytest

from wrt_preflight.linked import UnlinkableError, public
from wrt_preflight.mpy_compile import runtime_source

# Classes whose objects Python gets, by file, with what of them is the runtime's own business.
GIVEN = [
    ("memory", "Memory", set()),
    ("app", "Global", set()),
    ("app", "Table", set()),
    ("app", "App", {"store"}),
    ("trap", "Exit", set()),
    ("trap", "Trap", {"detail"}),
    ("component/app", "Interface", {"app", "store", "member"}),
    ("component/app", "ComponentApp", {"store", "standard", "resources", "scheduler"}),
]


@pytest.mark.parametrize("file, name, own", GIVEN)
def test_every_attribute_of_what_python_gets_is_in_the_file_of_types(file, name, own):
    tree = ast.parse(runtime_source().joinpath(f"{file}.py").read_text())
    (made,) = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name]
    found = {node.name for node in made.body if isinstance(node, ast.FunctionDef)}
    found |= {
        node.attr
        for node in ast.walk(made)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    found = {attribute for attribute in found if attribute[0] != "_"} - own
    assert found <= public.attributes(concurrent=True)


def test_what_python_takes_of_the_runtime_is_found():
    source = "import wrt_micro\nfrom wrt_micro import Trap\nfrom wrt_micro.wasi import run\n"
    assert public.taken_by(source) == {"": ("Trap",), "wasi": ("run",)}


@pytest.mark.parametrize(
    "source",
    [
        "import wrt_micro.concurrent",
        "from wrt_micro import concurrent",
        "from wrt_micro.wasi import *",
        "from wrt_micro.nothing import run",
    ],
)
def test_python_that_takes_modules_is_not_linked_with(source):
    with pytest.raises(UnlinkableError):
        public.taken_by(source)


def test_what_python_prints_keeps_its_name():
    text = "class Trap(Exception): pass\nclass OddTrap(Trap): pass\nclass Odd(OddTrap): pass\n"
    text += "class App: pass\nclass Task: pass\nclass Inner(App): pass\ndef Table(): pass\n"
    assert set(public.shown(ast.parse(text).body)) == {"Trap", "OddTrap", "App", "Task"}
