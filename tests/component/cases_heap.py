# What only MicroPython has: a heap that can be locked.

import gc

import micropython


def locked(lifted, n):
    """What a function returns that takes and returns an integer, with the heap locked."""
    thread = lifted.cx.calls.store.thread
    thread.fuel = None
    thread.stack[0] = n
    micropython.heap_lock()
    try:
        status = thread.call(lifted.header)
    finally:
        micropython.heap_unlock()
    assert status == 0, status
    return thread.stack[0]


def test_calls_between_components_allocate_nothing(load):
    passing = load("passing")
    assert locked(passing.run, 3) == 7
    assert locked(passing.run, 4) == 9
    if load.engine == "interp":  # portable makes objects of 64-bit numbers and of copied bytes
        app = load("chatty")
        assert locked(app.texts, 3) == 1000
        assert locked(app.numbers, 10) == 20


def test_many_rounds_leave_the_heap_as_it_was(load):
    app = load("chatty")
    passing = load("passing")
    texts, numbers, run = app.texts, app.numbers, passing.run
    texts(1)
    run(1)
    rounds = 500
    gc.collect()
    gc.disable()
    try:
        before = gc.mem_alloc()
        if load.engine == "interp":
            rounds = 10000
            locked(texts, 50)
            locked(numbers, rounds)
        for _ in range(rounds):
            locked(run, 3)
        assert gc.mem_alloc() == before
    finally:
        gc.enable()
