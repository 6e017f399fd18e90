# Streams and futures between Python and components. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap

from wrt_micro import Trap
from wrt_micro.concurrent import Cancelled, Deferred, Timeout, sleep_ms


class Readings:
    """An asynchronous iterator: 0 to n - 1, each after a pause."""

    def __init__(self, n, pause=sleep_ms):
        self.n = n
        self.at = 0
        self.pause = pause
        self.closed = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        await self.pause(0)
        if self.at == self.n:
            raise StopAsyncIteration
        self.at += 1
        return self.at - 1

    async def aclose(self):
        self.closed = True


class Imports:
    def __init__(self):
        self.sunk = []
        self.given = []

    async def source(self, n):
        await sleep_ms(0)
        self.given.append(Readings(n))
        return self.given[-1]

    def plain_source(self, n):
        yield from range(n)

    async def sink(self, values):
        async for value in values:
            self.sunk.append(value)
        return len(self.sunk)

    def promise(self):
        self.given.append(Deferred())
        return self.given[-1]


def app_of(load, **options):
    return load("streams", Imports(), **options)


def rest(app):
    """Take turns until nothing goes on; what is in use then."""
    while app.tick():
        pass
    stats = app.stats()
    names = ("tasks", "threads", "subtasks", "streams", "waitable_sets", "host_ends")
    return {name: stats[name]["used"] for name in names if stats[name]["used"]}


def message(*args):
    return str(raises(*args))


def total(n):
    return n * (n - 1) // 2


# Reading


def test_reads_are_operations(load):
    app = app_of(load)
    reader = app.count(10, 4)
    first = reader.read(3)
    while not first.done:
        assert app.tick()
    assert first.result() == [0, 1, 2] and first.wait() == [0, 1, 2]
    assert reader.read(100).wait() == [3]
    assert list(reader) == [4, 5, 6, 7, 8, 9]
    assert reader.read(5).wait() == [] and not rest(app)


def test_iterating_reads_to_the_end(load):
    app = app_of(load)
    assert list(app.count(200, 64)) == list(range(200))
    assert list(app.count(0, 1)) == [] and not rest(app)


def test_the_writer_waits_for_python(load):
    app = app_of(load)
    reader = app.count(1000, 1)
    assert rest(app) == {"tasks": 1, "threads": 1, "streams": 1, "host_ends": 1}
    assert reader.read(1).wait() == [0]
    assert rest(app)["streams"] == 1
    reader.close()
    reader.close()
    assert not rest(app)
    assert "closed" in message(ValueError, reader.read, 1)


def test_leaving_with_closes(load):
    app = app_of(load)
    with app.count(1000, 1) as reader:
        assert reader.read(1).wait() == [0]
    assert not rest(app)
    with app.half(6):
        pass
    assert not rest(app)


def test_a_stream_that_python_forgot_is_freed_when_the_writer_ends(load):
    app = app_of(load)
    app.count(0, 1)
    assert not rest(app)
    app.count(5, 1)
    assert rest(app)["host_ends"] == 1
    app.close()
    assert not rest(app)


def test_one_read_at_a_time(load):
    app = app_of(load)
    reader = app.count(3, 3)
    assert list(reader) == [0, 1, 2]
    writer = app.new_stream()
    task = app.start("sum", writer, 2)
    writer.write([1, 2, 3])
    assert "a write is under way" in message(ValueError, writer.write, [4])
    writer.close()
    assert task.wait() == 6 and not rest(app)


def test_bytes_come_as_bytes_and_go_into_buffers(load):
    app = load("relay")
    reader = app.before(b"one two three")
    assert reader.read(4).wait() == b"one "
    buffer = bytearray(6)
    assert reader.readinto(buffer).wait() == 6 and buffer == b"two th"
    assert reader.readinto(memoryview(buffer)[2:]).wait() == 3 and buffer == b"twreeh"
    assert reader.readinto(buffer).wait() == 0
    raises(TypeError, app_of(load).count(1, 1).readinto, buffer)


def test_a_read_that_is_cancelled_loses_nothing(load):
    app = load("relay")
    writer = app.new_stream()
    reader = app.before(writer)
    read = reader.read(8)
    assert not read.done and reader.cancel() and not reader.cancel()
    raises(Cancelled, read.result)
    read = reader.read(8)
    writer.write(b"abc")
    read.abandon()  # as asyncio does
    assert reader.read(2).wait() == b"ab"
    assert reader.read(2).wait() == b"c"
    read = reader.read(2)
    raises(Timeout, read.wait, 1)
    reader.close()
    assert not rest(app)


