"""A function goes to the only part that calls it."""

from __future__ import annotations

import ast

import pytest

from wrt_preflight.linked.later import move_later

# (program, parts of its statements by name, what goes to another part then)
CASES = [
    # One part calls it; it calls another.
    ("def f(): return g()\ndef g(): pass\ndef h(): f()", {"h": "aio"}, {"f": "aio", "g": "aio"}),
    # The main module calls it, too, or another part does.
    ("def f(): pass\ndef g(): f()\ndef h(): f()", {"h": "aio"}, {}),
    ("def f(): pass\ndef g(): f()\ndef h(): f()", {"g": "set", "h": "aio"}, {}),
    # It is handed on, or imported, from there.
    ("def f(): pass\ndef h(): return f", {"h": "aio"}, {"f": "aio"}),
    ("def f(): pass\ndef h():\n    from x import f", {"h": "aio"}, {"f": "aio"}),
    ("def f(): pass\ndef h():\n    from x import f\ndef g(): f()", {"h": "aio"}, {}),
    # Nobody calls it, but for itself; others do.
    ("def f(): f()\ndef h(): pass", {"h": "aio"}, {}),
    ("def f(): f()\ndef h(): f()", {"h": "aio"}, {"f": "aio"}),
    ("def kept(): pass\ndef h(): kept()", {"h": "aio"}, {}),
    # What it refers to changes.
    (
        "a = 1\ndef f(): return a\ndef g():\n    global a\n    a = 2\ndef h(): f()",
        {"h": "aio"},
        {},
    ),
    # Classes and values stay: there must be one of them.
    ("class F: pass\nf = []\ndef h(): return F, f", {"h": "aio"}, {}),
    # Methods of a class call it.
    ("def f(): pass\nclass H:\n    def m(self): f()", {"H": "aio"}, {"f": "aio"}),
]


@pytest.mark.parametrize("source, parts, expected", CASES)
def test_what_goes(source, parts, expected):
    body = ast.parse(source).body
    for node in body:
        node.part = parts.get(getattr(node, "name", ""), "")
    move_later(body, {"kept"})
    found = {getattr(node, "name", ""): node.part for node in body if node.part}
    assert found == parts | expected
