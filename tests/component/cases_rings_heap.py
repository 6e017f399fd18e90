# What only MicroPython has: how much of the heap is in use.

import gc

import micropython


def test_rounds_leave_the_heap_as_it_was(load):
    for name in ("bytes", "records"):
        app = load(name, {"log": print})
        app.run(10)
        while app.tick():
            pass
        gc.collect()
        before = gc.mem_alloc()
        rounds = 2000 if load.engine == "interp" else 300
        assert app.run(rounds) == 3 * rounds
        while app.tick():
            pass
        gc.collect()
        assert gc.mem_alloc() - before == 0, (name, gc.mem_alloc() - before)


def test_rounds_allocate_nothing(load):
    if load.engine != "interp":
        return  # portable makes objects of 64-bit numbers
    for name in ("bytes", "records"):
        app = load(name, {"log": print})
        app.start("run", 11000)
        scheduler = app._calls.scheduler
        scheduler.store.watch = None  # no turn of this test ends by the clock
        ticks = 0
        micropython.heap_lock()
        try:
            while ticks < 30000 and scheduler.tick():
                ticks += 1
        finally:
            micropython.heap_unlock()
        assert ticks == 30000
