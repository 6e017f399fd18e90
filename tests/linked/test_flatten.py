"""A class that is there for one other becomes a part of it."""

from __future__ import annotations

import pytest

from linked.programs import KEPT, passed
from wrt_preflight.linked.flatten import flatten

BASE = """
class A:
    kind = "A"
    sizes = []
    def __init__(self, x=1):
        self.x = x
        self.begin()
    def begin(self):
        out("begins as A", self.x)
    def f(self):
        return self.g() + 1
    def g(self):
        return 1
    def __len__(self):
        return 4
    @property
    def whole(self):
        return self.x
    @whole.setter
    def whole(self, value):
        self.x = value
"""
MAIN = """
def main():
    b = {}
    out(b.x, b.kind, b.sizes, b.f(), b.g(), len(b), b.whole)
    b.whole = 9
    out(b.x, isinstance(b, B), vars(b))
main()
"""
HEIRS = [
    "class B(A):\n    pass",
    "class B(A):\n    kind = 'B'\n    sizes = [1]",
    "class B(A):\n    def __init__(self):\n        self.x = 0\n        self.begin()",
    "class B(A):\n    def __init__(self):\n        out('B')\n        A.__init__(self, x=5)\n"
    "    def begin(self):\n        A.begin(self)\n        out('begins as B')",
    "class B(A):\n    def g(self):\n        return A.g(self) + A.g(self) + 10",
    "class B(A):\n    def __len__(self):\n        return A.__len__(self) * 2",
    "class B(A):\n    whole = 4\n    def f(self):\n        return 3",
    "class B(A):\n    @property\n    def whole(self):\n        return 3\n    @whole.setter\n"
    "    def whole(self, value):\n        self.x = 2 * value",
    "class B(A):\n    def g(self):\n        return [A.g(self) for _ in (1, 2)][0]",
    "class M(A):\n    def g(self):\n        return A.g(self) + 5\n"
    "class B(M):\n    def g(self):\n        return M.g(self) + 7",
]


def how(body):
    return flatten(body, KEPT)


@pytest.mark.parametrize("heir", HEIRS)
def test_it_becomes_a_part_of_its_heir(heir):
    made = passed(how, f"{BASE}\n{heir}\n{MAIN.format('B()')}")
    assert "class A" not in made and made.count("class ") == 1


STAYS = [
    # super() would be the base's base.
    ("class B(A):\n    def g(self):\n        return super().g() + 1", "B()"),
    ("class B(A):\n    def __init__(self):\n        super().__init__(7)", "B()"),
    # What it calls of its base it does not have itself, so that an heir of its own may.
    (
        "class B(A):\n    def f(self):\n        return A.g(self)\n"
        "class C(B):\n    def g(self):\n        return 50",
        "C()",
    ),
    # Others have to do with it.
    ("class B(A):\n    pass\nassert A().x == 1", "B()"),
    ("class B(A):\n    pass\nassert isinstance(B(), A)", "B()"),
    ("class B(A):\n    pass\nclass C(A):\n    pass", "B()"),
    ("class C:\n    pass\nclass B(A, C):\n    pass", "B()"),
    ("class B(A):\n    def g(self):\n        return A(5).x", "B()"),
    ("class B(A):\n    def g(self, other=None):\n        return A.g(other or self)", "B()"),
    ("class B(A):\n    up = A", "B()"),
]


@pytest.mark.parametrize("heir, made", STAYS)
def test_it_stays_a_class(heir, made):
    assert "class A" in passed(how, f"{BASE}\n{heir}\n{MAIN.format(made)}")


def test_other_names_in_the_base():
    source = """
class A:
    def wait(self):
        return 1
    get = wait
class B(A):
    def wait(self):
        return 2
def main():
    out(B().get(), B().wait())
main()
"""
    passed(how, source)


def test_methods_whose_names_differ_by_what_is_in_front():
    source = """
class A:
    def __init__(self):
        self.init()
    def init(self):
        out("A")
class B(A):
    def __init__(self):
        A.__init__(self)
        A.init(self)
    def init(self):
        out("B")
def main():
    B()
main()
"""
    passed(how, source)


def test_class_statements_that_need_those_before_them():
    source = """
class A:
    size = 4
    words = size * 2
    def f(self, n=words):
        return n
class B(A):
    size = 8
def main():
    out(B().size, B.words, B().f())
main()
"""
    assert "class A" not in passed(how, source)


def test_exceptions_are_still_what_except_looks_for():
    source = """
class A(ValueError):
    def told(self):
        return self.args
class B(A):
    def more(self):
        return 1
def main():
    try:
        raise B(1, 2)
    except ValueError as error:
        out(error.told(), error.more())
main()
"""
    passed(how, source)


def test_generators_and_coroutines_of_a_base():
    source = """
class A:
    def f(self):
        yield 1
        yield from self.g()
    def g(self):
        yield 2
    async def h(self):
        return 3
class B(A):
    def g(self):
        yield from A.g(self)
        yield 4
    async def h(self):
        return await A.h(self) + 1
def main():
    out(list(B().f()))
    try:
        B().h().send(None)
    except StopIteration as stop:
        out(stop.value)
main()
"""
    assert "class A" not in passed(how, source)
