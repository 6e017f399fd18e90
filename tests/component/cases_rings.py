# Rings of components that pass the elements of streams on: see ring_programs.py. Runs under
# MicroPython and CPython: see run_cases.py.

TABLES = ("tasks", "threads", "subtasks", "streams", "waitable_sets", "error_contexts")


def finish(app):
    """Let what goes on after a result end; checks that it leaves nothing behind."""
    while app.tick():
        pass
    stats = app.stats()
    for name in stats:
        if name in TABLES or name.startswith("handles"):
            assert stats[name]["used"] == 0, (name, stats[name])


def rounds(load, name, n):
    """What the ring logs in n rounds, each (stage, number)."""
    log = []
    app = load(name, {"log": lambda stage, value: log.append((stage, value))})
    assert app.run(n) == 3 * n
    finish(app)
    return log


def test_order(load):
    for name in ("bytes-traced", "records-traced"):
        log = rounds(load, name, 20)
        # The number goes round: through the second, the third, and the first again.
        assert log == [((i + 1) % 3 + 1, i + 1) for i in range(60)], log
        assert rounds(load, name, 20) == log


def test_many_rounds(load):
    for name in ("bytes", "records"):
        app = load(name, {"log": print})
        n = 1000
        assert app.run(n) == 3 * n
        finish(app)
        high = app.stats()
        # As many again need no more of anything.
        assert app.run(n) == 3 * n
        finish(app)
        assert app.stats() == high


def test_many_calls(load):
    for name in ("bytes", "records"):
        app = load(name, {"log": print})
        for _ in range(100):
            assert app.run(2) == 6
            finish(app)
