# Streams in any order, in sets, and under asyncio. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises
from host_of_streams import Imports, Readings, app_of, rest

from wrt_micro.concurrent import Cancelled, Deferred, Timeout


class Random:
    """The same numbers on every Python."""

    def __init__(self, seed):
        self.state = seed * 2654435761 + 12345 & 0xFFFFFFFF

    def below(self, n):
        self.state = self.state * 1664525 + 1013904223 & 0xFFFFFFFF
        return (self.state >> 16) % n


def some_turns(app, random):
    for _ in range(random.below(4)):
        app.tick()


def test_random_reads(load):
    for seed in range(40):
        random = Random(seed)
        app = app_of(load)
        count = random.below(40)
        reader = app.count(count, 1 + random.below(8))
        got = []
        while random.below(12):
            read = reader.read(1 + random.below(9))
            some_turns(app, random)
            kind = random.below(4)
            if kind == 0:
                read.abandon()
            elif kind == 1 and not read.cancel():
                got += read.result()
            elif not read.done:
                got += read.wait()
            elif not read.error:
                got += read.result()
            assert got == list(range(len(got))), seed
        if random.below(2):
            got += list(reader)
            assert got == list(range(count)), seed
        reader.close()
        assert not rest(app), seed


def test_random_writes(load):
    for seed in range(40):
        random = Random(seed)
        app = app_of(load)
        limit = random.below(30)
        writer = app.new_stream()
        if random.below(2):
            task = app.start("take", writer, limit)
        else:
            task = app.start("sum", writer, 1 + random.below(8))
        taken = 0
        value = 1
        while random.below(12):
            values = [value + i for i in range(random.below(7))]
            write = writer.write(values)
            some_turns(app, random)
            if random.below(3) == 0:
                write.cancel()
            elif values:
                write.wait()
            else:
                write.cancel()
            taken += sum(values[: write.taken])
            value += write.taken
        writer.close()
        assert task.wait() == taken, seed
        assert not rest(app), seed


# Waiting for the first one


def test_a_waitable_set(load):
    app = app_of(load)
    ready = app.new_waitable_set()
    raises(ValueError, ready.wait)
    value = Deferred()
    calls = [app.start("double", value), app.start("double", lambda: 2)]
    reader = app.count(2, 1)
    read = reader.read(1)
    for operation in calls + [read]:
        ready.add(operation)
    raises(TypeError, ready.add, reader)
    raises(TypeError, ready.add, 3)
    assert len(ready) == 3
    assert ready.wait() is read and read.result() == [0]
    raises(Timeout, ready.wait, 2)
    assert ready.poll() is None and len(ready) == 2
    value.set(1)
    assert ready.wait() is calls[0] and ready.wait() is calls[1]
    assert [call.result() for call in calls] == [2, 4]
    ready.add(app.half(4))
    future = ready.wait(1000)
    assert future.result() == 2
    ready.add(value)
    ready.remove(value)
    assert not len(ready)
    value = Deferred()
    ready.add(value)
    ready.drop()
    value.set(1)
    assert not len(ready) and ready.poll() is None
    reader.close()
    assert not rest(app)


# With asyncio


def test_asyncio_reads_and_writes(load):
    app = app_of(load)

    async def main():
        reader = await app.aio.count(10, 3)
        assert await reader.read(2) == [0, 1]
        values = []
        async for value in reader:
            values.append(value)
        assert values == list(range(2, 10))
        assert await (await app.aio.half(6)) == 3
        async with app.new_stream() as writer:
            call = asyncio.create_task(app.aio.sum(writer, 3))
            await asyncio.sleep(0)
            for i in range(5):
                assert await writer.write([i, i]) == 2
        assert await call == 20

    asyncio.run(main())
    assert not rest(app)


def test_asyncio_runs_async_imports_and_iterators(load):
    app = load("streams", Imports())

    async def pause(_):
        await asyncio.sleep(0)

    async def main():
        assert await app.aio.sum(Readings(10, pause), 3) == 45
        assert await app.aio.from_host(10) == 45
        assert await app.aio.to_host(10) == 10
        readings = Readings(1000, pause)
        assert await app.aio.take(readings, 2) == 1
        for _ in range(20):
            await asyncio.sleep(0)
        assert readings.closed

    asyncio.run(main())
    assert not rest(app)


def test_cancelling_an_asyncio_task_cancels_its_read(load):
    app = load("relay")

    async def main():
        writer = app.new_stream()
        reader = app.before(writer)
        operation = reader.read(4)
        try:
            await asyncio.wait_for(operation, 0.005)
            raise AssertionError
        except asyncio.TimeoutError:  # noqa: UP041 (MicroPython)
            pass
        raises(Cancelled, operation.result)
        task = asyncio.create_task(read(reader))
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        write = writer.write(b"abc")
        assert await reader.read(8) == b"abc" and await write == 3
        write = writer.write(b"defg")
        try:
            await asyncio.wait_for(write, 0.005)
        except asyncio.TimeoutError:  # noqa: UP041 (MicroPython)
            pass
        raises(Cancelled, write.result)
        reader.close()

    async def read(reader):
        return await reader.read(4)

    asyncio.run(main())
    assert not rest(app)


def test_functions_of_asyncio_take_operations(load):
    app = app_of(load)

    async def main():
        reader = await app.aio.count(2, 1)
        read = asyncio.create_task(reader.read(1))
        half = await app.aio.half(8)
        values = await asyncio.gather(app.start("double", lambda: 5), half)
        assert list(values) == [10, 4] and await read == [0]
        assert await asyncio.wait_for(reader.read(2), 60) == [1]
        try:
            await reader.read(2).limit(60000)
            await app.start("double", Deferred()).limit(2)
            raise AssertionError
        except Timeout:
            pass

    asyncio.run(main())


def test_many_streams_at_once(load):
    app = load("relay", streams=40, handles=80, tasks=20, threads=20)

    async def relay(number):
        data = bytes([number]) * 50
        writer = app.new_stream()
        reader = await app.aio.before(writer)
        got = b""
        for i in range(0, 50, 5):
            writer.write(data[i : i + 5])
            got += await reader.read(9)
        writer.close()
        assert await reader.read(1) == b"" and got == data
        return number

    async def main():
        return await asyncio.gather(*[relay(i) for i in range(15)])

    assert list(asyncio.run(main())) == list(range(15))
    assert not rest(app)


def test_older_names(load):
    app = app_of(load)
    task = app.spawn("double", lambda: 4)
    assert task.join() == 8 and task.status == "returned"
    assert app.half(4).get() == 2
    app.count(5, 1).close_readable()
    app.half(4).drop()
    writer = app.new_stream()
    task = app.start("sum", writer, 1)
    writer.close_writable()
    assert task.join(1000) == 0 and not rest(app)
