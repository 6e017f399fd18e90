# Tasks, threads, streams, futures and error contexts, as far as the official suite has none of it.
# Runs under MicroPython and CPython: see run_cases.py.

import gc

from cases_calls import trap

TABLES = ("tasks", "threads", "subtasks", "streams", "waitable_sets")


def used(app):
    """What is in use in each table that is not empty."""
    stats = app.stats()
    return {name: stats[name]["used"] for name in TABLES if stats[name]["used"]}


def test_error_contexts_keep_their_message_if_asked_to(load):
    app = load("errors", error_messages=4)
    error = app.make("disk full")
    assert error.message == "disk"
    assert app.text(error) == app.through(error) == "disk"
    stats = app.stats()["error_contexts"]
    assert (stats["used"], stats["high"]) == (1, 1)


def test_error_contexts_forget_their_message(load):
    app = load("errors")
    error = app.make("disk full")
    assert error.message == "" and app.text(error) == ""
    assert trap(load("errors").drop, 5) == "unknown_handle"


def test_spawned_threads_run_in_turn(load):
    app = load("threads")
    assert [app.spawned(), app.promoted(), app.noted()] == [9121, 4365, 127]
    assert not used(app)


def test_threads_start_with_functions_only(load):
    assert trap(load("threads").null) == "uninitialized_element"
    assert trap(load("threads").beyond) == "undefined_element"
    assert trap(load("threads").nobody) == "unknown_thread"


def test_what_nobody_wakes_is_a_deadlock(load):
    assert trap(load("threads").asleep) == "deadlock"


def test_threads_wake_those_that_wait_at_an_address(load):
    app = load("shared")
    # Nobody waits at 12; the first two at 8 wake, then the third.
    assert app.woken() == 21315
    assert app.late() == 2 and app.other() == 1
    assert not used(app)
    assert trap(app.never) == "deadlock"


def test_a_component_may_call_one_inside_it_if_asked_to(load):
    assert trap(load("donut").around, 1) == "cannot_enter"
    app = load("donut", donut_wrapping=True)
    assert app.around(1) == app.around(1) == 30


def test_every_table_has_a_trap_of_its_own(load):
    assert trap(load("threads", threads=3).many, 4) == "threads_full"
    assert trap(load("greedy", streams=3, handles=99).streams, 4) == "streams_full"
    assert trap(load("greedy", waitable_sets=3).sets, 4) == "waitable_sets_full"
    assert trap(load("greedy", subtasks=3, threads=9).calls, 4) == "subtasks_full"
    assert trap(load("greedy", threads=3).calls, 3) == "threads_full"
    assert trap(load("greedy", tasks=3).calls, 3) == "tasks_full"
    assert trap(load("greedy", handles=3).calls, 4) == "handles_full"
    assert trap(load("errors", error_contexts=3).many, 4) == "error_contexts_full"


def test_a_table_can_be_full(load):
    load("greedy", streams=3, handles=6).streams(3)
    load("greedy", waitable_sets=3).sets(3)
    load("greedy", subtasks=3, handles=3).calls(3)
    load("errors", error_contexts=3).many(3)


def test_rounds_leave_nothing_behind(load):
    app = load("greedy")
    rounds = 10000 if load.engine == "interp" else 300
    assert app.rounds(10) == 30
    gc.collect()
    before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
    assert app.rounds(rounds) == 3 * rounds
    gc.collect()
    if before:
        assert gc.mem_alloc() - before < 1000  # the call from Python makes objects
    assert not used(app)
    assert app.stats()["streams"]["high"] == 1


def test_many_bytes_go_in_one_copy(load):
    assert load("bulk").take() == 0
    assert [load("bulk").shift(by) for by in (0, 1, -1, 100, -100, 400)] == [-1] * 6
    assert load("bulk").give().read(1000).wait() == bytes([7 * i & 255 for i in range(1000)])


def test_python_reads_a_stream_as_it_likes(load):
    app = load("pipeline")
    assert app.total(15) == 1240
    assert list(app.squares(5)) == [1, 4, 9, 16, 25]
    reader = app.squares(20)
    assert (
        reader.read(3).wait() == b"\x01\x04\x09"
        and reader.read(100).wait() == b"\x10\x19\x24\x31\x40"
    )
    reader.drop()
    reader.drop()
    while app.tick():
        pass
    assert not used(app)


def test_a_stream_is_handed_on_without_copying(load):
    app = load("relay")
    # Python reads before there is a writer, and the other way round.
    for relay in (app.after, app.before):
        assert relay(b"one two").read(3).wait() == b"one"
        reader = relay(b"one two three")
        assert [reader.read(4).wait(), reader.read(100).wait(), reader.read(1).wait()] == [
            b"one ",
            b"two three",
            b"",
        ]
        while app.tick():
            pass
    twice = app.before(app.after(b"far away"))
    assert twice.read(100).wait() == b"far away"
    twice.drop()
    while app.tick():
        pass
    assert used(app) == {"streams": 2}  # the first ones, which Python did not read to the end
