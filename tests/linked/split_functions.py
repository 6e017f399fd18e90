"""Programs for test_split.py, about functions: what each is about, its text, entries of its parts,
what is not in main then, and what is."""

PROGRAMS = [
    (
        "what only an entry calls goes, in one copy for each part",
        """
        TABLE = {1: "one"}
        ODD = {1, 3}
        LIMIT = 5
        def load(x, more=3):
            helper(x, more)
            return TABLE[1], x in ODD
        def rare():
            helper(0, 0)
        def helper(x, y):
            out(x, y, LIMIT)
        def main():
            out(load(1), load(2, more=4))
            rare()
        """,
        [("load",), ("rare",)],
        ["def helper", "LIMIT", "TABLE", "ODD"],
        ["def load"],
    ),
    (
        "what main calls too, stays",
        """
        def load():
            helper("load")
        def helper(x):
            out(x)
        def main():
            load()
            helper("main")
        """,
        [("load",)],
        [],
        ["def helper"],
    ),
    (
        "what is handed on, stays",
        """
        def load():
            return [helper, other]
        def helper(x):
            out(x)
        def other(x):
            helper(x)
        def main():
            for f in load():
                f(1)
        """,
        [("load",)],
        [],
        ["def helper", "def other"],
    ),
    (
        "tables that are changed are there once",
        """
        SEEN = {}
        LIST = []
        FULL = {1: 2}
        MANY = {0}
        def load(x):
            MANY.add(x)
            SEEN[x] = 1
            LIST.append(x)
            FULL[x] = 3
            fill(OTHER)
            return len(SEEN), len(LIST), len(FULL), len(OTHER), len(MANY)
        def fill(table):
            table[len(table)] = 1
        OTHER = {}
        def main():
            out(load(1))
            out(load(2))
        """,
        [("load",)],
        [],
        ["SEEN", "LIST", "FULL", "OTHER", "MANY"],
    ),
    (
        "globals that change are there once",
        """
        count = 0
        def load():
            bump()
            return count
        def bump():
            global count
            count += 1
        def main():
            out(load())
            out(load())
        """,
        [("load",)],
        [],
        ["count", "def bump"],
    ),
    (
        "closures: their functions outlive the call",
        """
        def load(x):
            def own():
                return helper(x)
            return own, make(x), lambda: x + 1
        def helper(x):
            return x * 2
        def make(x):
            def inner():
                return x
            return inner
        def main():
            out([f() for f in load(5)])
        """,
        [("load",)],
        [],
        ["def make"],
    ),
    (
        "generators",
        """
        def load(n):
            yield from numbers(n)
        def numbers(n):
            for i in range(n):
                yield i
        def main():
            out(list(load(3)))
        """,
        [("load",)],
        ["def numbers"],
        [],
    ),
    (
        "entries that call each other and themselves",
        """
        def load(n):
            return n and load(n - 1) + rare(n) + other(n)
        def rare(n):
            return helper(n)
        def other(n):
            return 2 * helper(n)
        def helper(n):
            return n
        def main():
            out(load(3))
        """,
        [("load", "other"), ("rare",)],
        ["def helper"],
        ["def load", "def rare"],
    ),
    (
        "try, else, finally and early returns",
        """
        def load(x):
            try:
                return helper(x)
            except Bad as error:
                out("bad", error.args)
                return "caught"
            else:
                out("never")
            finally:
                out("end")
        class Bad(Exception):
            pass
        def helper(x):
            if x:
                raise Bad(x)
            return "well"
        def main():
            out(load(0), load(1))
        """,
        [("load",)],
        ["def helper"],
        ["class Bad"],
    ),
]
