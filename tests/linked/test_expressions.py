"""A function that returns an expression stands, as that, where it is called."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linked.programs import KEPT, passed, statements, written
from wrt_preflight.linked.expressions import inline_expressions

HEAD = """
class Thing:
    def __init__(self, x=0):
        self.x = x
        self.y = [self]
    def __add__(self, other):
        return self.x + other
    def bump(self):
        self.x += 1
        out("bump", self.x)
        return self.x
def say(x):
    out(x)
    return x
"""
TAIL = """
def main():
    o = Thing(10)
    a = 3
    {}
    out(o.x, a)
main()
"""
GONE = [
    ("def f(x): return x + 1", "out(f(a), f(f(a)), f(f(f(2))))"),
    ("def f(x): return x", "out(f(f(a)), f(f(say(1))))"),
    ("def f(x, y): return x - y", "out(f(y=a, x=1), f(o.x, 2))"),
    ("def f(x, y=1): return x - y", "out(f(say(5)), f(5, a))"),
    ("def f(x, y): return say(x + y)", "out(f(o.x, a))"),
    ("def f(x): return x.y[0].x", "out(f(o), f(say(o)))"),
    ("def f(x): return x and x + 1", "out(f(a), f(0))"),
    ("def f(): return 5", "out(f() + f())"),
    ("def f(x): return x < 5 < x + 5", "out([f(i) for i in range(3)])"),
]
# Arguments would be evaluated at another time, more than once, or not at all.
STAYS = [
    ("def f(x, y): return x and y", "out(f(0, say(1)))"),
    ("def f(x, y): return x or y", "out(f(1, say(2)))"),
    ("def f(x, y): return y if x else 2", "out(f(0, say(1)))"),
    ("def f(x, y): return 1 < x < y", "out(f(0, say(1)))"),
    ("def f(x): return x + x", "out(f(say(1)))"),
    ("def f(x): return 5", "out(f(say(1)))"),
    ("def f(o, x): return o.bump() + x", "out(f(o, o.x))"),
    ("def f(x, y): return y + x", "out(f(say(1), say(2)))"),
    ("def f(x, y): return y + x", "out(f(o.x, o.bump()))"),
    ("def f(x, y): return x + y", "out(f(y=o.x, x=o.bump()))"),
    ("def f(o, x): return o.x + x", "out(f(o, o.bump()))"),
    ("def f(x): return [x + i for i in range(3)]", "i = 5; out(f(i))"),
    ("def f(x): return lambda: x", "g = f(a); a = 4; out(g())"),
    ("def f(x=[]): return x", "f().append(1); out(f())"),
    ("def f(x=say(2)): return x", "out(f(), f())"),
    ("def f(*x): return x", "out(f(1, 2))"),
    ("def f(x): return len(x)", "len = 3; out(f('ab'), len)"),
    ("async def f(x): return x", "g = f(1); out(g is f); g.close()"),
    ("def f(n): return n and f(n - 1) + 1", "out(f(3))"),
    ("def f(x): return (yield x)", "out(list(f(1)))"),
]


def how(body):
    return inline_expressions(body, KEPT | {"say", "bump"})


@pytest.mark.parametrize("function, use", GONE)
def test_it_stands_where_it_is_called(function, use):
    passed(how, f"{HEAD}\n{function}\n{TAIL.format(use)}", gone=["f"])


@pytest.mark.parametrize("function, use", STAYS)
def test_it_stays_a_function(function, use):
    passed(how, f"{HEAD}\n{function}\n{TAIL.format(use)}", there=["f"])


def test_methods_of_what_an_expression_gives():
    source = f"""{HEAD}
class Box:
    def __init__(self, thing):
        self.thing = thing
    def open(self):
        return self.thing.x
    def itself(self):
        return self
    def twice(self, n):
        return n * 2
def main():
    box = Box(Thing(4))
    out(box.open(), say(box).open(), box.itself().itself().open(), box.twice(say(3)))
main()
"""
    made = passed(how, source, gone=["open", "itself"])
    assert "twice" in made or "* 2" in made


@pytest.mark.parametrize("use", ["super().f()", "A.f(self)"])
def test_methods_that_do_not_get_what_stands_in_front_of_the_dot(use):
    source = f"""
class A:
    def f(self):
        return self.x
class B(A):
    def g(self):
        self.x = 3
        return {use}
def main():
    out(B().g())
main()
"""
    passed(how, source, there=["f"])


def test_methods_with_another_name_in_their_class():
    source = """
class A:
    def f(self):
        return 5
    get = f
def main():
    out(A().get(), A().f())
main()
"""
    passed(how, source, there=["f"])


def test_what_an_object_has_besides_its_methods():
    source = """
class A:
    def f(self):
        return 5
class B:
    f = 7
    def __init__(self):
        self.g = lambda: 8
def main():
    out(A().f(), B().f, B().g())
main()
"""
    passed(how, source, there=["f"])


ARGUMENTS = ("a", "7", "o.x", "say(1)", "o.bump()", "say(o.x)", "o.y[0].x")
TERMS = ("{}", "o.x", "a", "say(9)", "o.bump()", "-{}", "o.y[0].x")
FORMS = ("{} + {}", "{} and {}", "{} if {} else 4", "say({}) + {}", "[{}, {}]", "{} < {} < 3")


@st.composite
def calls(draw):
    form, terms = draw(st.sampled_from(FORMS)), []
    names = draw(st.permutations(["x", "y", "z"]))
    for _ in range(2):
        term = draw(st.sampled_from(TERMS))
        terms.append(term.format(draw(st.sampled_from(names))))
    values = [draw(st.sampled_from(ARGUMENTS)) for _ in range(3)]
    by_name = draw(st.booleans())
    given = [f"{n}={v}" for n, v in zip(names, values, strict=True)] if by_name else values
    return f"def f(o, a, x, y, z): return {form.format(*terms)}", ", ".join(given)


@given(calls())
def test_calls_and_expressions_of_all_kinds(call):
    function, values = call
    source = f"{HEAD}\n{function}\n{TAIL.format(f'out(f(o, a, {values}))')}"
    passed(how, source)


def test_some_of_these_go():
    function, use = "def f(o, a, x, y, z): return x + y", "out(f(o, a, say(1), a, 5))"
    made = written(how(statements(f"{HEAD}\n{function}\n{TAIL.format(use)}")))
    names = [node.name for node in ast.parse(made).body if isinstance(node, ast.FunctionDef)]
    assert "f" not in names
