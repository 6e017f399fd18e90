"""What is known is put where it is used, and what it decides is decided."""

from __future__ import annotations

import pytest

from linked.programs import passed
from wrt_preflight.linked.fold import Facts, fold

HEAD = """
RECORD = 3
LIST = 5
A, B = 1, 2
C = A << 4 | B
D, E = range(0, 2)
F = -C
def say(value):
    out("said", value)
    return value
class Thing:
    scheduler = None
    def __init__(self, n):
        self.n = n
        self.many = True
        self.policies = ()
        self.running = self
"""
FACTS = Facts(
    {"kind": frozenset((5, 6))},
    {"RECORD": "kind", "LIST": "kind"},
    {"many": True, "policies": (), "scheduler": None},
    {},
    frozenset(["running"]),
)
# (lines of a function, names that are gone)
BODIES = [
    ("out(A, B, C, D, E, F, -A, ~B, A + B * 3)", "A B C D E F"),
    ("out('%d' % A, f'{A} and {t.many}')", "A"),
    ("k = 5\nout(say(5) == RECORD, k == RECORD, k != LIST)", ""),
    ("for k in (5, 6):\n    if k == RECORD:\n        out('never')\n    out(k)", "never RECORD"),
    ("for k in (5, 6):\n    out(RECORD < k <= LIST, k < RECORD or k)", "RECORD"),
    # Values of `and` and `or` are more than true.
    ("out(t.n and t.many, t.many and t.n, t.n or t.scheduler, t.scheduler or t.n)", ""),
    ("out(0 or t.n or 0, 1 and 0 and t.n, t.n and 0, t.n and 1 and 2, say(0) or 0)", ""),
    ("out(not t.many, not t.n, not not t.n)", ""),
    ("out(t.n and A, A and t.n, D or t.n, t.n and say(D), say(1) or D)", "A D"),
    ("out(say(1) and t.scheduler and say(2), say(0) or t.many or say(3))", ""),
    ("if say(1) and 0:\n    out('no')\nelif say(0) or 1:\n    out('yes')", ""),
    ("out(1 if t.many else say(2), say(3) if t.scheduler else 4)", ""),
    ("if t.scheduler is None:\n    out(1)\nelse:\n    out('gone')", "gone"),
    ("if t.scheduler is not None:\n    out('gone')\nout(2)", "gone"),
    ("out('a' in t.policies, 'a' not in t.policies)", ""),
    # What is always true, and what only seems to be.
    ("r = t.running\nif r:\n    out(1)\nelse:\n    out('gone')", "gone"),
    ("r = t.running\nr = None\nif r:\n    out(1)\nelse:\n    out(2)", ""),
    ("r = t.running\nout([1 if r else 0 for r in (0, 1)])", ""),
    (
        "r = t.running\ndef f():\n    nonlocal r\n    r = None\nf()\nif r:\n    out(1)\n"
        "else:\n    out(2)",
        "",
    ),
    ("for r in (0, t.running):\n    out(1 if r else 0)", ""),
    ("with open('/dev/null') as r:\n    out(1 if not r else 0)", ""),
    # Variables that are only ever one constant.
    ("x = 1\nout(x)", "x"),
    ("x = y = 1\nout(x, y)", "x y"),
    ("if say(0):\n    x = 1\nelse:\n    x = 1\nout(x)", "x"),
    ("x = 1\nx += 1\nout(x)", ""),
    ("x = 1\nfor x in (2, 3):\n    pass\nout(x)", ""),
    ("x = 1\nout([x for x in (2, 3)], x)", ""),
    ("x = 1\nf = lambda: x\nout(f(), x)", ""),
    ("x = 1\nf = lambda x: x\nout(f(5), x)", ""),
    ("x = 1\ndef f():\n    return x\nout(f())", ""),
    ("x = 1\ndef f():\n    nonlocal x\n    x = 2\nf()\nout(x)", ""),
    ("x = 1\nclass Own:\n    x = 1\nout(Own.x, Own().x, x)", ""),
    ("x = 1\nout([x + i for i in (2, 3)])", ""),
    ("x = 1\nout(list(x + i for i in (2, 3)))", ""),
    ("x = 1\ndel x\nx = 1\nout(x)", ""),
    ("x = True\ny = 1\nout(x, y, x + y)", ""),
    ("try:\n    x = 1\nexcept KeyError as x:\n    pass\nout(x)", ""),
    ("t.n = x = None\nout(t.n, x)", ""),
    ("x, y = 1, 2\nout(x, y)", ""),
    ("out((x := 5), x)", ""),
    ("import sys as x\nout(x.__name__)", ""),
    # Statements that end, and those behind them.
    ("if t.many:\n    out(1)\n    return\nout('gone')", "gone"),
    ("while D:\n    out('gone')\nelse:\n    out('else')", "gone"),
    ("i = say(2)\nwhile i:\n    i -= A\nelse:\n    x = 1\n    out(x, A)", "A"),
    (
        "for i in (1, 2):\n    if t.many:\n        break\n    out('gone')\nelse:\n"
        "    out(3)\nout(i)",
        "",
    ),
    ("for i in (1, 2):\n    x = 1\nelse:\n    out(A, i)", "A"),
    ("try:\n    x = 1\nexcept ValueError:\n    out('gone')\nelse:\n    out(x)", "gone"),
    (
        "try:\n    x = 1\nexcept ValueError:\n    out('gone')\nelse:\n    return out(x)\n"
        "finally:\n    out('end')",
        "gone",
    ),
    ("try:\n    out(1)\nfinally:\n    x = 1\nout(x)", "x"),
    ("try:\n    raise KeyError(A)\nexcept (KeyError, ValueError) as e:\n    out(e.args)", "A"),
    ("with open('/dev/null'):\n    x = 1\nout(x)", "x"),
    ("t\n5\nout('text')\n'text'", ""),
]
# Whole functions: (definitions, call).
PROGRAMS = [
    ("def f():\n    if A:\n        return\n    yield 1", "list(f())"),
    ("def f():\n    yield 1\n    raise ValueError(A)\n    yield 2", "next(f())"),
    ("def f():\n    if D:\n        yield 1", "list(f())"),
    (
        "async def f():\n    x = 1\n    return x + A\ndef g():\n    yield from f().__await__()",
        "list(g())",
    ),
    ("def f(x=A, *y, z=B):\n    return x, y, z", "f(), f(1, 2, z=3)"),
    (
        "def f(x):\n    def g(x):\n        y = 1\n        return x, y, A\n    return g(x + 1)",
        "f(2)",
    ),
    (
        "def deco(n):\n    return lambda f: lambda: f() + n\n@deco(C)\ndef f():\n    return A",
        "f()",
    ),
    (
        "class P:\n    a = A\n    b = a + B\n    def f(self, x=C):\n        return self.a, x",
        "P().f()",
    ),
    ("G = 1\ndef f():\n    global G\n    G = 2\ndef g():\n    return G", "g(), f(), g()"),
    ("G = 1\nG = 2\ndef f():\n    return G", "f()"),
    ("if say(1):\n    G = 1\nelse:\n    G = 2\ndef f():\n    return G", "f()"),
    ("G, H = 1, say(2)\ndef f():\n    return G + H", "f()"),
    ("G = H = 5\ndef f():\n    return G + H", "f()"),
    ("G = True\ndef f():\n    return G", "f()"),
    (
        "class P:\n    def f(self):\n        class Q:\n            b = A\n        return Q.b",
        "P().f()",
    ),
]


