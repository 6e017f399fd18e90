"""Parameters that are one constant in all calls, or that nobody looks at, go."""

from __future__ import annotations

import pytest

from linked.programs import KEPT, passed
from wrt_preflight.linked.parameters import simplify_parameters

HEAD = """
def say(x):
    out("said", x)
    return x
"""
# (program, what of the function and its calls is there then)
CASES = [
    ("def f(a, b):\n    out(a, b)\ndef main():\n    f(1, 2)\n    f(1, 3)", "f(b)"),
    ("def f(a, b):\n    out(b)\ndef main():\n    x = 5\n    f(x, 2)\n    f(0, 3)", "f(b)"),
    # An argument that does something.
    ("def f(a, b):\n    out(b)\ndef main():\n    f(say(1), 2)\n    f(say(1), 3)", "f(a, b)"),
    # The same number, and not the same value.
    ("def f(a):\n    out(a)\ndef main():\n    f(1)\n    f(True)\n    f(1.0)", "f(a)"),
    ("def f(a):\n    out(str(a))\ndef main():\n    f(0.0)\n    f(-0.0)", "f(a)"),
    # Defaults.
    ("def f(a, b=2):\n    out(a, b)\ndef main():\n    f(1)\n    f(say(2), 2)", "f(a)"),
    ("def f(a, b=2):\n    out(a, b)\ndef main():\n    f(1)\n    f(1, b=3)", "f(b)"),
    ("def f(a, b=[]):\n    b.append(a)\n    out(b)\ndef main():\n    f(1)\n    f(1)", "b=[]"),
    ("def f(a, b=say(1)):\n    out(a, b)\ndef main():\n    f(1)\n    f(1)", "b=say(1)"),
    # Names that are bound inside.
    ("def f(a):\n    out(a)\n    a = 2\n    out(a)\ndef main():\n    f(1)\n    f(1)", "f(a)"),
    ("def f(a):\n    out([a for a in (3, 4)], a)\ndef main():\n    f(1)\n    f(1)", "f(a)"),
    ("def f(a):\n    out((lambda a: a)(5), a)\ndef main():\n    f(1)\n    f(1)", "f(a)"),
    (
        "def f(a):\n    try:\n        say(1 // 0)\n    except ZeroDivisionError as a:\n"
        "        out('error')\ndef main():\n    f(1)\n    f(1)",
        "f(a)",
    ),
    (
        "def f(a):\n    def g():\n        nonlocal a\n        a += 1\n    g()\n    out(a)\n"
        "def main():\n    f(1)\n    f(1)",
        "f(a)",
    ),
    # Closures and comprehensions see it.
    ("def f(a):\n    return lambda: a\ndef main():\n    out(f(4)(), f(4)())", "f()"),
    ("def f(a):\n    out([a + i for i in (1, 2)])\ndef main():\n    f(1)\n    f(1)", "f()"),
    # Generators and coroutines.
    (
        "def f(a, n):\n    yield a\n    yield n\n"
        "def main():\n    out(list(f(1, 2)), list(f(1, 3)))",
        "f(n)",
    ),
    (
        "async def f(a):\n    return a\nasync def g():\n    return await f(3)\ndef main():\n"
        "    try:\n        g().send(None)\n    except StopIteration as stop:\n"
        "        out(stop.value)",
        "f()",
    ),
    # The order of arguments that do something.
    (
        "def f(a, b, c):\n    out(b, c)\n"
        "def main():\n    f(1, c=say(1), b=say(2))\n    f(1, 2, 3)",
        "f(a, b, c)",
    ),
    (
        "def f(a, b, c):\n    out(b, c)\ndef main():\n    f(c=say(1), b=2, a=1)\n    f(1, 3, 3)",
        "f(b, c)",
    ),
    # Calls that are not clear.
    ("def f(a):\n    out(a)\ndef main():\n    x = (1,)\n    f(*x)\n    f(1)", "f(a)"),
    ("def f(**a):\n    out(a)\ndef main():\n    f(a=1)\n    f(a=1)", "**a"),
    ("def f(a, *, b):\n    out(a, b)\ndef main():\n    f(1, b=2)\n    f(1, b=2)", "f(a, *, b)"),
    ("def f(a):\n    out(a)\ndef main():\n    g = f\n    f(1)\n    g(2)", "f(a)"),
    ("def f(a):\n    return a and f(a - 1)\ndef main():\n    out(f(3))", "f(a)"),
    # A call inside of a call.
    (
        "def f(a, b):\n    return a + b\ndef main():\n    out(f(1, f(1, f(1, 0))))",
        "f(f(f(0)))",
    ),
    # Defined twice.
    (
        "def f(a):\n    out('first', a)\nf(1)\n"
        "def f(a):\n    out('second')\ndef main():\n    f(1)",
        "f(a)",
    ),
]


def how(body):
    while simplify_parameters(body, KEPT | {"say"}):
        pass
    return body


@pytest.mark.parametrize("source, there", CASES)
def test_a_program_does_what_it_did(source, there):
    made = passed(how, f"{HEAD}\n{source}\nmain()")
    assert there in made, made


METHODS = """
class A:
    def __init__(self):
        self.x = 5
    def f(self, a, b):
        out(self.x, a, b)
class B:
    def g(self, a):
        out(a)
class C:
    def g(self, a):
        out("C")
def main():
    a = A()
    a.f(1, 2)
    a.f(1, 3)
    for thing in (B(), C()):
        thing.g(1)
main()
"""


def test_methods_too_unless_several_classes_have_them():
    made = passed(how, METHODS)
    assert "def f(self, b)" in made and made.count("def g(self, a)") == 2


@pytest.mark.parametrize(
    "line", ["A.f(a, 1, 2)", "getattr(a, 'f')(1, 2)", "h = a.f; h(1, 2)", "a.h(1, 3)"]
)
def test_methods_that_are_reached_otherwise_stay(line):
    source = METHODS.replace("    a = A()\n", f"    a = A()\n    {line}\n")
    source = source.replace(
        "        out(self.x, a, b)\n", "        out(self.x, a, b)\n    h = f\n"
    )
    made = passed(how, source)
    assert "def f(self, a, b)" in made
