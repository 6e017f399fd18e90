# Futures between Python and components, and what ends them. Runs under MicroPython and CPython:
# see run_cases.py.

from cases_calls import raises, trap
from host_of_streams import Imports, app_of, message, rest

from wrt_micro.concurrent import Cancelled, Deferred, Timeout, sleep_ms


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
