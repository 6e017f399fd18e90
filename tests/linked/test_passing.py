"""Strings of modules that pass are no names, and say what they said."""

from __future__ import annotations

import ast

import pytest

from linked.programs import outcome, written
from wrt_preflight.firmware_names import KNOWN
from wrt_preflight.linked.names import FIRMWARE
from wrt_preflight.linked.passing import hide_strings
from wrt_preflight.linked.texts import SHORT

PROGRAMS = [
    "def main():\n    out('one', 'two' + 'three')",
    "import math\nWORDS = {'one': 'two', 'x': ('three',)}\ndef main():\n    out(WORDS)",
    "def main(first='one', *, second='two'):\n    out(first, second, f'{first} and two')",
    "class A:\n    name = 'one'\ndef main():\n    out(A.name, getattr(A(), 'name'))",
    "def main():\n    out('', 'ä\\n', 'one of more than ten', 'ten digits')",
    "def main():\n    out('%s is %d' % ('one', 1), 'abc'[1], 'one' in {'one': 2})",
]


def hidden(source: str, main: str = "") -> str:
    tree = ast.parse(source)
    hide_strings(tree, ast.parse(main))
    return written(tree.body)


def short_strings(source: str) -> set[str]:
    found = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in found if 0 < len(text) <= SHORT}


@pytest.mark.parametrize("source", PROGRAMS)
def test_a_program_does_what_it_did(source):
    made = hidden(source)
    assert outcome(f"{made}\nmain()") == outcome(f"{source}\nmain()"), made
    assert short_strings(made) - KNOWN <= {" and two"}, made


def test_names_that_are_there_anyway_stay():
    source = "def main():\n    out('one', 'append', 'two')"
    made = hidden(source, "def one(two):\n    pass")
    assert made == written(ast.parse(source).body)
    assert short_strings(hidden(source, "one = 1")) == {"one", "append"}


def test_the_name_of_the_pieces_is_free():
    first, second, third = FIRMWARE[:3]
    made = hidden(f"def main({first}):\n    {second} = 'one'\n    out({second})")
    assert made.startswith(f"{third} = ")