def test_reads_that_are_given_up_one_after_the_other_lose_nothing(load):
    reader = app_of(load).count(9, 9)
    for count in (9, 5, 4):
        reader.read(count).abandon()
    assert reader.read(3).wait() == [0, 1, 2] and list(reader) == [3, 4, 5, 6, 7, 8]


# Writing


def test_a_writer(load):
    app = app_of(load)
    writer = app.new_stream()
    assert "not given" in message(ValueError, writer.write, [1])
    task = app.start("sum", writer, 4)
    for i in range(0, 100, 10):
        assert writer.write(list(range(i, i + 10))).wait() == 10
    writer.close()
    assert task.wait() == total(100)
    assert "closed" in message(ValueError, writer.write, [1])
    assert not rest(app)


def test_a_write_is_under_way_until_it_was_read(load):
    app = app_of(load)
    writer = app.new_stream()
    task = app.start("take", writer, 3)
    write = writer.write([5, 6, 7, 8])
    assert write.wait() == 3 and write.taken == 3 and task.wait() == 18
    assert writer.write([1]).wait() == 0
    assert not rest(app)


def test_a_writer_closes_after_its_write(load):
    app = app_of(load)
    with app.new_stream() as writer:
        task = app.start("sum", writer, 1)
        writer.write([1, 2, 3])
    assert task.wait() == 6
    closed = app.new_stream()
    closed.close()
    assert app.sum(closed, 1) == 0 and not rest(app)


def test_a_write_can_be_cancelled(load):
    app = load("relay")
    writer = app.new_stream()
    reader = app.before(writer)
    write = writer.write(b"abcdef")
    assert reader.read(2).wait() == b"ab" and not write.done
    assert writer.cancel() and write.taken == 2
    raises(Cancelled, write.result)
    writer.write(b"xy")
    assert reader.read(9).wait() == b"xy"
    writer.close()
    assert reader.read(1).wait() == b"" and not rest(app)


def test_wrong_elements_are_errors_of_the_writer(load):
    app = app_of(load)
    writer = app.new_stream()
    task = app.start("sum", writer, 1)
    assert "[1]: expected u32" in message(ValueError, writer.write, [1, -1])
    assert "[0]: expected u32" in message(TypeError, writer.write, ["x"])
    writer.write([7])
    writer.close()
    assert task.wait() == 7
    assert "not given away before" in message(ValueError, app.sum, writer, 1)
    assert app.lengths(["a", "bcd", "☃"]) == 7
    assert trap(app.lengths, ["no", 1]) == "host"


def test_what_was_given_with_a_wrong_argument_comes_back(load):
    app = app_of(load)
    seen = []

    def numbers():
        try:
            yield 1
        finally:
            seen.append("closed")

    source = numbers()
    next(source)
    raises(TypeError, app.sum, source, "many")
    assert seen == ["closed"]
    reader = app.count(5, 5)
    raises(TypeError, app.sum, reader, None)
    assert app.sum(reader, 2) == 10 and "given away" in message(ValueError, reader.read, 1)
    writer = app.new_stream()
    raises(ValueError, app.sum, writer, -1)
    task = app.start("sum", writer, 1)
    writer.write([3])
    writer.close()
    assert task.wait() == 3
    raises(TypeError, app.sum, Readings(3), "many")
    assert not rest(app)


def test_texts_are_written(load):
    app = app_of(load)
    with app.new_stream() as writer:
        task = app.start("lengths", writer)
        assert writer.write(["a", "bcd", "☃"]).wait() == 3
        writer.write(["longer " * 100])
    assert task.wait() == 707 and not rest(app)


def test_writers_that_fail_trap_the_reader(load):
    app = app_of(load)
    writer = app.new_stream()
    task = app.start("sum", writer, 1)
    writer.write([1])
    writer.fail(OSError("no sensor"))
    error = None
    try:
        task.wait()
    except Trap as caught:
        error = caught
    assert error.kind == "host" and "no sensor" in str(error.__cause__)
    assert trap(app.sum, [1], 1) == "cannot_enter"


# Iterables as streams


def test_iterables_are_streams(load):
    app = app_of(load)
    assert app.sum([1, 2, 3], 2) == 6 and app.sum((4, 5), 1) == 9
    assert app.sum(range(1000), 100) == total(1000)
    assert app.sum((i for i in range(10)), 3) == 45
    assert app.peek(range(10)) == 45 and app.peek([1, 2, 3, 4]) == 10
    assert not rest(app)


def test_a_generator_is_closed_when_nobody_reads_any_more(load):
    app = app_of(load)
    seen = []

    def endless():
        try:
            while True:
                yield 1
        finally:
            seen.append("closed")

    assert app.take(endless(), 3) == 3 and seen == ["closed"]
    readings = Readings(10)
    assert app.take(readings, 2) == 1
    assert not rest(app) and readings.closed and readings.at <= 3


