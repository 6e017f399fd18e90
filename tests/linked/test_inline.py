"""What is called once stands where it is called, and does there what it did."""

from __future__ import annotations

import pytest

from linked.inline_programs import GONE
from linked.programs import KEPT, passed
from wrt_preflight.linked.inline import inline

# What stays: it would mean something else elsewhere.
STAYS = [
    (
        "what a generator expression sees later",
        """
        def f(a):
            return (a + x for x in (1, 2))
        def main():
            found = []
            for i in (10, 20):
                it = f(i)
                found.append(it)
            out([list(it) for it in found])
        """,
    ),
    (
        "a function's own name for Python's",
        """
        def f(a):
            out(len(a))
        def main():
            len = 3
            f("ab")
            out(len)
        """,
    ),
    (
        "super()",
        """
        class A:
            def f(self):
                self.x = 1
                out("A")
        class B(A):
            def g(self):
                super().f()
                out(self.x)
        def main():
            B().g()
        """,
    ),
    (
        "a class in front of the dot",
        """
        class A:
            def f(self, more=5):
                out(more)
        def main():
            a = A()
            A.f(a)
        """,
    ),
    (
        "another name in the class",
        """
        class A:
            def f(self):
                out("f")
            get = f
        def main():
            a = A()
            a.get()
            a.f()
        """,
    ),
    (
        "a name that is asked for as a string",
        """
        class A:
            def f(self):
                out("f")
        def main():
            a = A()
            a.f()
            out(hasattr(a, "f"))
            getattr(a, "f")()
        """,
    ),
    (
        "closures, stars, globals, and a second definition",
        """
        count = 0
        def f(a):
            return lambda: a
        def g(*args):
            return args
        def h():
            global count
            count = 1
        def main():
            x = f(1)
            y = g(2, 3)
            h()
            out(x(), y, count)
        """,
    ),
    (
        "methods of the same name",
        """
        class A:
            def f(self):
                out("A")
        class B:
            def f(self):
                out("B")
        def main():
            for x in (A(), B()):
                x.f()
        """,
    ),
    (
        "an object's own function",
        """
        class A:
            def f(self):
                out("A")
        def main():
            a = A()
            a.f = lambda: out("own")
            a.f()
        """,
    ),
    (
        "recursion",
        """
        def f(n):
            if n:
                x = f(n - 1)
                return x + 1
            return 0
        def main():
            out(f(3))
        """,
    ),
]


def how(body):
    return inline(body, KEPT)


@pytest.mark.parametrize("source, names", [case[1:] for case in GONE], ids=[c[0] for c in GONE])
def test_it_stands_where_it_is_called(source, names):
    passed(how, source + "\n        main()", gone=names.split())


@pytest.mark.parametrize("source", [case[1] for case in STAYS], ids=[case[0] for case in STAYS])
def test_it_stays_where_it_is(source):
    passed(how, source + "\n        main()")


def test_a_global_that_changes_is_given_as_it_was():
    source = """
        state = 1
        def bump():
            global state
            state += 1
        def f(a):
            bump()
            out(a)
        def main():
            global state
            state = 5
            f(state)
        main()
    """
    passed(how, source, gone=["f"])


def test_a_variable_of_a_closure_is_given_as_it_was():
    source = """
        def f(a, change):
            change()
            out(a)
        def main():
            x = 1
            def change():
                nonlocal x
                x = 2
            f(x, change)
            out(x)
        main()
    """
    passed(how, source, gone=["f"])


def test_what_is_called_in_another_part_stays():
    source = """
        def f(a):
            out(a)
        def main():
            f(1)
        main()
    """

    def apart(body):
        body[0].part = "later"
        return inline(body, KEPT)

    passed(apart, source, there=["f"])
