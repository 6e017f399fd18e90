# Streams between Python and components. Runs under MicroPython and CPython: see
# run_cases.py.


from cases_calls import raises, trap
from host_of_streams import Readings, app_of, message, rest, total

from wrt_micro import Trap
from wrt_micro.concurrent import Cancelled, Timeout


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
