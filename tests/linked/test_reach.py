"""What nothing reaches goes, and nothing else."""

from __future__ import annotations

import pytest

from linked.programs import passed
from wrt_preflight.linked.reach import reachable

# (program, names that are gone)
PROGRAMS = [
    ("def f():\n    g()\ndef g():\n    f()\ndef main():\n    out(1)", "f g"),
    ("X = 1\nY = 2\ndef main():\n    out(X)", "Y"),
    ("import os\nfrom math import floor, ceil\ndef main():\n    out(ceil(1.5))", "os floor"),
    ("import os.path as p, sys\ndef main():\n    out(p.sep)", "sys"),
    ("TABLE = {}\nTABLE[1] = 2\ndef main():\n    out(TABLE)", ""),
    ("TABLE = []\nfor i in (1, 2):\n    TABLE.append(i)\ndef main():\n    out(TABLE)", ""),
    # Methods.
    (
        "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 2\n"
        "def main():\n    out(A().f())",
        "g",
    ),
    (
        "class A:\n    def f(self):\n        return 1\ndef main():\n    out(getattr(A(), 'f')())",
        "",
    ),
    ("class A:\n    def f(self):\n        return 1\ndef main():\n    out(hasattr(A(), 'f'))", ""),
    ("class A:\n    def f(self):\n        return 1\ndef main():\n    out(A.f(None))", ""),
    (
        "class A:\n    def f(self):\n        return 1\n    get = f\ndef main():\n"
        "    out(A().get())",
        "",
    ),
    (
        "class A:\n    def f(self):\n        return 1\n    get = f\n    def g(self):\n"
        "        return 2\n"
        "def main():\n    out(A().g())",
        "f get",
    ),
    (
        "class A:\n    def __iter__(self):\n        yield 1\n    __await__ = __iter__\n"
        "def main():\n    out(list(A()), list(A().__await__()))",
        "",
    ),
    ("class A:\n    def __len__(self):\n        return 3\ndef main():\n    out(len(A()))", ""),
    (
        "class A:\n    def __enter__(self):\n        out('in')\n    def __exit__(self, *a):\n"
        "        out('end')\ndef main():\n    with A():\n        pass",
        "",
    ),
    # Heirs.
    (
        "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 3\n"
        "class B(A):\n    def f(self):\n        return super().f() + 1\n"
        "class C(B):\n    pass\ndef main():\n    out(C().f())",
        "g",
    ),
    (
        "class A:\n    def __init__(self, x):\n        self.x = x\nclass B(A):\n"
        "    def __init__(self):\n        super().__init__(5)\ndef main():\n    out(B().x)",
        "",
    ),
    (
        "class A:\n    def f(self):\n        return self.g()\n    def g(self):\n"
        "        return 'A'\n"
        "class B(A):\n    def g(self):\n        return 'B'\nclass D(A):\n    def g(self):\n"
        "        return 'D'\ndef main():\n    out(B().f())",
        "D",
    ),
    (
        "class A:\n    def f(self):\n        return 1\nclass B:\n    def g(self):\n"
        "        return 2\n"
        "class C(A, B):\n    def h(self):\n        return A.f(self) + B.g(self) + self.g()\n"
        "def main():\n    out(C().h())",
        "",
    ),
    (
        "class A(Exception):\n    def told(self):\n        return self.args\nclass B(A):\n"
        "    pass\n"
        "def main():\n    try:\n        raise B(1)\n    except A as e:\n        out(e.told())",
        "",
    ),
    (
        "class A:\n    def f(self):\n        return 1\nclass B:\n    def f(self):\n"
        "        return 2\n"
        "def main():\n    out(isinstance(5, B), A().f())",
        "",
    ),
    (
        "class A:\n    def f(self):\n        return 1\ndef make(cls):\n    return cls()\n"
        "def main():\n    out(make(A).f(), type(A())().f())",
        "",
    ),
    (
        "class A:\n    def f(self):\n        return 1\nKINDS = {1: A}\n"
        "def main():\n    out(KINDS[1]().f(), KINDS.get(1)().f())",
        "",
    ),
    # Attributes.
    (
        "class A:\n    def __init__(self):\n        self.x = self.y = 1\n        self.z = say(2)\n"
        "def say(x):\n    out(x)\n    return x\ndef main():\n    a = A()\n    a.z = a.y\n"
        "    out(a.x)",
        "z y",
    ),
    (
        "class A:\n    x = 1\n    y = x + 1\n    z = 3\ndef main():\n    out(A().y)",
        "z",
    ),
    (
        "class A:\n    x = 1\n    def f(self, n=x):\n        return n\ndef main():\n"
        "    out(A().f())",
        "",
    ),
    (
        "class A:\n    pass\ndef made():\n    out('made')\n    return A()\n"
        "def main():\n    made().x = 1",
        "",
    ),
    ("class A:\n    x = 1\ndef main():\n    a = A()\n    a.x += 1\n    out(vars(a))", ""),
    (
        "class A:\n    def __init__(self):\n        self._x = 1\n    @property\n    def x(self):\n"
        "        return self._x\n    @x.setter\n    def x(self, value):\n        out(value)\n"
        "        self._x = value\ndef main():\n    A().x = 5",
        "",
    ),
    (
        "class A:\n    @property\n    def x(self):\n        return 5\n    @property\n"
        "    def y(self):\n        return 6\ndef main():\n    out(A().x)",
        "y",
    ),
    (
        "class A:\n    class B:\n        def f(self):\n            return 1\n"
        "def main():\n    out(A.B().f())",
        "",
    ),
    (
        "class A:\n    @staticmethod\n    def f():\n        return 1\n    @classmethod\n"
        "    def g(cls):\n        return cls\ndef main():\n"
        "    out(A.f(), A.g() is A, A().g() is A)",
        "",
    ),
]


def how(body):
    return reachable(body, ["main"], ["kept"])


@pytest.mark.parametrize("source, gone", PROGRAMS)
def test_a_program_does_what_it_did(source, gone):
    passed(how, f"{source}\nmain()", gone=gone.split())


def test_what_others_name_stays():
    source = """
class A:
    def kept(self):
        return self.x
    def other(self):
        return 1
    def __init__(self):
        self.x = 1
def main():
    a = A()
    out(a.x)
main()
"""
    passed(how, source, gone=["other"], there=["kept"])


def test_a_class_that_is_only_asked_about_has_no_methods():
    source = """
class A:
    def f(self):
        return 1
class B:
    def f(self):
        return 2
def main():
    out(isinstance(A(), B), A().f())
main()
"""
    assert passed(how, source).count("def f") == 1
