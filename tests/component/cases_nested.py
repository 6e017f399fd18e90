# Endless loops inside of calls from instance to instance. Runs under MicroPython and CPython: see
# run_cases.py.

from cases_calls import raises, trap
from host_of_calls import Late

from wrt_micro.concurrent import Timeout

TABLES = ("tasks", "threads", "subtasks")


def used(app):
    return [app.stats()[name]["used"] for name in TABLES]


def result(way, n):
    return {"plain": n + 1, "async": n + 2, "drop": 3, "both": 2 * n + 3}[way]


def test_a_turn_ends_inside_of_calls(load):
    for way in ("plain", "async", "drop", "both"):
        app = Late(load)("nested", fuel_slice=2)
        task = app.start(way, 50)
        turns = 0
        while not task.done:
            assert app.tick()
            turns += 1
            assert turns < 1000
        assert task.result() == result(way, 50) and turns > 20, way
        assert used(app) == [0, 0, 0], way
        assert app[way](7) == result(way, 7)


def test_what_never_ends_in_a_call_leaves_the_main_loop_alive(load):
    for way in ("plain", "async", "both"):
        app = load("nested")
        task = app.start(way, 0)  # 2**32 rounds
        for _ in range(3):
            assert app.tick()
        assert not task.done and app.other(9) == 9
        assert raises(Timeout, task.wait, 30), way
        # Those on the way are lost, and nobody else is.
        assert trap(app.plain, 1) == "cannot_enter" and app.other(9) == 9


def test_a_realloc_that_never_ends_is_a_trap(load):
    app = load("nested")
    task = app.start("length", "x")
    assert "realloc" in str(raises(Timeout, task.wait))
    assert trap(app.other, 5) == "cannot_enter"  # a trap ends what is around the instance, too