def how(body):
    return fold(body, FACTS)


@pytest.mark.parametrize("lines, gone", BODIES)
def test_a_function_does_what_it_did(lines, gone):
    indented = lines.replace("\n", "\n    ")
    source = f"{HEAD}\ndef main(t):\n    {indented}\nmain(Thing(0))\nmain(Thing(7))"
    passed(how, source, gone=gone.split())


@pytest.mark.parametrize("definitions, call", PROGRAMS)
def test_a_program_does_what_it_did(definitions, call):
    source = f"{HEAD}\n{definitions}\ndef main():\n    out({call})\nmain()"
    passed(how, source)
    passed(lambda body: how(how(body)), source)


def test_what_a_call_does_is_done_though_its_value_is_known():
    source = f"{HEAD}\ndef main():\n    out(say(5) == RECORD)\nmain()"
    assert "say(5)" in passed(how, source)


def test_reading_a_plan_does_nothing():
    """plan.kind() and plan.word() only read, so that comparing what they give costs nothing."""
    source = f"""{HEAD}
class Plan:
    def kind(self, t):
        return t
def main():
    out(Plan().kind(5) == RECORD)
main()
"""
    source = source.replace("Plan().kind(5)", "plan.kind(5)").replace(
        "def main():", "plan = Plan()\ndef main():"
    )
    assert "out(False)" in passed(how, source)
