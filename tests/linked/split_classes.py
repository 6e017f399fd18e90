"""Programs for test_split.py, about classes: what each is about, its text, entries of its parts,
what is not in main then, and what is."""

PROGRAMS = [
    (
        "classes stay, without the __init__ that only parts call",
        """
        class A:
            size = 3
            def __init__(self, x, y=2):
                self.x = x
                if x > 1:
                    self.y = 0
                    return
                if x < 0:
                    raise ValueError(x)
                self.y = y
            def f(self):
                return self.x + self.y + self.size
        class B(A):
            def __init__(self, x):
                A.__init__(self, x, y=7)
                self.z = 1
        class C(B):
            pass
        def load(x):
            return [A(x), A(x, y=5), B(x), C(x)]
        def main():
            for x in (1, 2, -1):
                for a in load(x):
                    out(a.f(), isinstance(a, A), sorted(vars(a).items()))
        """,
        [("load",)],
        ["__init__"],
        ["class A", "def f"],
    ),
    (
        "an __init__ that main calls, too",
        """
        class A:
            def __init__(self, x):
                self.x = x
        class B(A):
            pass
        def load(x):
            return A(x)
        def main():
            out(load(1).x, B(2).x)
        """,
        [("load",)],
        [],
        ["__init__"],
    ),
    (
        "an __init__ that is called by super()",
        """
        class A:
            def __init__(self, x):
                self.x = x
        class B(A):
            def __init__(self):
                super().__init__(5)
        def load():
            return A(1)
        def main():
            out(load().x, B().x)
        """,
        [("load",)],
        [],
        ["__init__"],
    ),
    (
        "exceptions keep theirs",
        """
        class Bad(Exception):
            def __init__(self, x):
                Exception.__init__(self, x, "bad")
                self.x = x
        class Worse(Bad):
            pass
        def load(x):
            if x:
                raise Worse(x)
        def main():
            load(0)
            try:
                load(1)
            except Bad as error:
                out(error.x, error.args)
        """,
        [("load",)],
        [],
        ["__init__"],
    ),
    (
        "methods that only parts call go; others stay",
        """
        class A:
            def __init__(self):
                self.x = 1
            def begin(self, n, k=2):
                self.x += n * k
                return self
            def both(self):
                return self.x
            def stop(self):
                self.x = 0
            def heir(self):
                return "A"
        class B(A):
            def heir(self):
                return "B"
        def load():
            a, b = A(), B()
            a.begin(1).begin(n=2)
            b.begin(1, k=5)
            A.begin(b, 4)
            return a.both(), b.both(), a.heir(), b.heir(), a
        def main():
            *found, a = load()
            out(found, a.both())
            getattr(a, "stop")()
            out(a.x)
        """,
        [("load",)],
        ["def begin"],
        ["def both", "def stop", "def heir"],
    ),
    (
        "an object's own function with a method's name",
        """
        class A:
            def begin(self):
                return "A"
        class B:
            def __init__(self):
                self.begin = lambda: "B"
        class C:
            begin = len
        def load():
            return A().begin(), B().begin(), C().begin([1])
        def main():
            out(load())
        """,
        [("load",)],
        [],
        ["def begin"],
    ),
    (
        "methods with other names in their class",
        """
        class A:
            def begin(self):
                return 1
            get = begin
        def load():
            return A().begin()
        def main():
            out(load(), A().get())
        """,
        [("load",)],
        [],
        ["def begin"],
    ),
    (
        "properties",
        """
        class A:
            def __init__(self):
                self._x = 1
                self._y = 2
            @property
            def x(self):
                return self._x
            @x.setter
            def x(self, value):
                self._x = value * 2
            @property
            def y(self):
                return self._y
            @y.setter
            def y(self, value):
                out("y", value)
        def load():
            a = A()
            a.x = 5
            a.y = 6
            return a, a.x
        def main():
            out(vars(load()[0]))
        """,
        [("load",)],
        [],
        ["def x", "def y"],
    ),
    (
        "entries that are methods",
        """
        class A:
            def __init__(self, x):
                self.x = x
            def stats(self, *more, **named):
                return helper(self.x), self.own(), more, named
            def own(self):
                return self.x + 1
            @property
            def state(self):
                return helper(self.x)
            def __repr__(self):
                return "A %d" % helper(self.x)
        def helper(x):
            return x * 2
        def main():
            a = A(4)
            out(a.stats(1, b=2), a.state, a)
        """,
        [("A.stats", "A.__repr__"), ("A.state",)],
        ["def helper", "def own"],
        ["def stats", "def state"],
    ),
]
