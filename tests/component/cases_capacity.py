# What runs concurrently, as much of it as there is: see capacity_program.py. Runs under
# MicroPython and CPython: see run_cases.py.

from cases_calls import raises, trap

from wrt_micro import Trap


def used(app, name):
    return app.stats()[name]["used"]


def exhausted(load, kind, options):
    """Calls into another instance until a table of 3 is full."""
    beside = load("capacity")
    waiting = beside.start("worker", 5)
    app = load("capacity", **options)
    error = raises(Trap, app.ask, 4)
    assert error.kind == kind, error.kind
    text = str(error)
    assert text.count("=N) gives more than the 3 there are") == 1, text
    for option in options:
        assert "load(..., " + option + "=N)" in text, text
    assert trap(app.ask, 1) == "cannot_enter"
    # What ran in another component goes on as if nothing had happened.
    while beside.tick():
        pass
    assert waiting.result() == 5 and beside.ask(2) == 2 << 4 | 1


def test_tables_say_what_they_have(load):
    exhausted(load, "subtasks_full", {"subtasks": 3})
    exhausted(load, "threads_full", {"threads": 3})
    exhausted(load, "handles_full", {"handles": 3})
    exhausted(load, "tasks_full", {"tasks": 3})


def test_a_call_from_python_that_finds_no_room_can_be_made_again(load):
    app = load("capacity", threads=2, tasks=8)
    for _ in range(2):
        app.ask(1)
    assert raises(Trap, app.worker, 1).kind == "threads_full"
    assert used(app, "tasks") == 2
    app.go()
    while app.tick():
        pass
    assert used(app, "tasks") == used(app, "threads") == 0
    assert app.worker(1) == 1


def test_hundreds_of_calls_take_turns(load):
    count = 300
    app = load("capacity", tasks=count, threads=count, thread_stack=512)
    calls = [app.start("worker", i) for i in range(count)]
    order = []
    while app.tick():
        for i, call in enumerate(calls):
            if call.done and i not in order:
                order.append(i)
    # First in, first out, and never two at once.
    assert order == list(range(count)), order
    assert [call.result() for call in calls] == order
    assert used(app, "tasks") == used(app, "threads") == 0
    assert app.stats()["threads"]["high"] == count


def test_a_trap_leaves_other_components_working(load):
    app, other = load("capacity"), load("capacity")
    mine, others = app.start("worker", 1), other.start("worker", 2)
    assert trap(app.fail) == "unreachable"
    assert not app.tick() and not mine.done
    while other.tick():
        pass
    assert others.result() == 2 and other.other_worker(4) == 4
    assert trap(app.worker, 3) == "cannot_enter"
