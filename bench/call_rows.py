# What `python -m bench calls` measures: calls across the boundaries of programs/calls.wat, and
# of an empty Python function. Runs under MicroPython and CPython, so that both do the same.

TEXT = "a" * 1024
ITEMS = [{"id": i, "value": -i, "kind": i} for i in range(32)]
PAYLOADS = ("two integers", "string of 1 KiB", "list of 32 records")
EMPTY = "empty Python call"
CHECKED = 10  # calls whose results are compared
ENOUGH = 100_000  # microseconds


def add(a, b):
    """What the component imports as host-scalar; host-text and host-records are len."""
    return a + b


def empty(a, b):
    return 3


def repeat(function, *args):
    """A function that calls `function` n times and returns the sum of the results."""

    def run(n):
        total = 0
        for _ in range(n):
            total += function(*args)
        return total

    return run


def rows(exports, items):
    """[(name, function that makes n calls)]. exports: by name. items: the records of the list."""
    found = [(EMPTY, repeat(empty, 1, 2))]
    arguments = (("scalar", (1, 2)), ("text", (TEXT,)), ("records", (items,)))
    for i, (name, args) in enumerate(arguments):
        found.append(("host to guest, " + PAYLOADS[i], repeat(exports(name), *args)))
    run = exports("run")
    for which in range(6):
        where = "component to component, " if which > 2 else "guest to host, "
        found.append((where + PAYLOADS[which % 3], lambda n, which=which: run(which, n)))
    return found


def measure(run, now, spent):
    """Microseconds of a call, of as many as take 0.1 s. now, spent: as in stopwatch.py."""
    n = CHECKED
    while True:
        edge = now()
        start = now()
        while start == edge:  # begin where the clock steps
            start = now()
        run(n)
        time = spent(start)
        if time >= ENOUGH:
            return time / n
        n = 2 * n if time < ENOUGH // 8 else 1 + n * ENOUGH * 5 // (4 * time)
