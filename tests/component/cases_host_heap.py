# What only MicroPython has: how much of the heap is in use.

import asyncio
import gc

import micropython
from host_of_streams import Imports, rest

from wrt_micro.concurrent import Deferred


def growth(app, work, rounds):
    """Bytes of the heap that a number of rounds leave behind."""
    for i in range(4):
        work(i)
        rest(app)
    gc.collect()
    before = gc.mem_alloc()
    for i in range(rounds):
        work(i)
        assert not rest(app)
    gc.collect()
    return gc.mem_alloc() - before


def test_rounds_of_host_streams_leave_the_heap_as_it_was(load):
    rounds = 1000 if load.engine == "interp" else 150
    app = load("streams", Imports())

    def read(i):
        with app.count(20, 3) as reader:
            reader.read(i & 7 or 1).wait()

    def write(i):
        with app.new_stream() as writer:
            call = app.start("sum", writer, 4)
            writer.write([i, 2, 3]).wait()
        assert call.wait() == i + 5

    def iterate(i):
        assert app.sum(range(10), 3) == 45 and app.take(iter([1, 2, 3]), 1) == 1

    def futures(i):
        assert app.half(2 * i).wait() == i and app.double(lambda: 4) == 8
        value = Deferred()
        call = app.start("double", value)
        value.set(i)
        assert call.wait() == 2 * i

    for work in (read, write, iterate, futures):
        grown = growth(app, work, rounds)
        assert grown <= 0, (work, grown)


def test_rounds_of_async_iterators_leave_the_heap_as_it_was(load):
    rounds = 200 if load.engine == "interp" else 40
    imports = Imports()
    app = load("streams", imports)

    def work(i):
        assert app.from_host(5) == 10 and app.to_host(3) >= 3
        imports.given.clear()
        imports.sunk.clear()

    grown = growth(app, work, rounds)
    assert grown <= 0, grown


def test_rounds_under_asyncio_leave_the_heap_as_it_was(load):
    rounds = 200 if load.engine == "interp" else 40
    app = load("streams", Imports())
    outcome = []

    async def work(i):
        reader = await app.aio.count(5, 2)
        async for value in reader:
            assert value < 5
        assert await (await app.aio.half(8)) == 4

    async def main():
        for i in range(10):
            await work(i)
        gc.collect()
        before = gc.mem_alloc()
        for i in range(rounds):
            await work(i)
        gc.collect()
        outcome.append(gc.mem_alloc() - before)

    asyncio.run(main())
    assert outcome[0] <= 0, outcome


def test_a_turn_allocates_nothing(load):
    if load.engine != "interp":
        return  # portable makes objects of 64-bit numbers
    app = load("waiter", {"sleep": print, "fetch": print})
    app.start("hover")
    turns = 0
    app.tick()
    micropython.heap_lock()
    try:
        while turns < 1000 and app.tick():
            turns += 1
    finally:
        micropython.heap_unlock()
    assert turns == 1000


def test_reading_into_a_buffer_takes_no_memory_for_the_bytes(load):
    app = load("relay")
    data = bytes(3000)
    writer = app.new_stream()
    reader = app.before(writer)
    buffer = bytearray(1000)
    writer.write(data)
    reader.readinto(buffer).wait()
    gc.collect()
    before = gc.mem_alloc()
    gc.disable()
    reader.readinto(buffer).wait()
    used = gc.mem_alloc() - before
    gc.enable()
    assert used < 900, used