def test_a_generator_that_raises_traps_the_reader(load):
    app = app_of(load)

    def broken():
        yield 1
        raise OSError("broken")

    assert trap(app.sum, broken(), 1) == "host"

    class Broken(Readings):
        async def __anext__(self):
            raise OSError("broken")

    assert trap(app_of(load).sum, Broken(1), 1) == "host"


def test_asynchronous_iterators_are_streams_without_asyncio(load):
    app = app_of(load)
    assert app.sum(Readings(20), 4) == total(20) and not rest(app)
    assert app.from_host(10) == total(10) and app.from_plain(12) == total(12)
    assert app.to_host(15) == 15 and not rest(app)


def test_only_as_much_as_is_read_is_taken(load):
    app = app_of(load)
    taken = []

    def numbers():
        for i in range(1000):
            taken.append(i)
            yield i

    assert app.take(numbers(), 2) == 1 and taken == [0, 1]


# Futures


def test_futures(load):
    app = app_of(load)
    assert app.half(10).wait() == 5 and app.half(6).get() == 3
    future = app.half(8)
    raises(RuntimeError, future.result)
    while not future.read().done:
        assert app.tick()
    assert future.result() == 4 and future.wait() == 4
    assert not rest(app)


def test_futures_that_nobody_reads_wait(load):
    app = app_of(load)
    future = app.half(8)
    assert rest(app)["streams"] == 1
    future.close()
    assert "closed" in message(ValueError, future.wait)
    assert not rest(app)


def test_a_future_can_be_cancelled_and_read_again(load):
    app = app_of(load)
    value = Deferred()
    future = app.hand_on(value)
    assert not future.cancel()
    raises(Timeout, future.wait, 1)
    assert future.read() is future and not future.done and future.cancel()
    raises(Cancelled, future.result)
    future.read()
    value.set(5)
    assert future.wait() == 5 and not future.cancel()
    assert not rest(app)


def test_values_for_futures(load):
    app = app_of(load)

    async def later():
        await sleep_ms(1)
        return 21

    assert app.double(lambda: 4) == 8
    assert app.double(later()) == 42
    assert app.double(later) == 42
    value = Deferred()
    task = app.start("double", value)
    while app.tick():
        pass
    value.set(9)
    assert task.wait() == 18
    assert app.double(app.half(10)) == 10  # handed on
    half = app.half(14)
    half.read()
    assert app.double(half) == 14  # handed on while Python reads it
    app.ignore(Deferred())
    app.ignore(lambda: 1)
    assert not rest(app)
    assert "a future" in message(TypeError, app.double, 3)


def test_a_future_that_fails_traps_the_reader(load):
    app = app_of(load)
    value = Deferred()
    task = app.start("double", value)
    value.fail(OSError("no"))
    assert trap(task.wait) == "host" and task.status == "failed"


def test_an_import_gives_a_future(load):
    app = app_of(load)
    imports = Imports()
    app = load("streams", imports)
    task = app.start("from-promise")
    while app.tick():
        pass
    imports.given.pop().set(30)
    assert task.wait() == 60 and not rest(app)


# Traps


def test_a_trap_ends_python_s_reads_and_writes(load):
    app = app_of(load)
    reader = getattr(app, "break")(2)
    assert reader.read(2).wait() == [0, 0]
    assert trap(reader.read(1).wait) == "unreachable"
    app = app_of(load)
    writer = app.new_stream()
    task = app.start("crash", writer)
    write = writer.write([1, 2, 3])
    assert trap(write.wait) == "unreachable" and trap(task.wait) == "unreachable"
    app.close()


def test_python_can_wait_in_vain(load):
    app = app_of(load)
    writer = app.new_stream()
    task = app.start("sum", writer, 1)
    raises(Timeout, task.wait, 2)
    assert task.status == "failed"
    writer.close()  # a read that is no async one cannot be cancelled
    assert not rest(app)
    with app.hand_on(Deferred()) as reader:
        raises(Timeout, reader.wait, 2)
    reader = app.hand_on(app.half(2))
    assert reader.wait() == 1 and not rest(app)


def test_a_deadlock_with_python_is_a_trap(load):
    class Idle(Imports):
        def sink(self, values):
            self.given.append(values)  # and nobody reads
            return 0

    imports = Idle()
    app = load("streams", imports)
    assert trap(app.start("to-host", 3).wait) == "deadlock"
    imports.given.pop().close()
    assert not rest(app)


# At random


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
