"""Attributes that only ever have one value are that value."""

from __future__ import annotations

import pytest

from linked.programs import KEPT, passed, statements
from wrt_preflight.linked.constants import Facts
from wrt_preflight.linked.fold import fold
from wrt_preflight.linked.reach import reachable
from wrt_preflight.linked.settled import settled_attributes

HEAD = """
class Box:
    kind = 1
    def __init__(self, content=None):
        self.content = None
        self.empty = ()
        self.count = 0
        self.name = "box"
    def full(self):
        return self.content
def main():
    box = Box()
"""
BODIES = [
    (
        "    out(box.content, box.empty, box.kind, box.full())",
        {"content", "empty", "kind", "count"},
    ),
    ("    box.content = None\n    out(box.content)", {"content", "empty", "kind", "count"}),
    ("    box.content = 1\n    out(box.content)", {"empty", "kind", "count"}),
    ("    box.count += 1\n    out(box.count)", {"content", "empty", "kind"}),
    ("    box.count = False\n    out(box.count)", {"content", "empty", "kind"}),
    ("    box.count, box.kind = 2, 3\n    out(box.count, box.kind)", {"content", "empty"}),
    ("    for box.count in (4, 5):\n        out(box.count)", {"content", "empty", "kind"}),
    ("    del box.count\n    out(hasattr(box, 'count'))", {"content", "empty", "kind"}),
    ("    out(getattr(box, 'kind'))", {"content", "empty", "count"}),
    ("    Box.kind = 2\n    out(box.kind)", {"content", "empty", "count"}),
    ("    class Bag:\n        count = 7\n    out(Bag.count)", {"content", "empty", "kind"}),
    (
        "    class Bag:\n        def kind(self):\n            pass\n    out(1)",
        {"content", "empty", "count"},
    ),
    ("    box.__doc__ = None\n    out(1)", {"content", "empty", "kind", "count"}),
    # Taking it does something.
    (
        "    def made():\n        out(2)\n        return box\n    out(made().count)",
        {"content", "empty", "kind", "count"},
    ),
]


@pytest.mark.parametrize("text, expected", BODIES)
def test_a_program_does_what_it_did(text, expected):
    source = f"{HEAD}{text}\nmain()"
    found = settled_attributes(statements(source), KEPT)
    assert found.keys() == expected

    def how(body):
        body = fold(body, Facts(attributes=settled_attributes(body, KEPT)), KEPT)
        return reachable(body, KEPT, ())

    passed(how, source)


def test_what_others_set_is_not_known():
    found = settled_attributes(statements(HEAD), {*KEPT, "content"})
    assert found == {"empty": (), "kind": 1, "count": 0}
