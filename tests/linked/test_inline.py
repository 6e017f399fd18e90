"""What is called once stands where it is called, and does there what it did."""

from __future__ import annotations

import pytest

from linked.programs import KEPT, passed
from wrt_preflight.linked.inline import inline

# (what it is about, program, functions that go)
GONE = [
    (
        "a statement",
        """
        def f(a, b):
            out(a)
            out(b)
        def main():
            f(1, 2)
        """,
        "f",
    ),
    (
        "a value, and returns that are not the last",
        """
        def f(a):
            if a > 2:
                out("more")
                if a > 3:
                    return "big"
                return "middle"
            elif a:
                return "small"
            else:
                raise ValueError("none")
            return "last"
        def main():
            for i in (4, 3, 1, 0):
                x = f(i)
                out(x)
        """,
        "f",
    ),
    (
        "a return out of loops, try and with",
        """
        class Guard:
            def __enter__(self):
                out("in")
            def __exit__(self, *args):
                out("out")
        def f(things):
            with Guard():
                for thing in things:
                    try:
                        if thing == 3:
                            continue
                        if thing > 1:
                            return thing
                    finally:
                        out("after", thing)
                else:
                    out("all")
        def g(things):
            try:
                return f(things)
            finally:
                out("end")
        def main():
            out(g([1, 3, 2, 5]))
            out(g([3]))
        """,
        "f",
    ),
    (
        "no value at the end",
        """
        def f(a):
            if a:
                return a
            out("no")
        def g(a):
            x = 5
            x = f(a)
            return x
        def h(a):
            return k(a)
        def k(a):
            if a:
                return a
        def main():
            out(g(0), g(1), h(0), h(1))
        """,
        "f k",
    ),
    (
        "variables of the same names",
        """
        def f(x, y):
            z = x
            x = y + 1
            y = z
            return x, y, z
        def main():
            x, y, z = 1, 2, 3
            a = f(y, x)
            out(x, y, z, a)
        """,
        "f",
    ),
    (
        "a variable of the caller's changes meanwhile",
        """
        def f(a, b):
            b = b + a
            return b + a
        def main():
            a = 1
            a = f(a, 5)
            out(a)
        """,
        "f",
    ),
    (
        "exceptions with the same names",
        """
        def f(e):
            try:
                raise KeyError(e)
            except KeyError as error:
                out("inner", error.args)
        def main():
            try:
                raise ValueError(1)
            except ValueError as error:
                f(error.args[0])
                out(error.args)
        """,
        "f",
    ),
    (
        "arguments that do something, by name and by place",
        """
        def say(x):
            out(x)
            return x
        def f(a, b, c=3):
            return (c, a)
        def main():
            x = f(b=say(1), a=say(2))
            out(x)
        """,
        "f",
    ),
    (
        "a loop with else and break",
        """
        def f(n):
            for i in range(n):
                if i == 2:
                    break
            else:
                i = "else"
            while n:
                n -= 1
                if n == 1:
                    break
            else:
                out("down")
            out(i, n)
        def main():
            for i in range(5):
                if i:
                    f(i)
            out(i)
        """,
        "f",
    ),
    (
        "one into another into a third",
        """
        def f(a):
            b = a + 1
            return b
        def g(a):
            b = f(a)
            out(b)
            return b
        def h(a):
            b = g(a)
            return b * 2
        def main():
            b = h(1)
            out(b)
        """,
        "f g h",
    ),
    (
        "a method, of what an expression gives",
        """
        class A:
            def __init__(self):
                self.x = 0
            def next(self):
                out("next")
                return self
            def add(self, n):
                self.x += n
                return self.x
        def number():
            out("number")
            return 5
        def main():
            a = A()
            x = a.next().add(number())
            out(x, a.x)
        """,
        "add",
    ),
    (
        "into a generator, and what a generator returns",
        """
        def f(a):
            if a:
                return "yes"
        def ends(a):
            yield 1
            return f(a)
        def all_of(a):
            got = yield from ends(a)
            out(got)
        def main():
            out(list(all_of(1)), list(all_of(0)))
        """,
        "f",
    ),
    (
        "into a coroutine",
        """
        def f(a):
            return a + 1
        async def g(a):
            x = f(a)
            out(x)
            return x
        def main():
            try:
                g(1).send(None)
            except StopIteration as stop:
                out(stop.value)
        """,
        "f",
    ),
    (
        "a comprehension with variables of its own",
        """
        def f(a, n):
            return [a + i for i in range(n)]
        def main():
            i = 10
            x = f(i, 3)
            out(x, i)
        """,
        "f",
    ),
    (
        "variables named as Python's functions",
        """
        def f(a):
            len = a + 1
            return len
        def g(a):
            x = len(a)
            return x
        def main():
            a = f(1)
            b = g("abc")
            out(a, b)
        """,
        "f g",
    ),
    (
        "a name that is one of the caller's by chance",
        """
        def f(a):
            x = a
            x_2 = x + 1
            return [x_2 + x_3 for x_3 in (1, 2)]
        def main():
            x = 1
            y = f(x)
            out(x, y)
        """,
        "f",
    ),
]
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
