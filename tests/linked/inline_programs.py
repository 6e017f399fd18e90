"""Programs for test_inline.py in which functions go where they are called."""

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
