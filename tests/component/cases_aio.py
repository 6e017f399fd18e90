# Calls that go on while Python does something else. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap

from wrt_micro.component import host_slices
from wrt_micro.concurrent import Cancelled, Deferred, Timeout


def app_with(load, **options):
    answers = []

    def sleep(ms):
        answers.append(Deferred())
        return answers[-1]

    async def fetch(key):
        await asyncio.sleep(0.01)
        return key + "!"

    return load("waiter", {"sleep": sleep, "fetch": fetch}, **options), answers


class TimeIsUp:
    """While it lasts, every look at the clock says that the turn is over."""

    def __enter__(self):
        self._ticks_ms = host_slices.ticks_ms
        self._now = 0
        host_slices.ticks_ms = self._later

    def _later(self):
        self._now += 2 * host_slices.TURN_MS
        return self._now

    def __exit__(self, *_):
        host_slices.ticks_ms = self._ticks_ms


def test_a_turn_goes_on_when_its_time_is_up(load):
    with TimeIsUp():
        app, _ = app_with(load, fuel_slice=2)
        task = app.start("count", 100)
        turns = 0
        while not task.done:
            assert app.tick()
            turns += 1
            assert turns < 200
    assert task.result() == 100 and turns > 40


def test_realloc_is_not_stopped_when_time_is_up(load):
    async def look_up(app):
        return await app.aio.look_up("x" * 100)

    for slice in (2, 3, 4, 5):
        with TimeIsUp():
            app, _ = app_with(load, fuel_slice=slice)
            assert asyncio.run(look_up(app)) == "x" * 100 + "!"


def test_answers_wait_for_a_stopped_call_when_time_is_up(load):
    for slice in (2, 3, 50):
        with TimeIsUp():
            test_many_calls_in_flight(load, fuel_slice=slice)
            test_a_main_loop(load, fuel_slice=slice)


def test_a_main_loop(load, **options):
    app, answers = app_with(load, **options)
    for name in ("nap", "nap-callback", "nap-stackful"):
        task = app.start(name, 3)
        while app.tick():
            pass
        assert task.status == "started"
        answers.pop().set(42)
        assert app.run_until(task) == 42 and task.status == "returned", name


def test_a_timeout_ends_an_endless_loop(load):
    for name in ("spin", "spin-sync"):
        app, _ = app_with(load)
        task = app.start(name)
        assert app.tick() and app.tick() and task.status == "started"
        raises(Timeout, task.wait, 30)
        assert trap(app.count, 3) == "cannot_enter"


def test_asyncio_goes_on_beside_an_endless_loop(load):
    app, _ = app_with(load)
    turns = []

    async def beside():
        while True:
            turns.append(0)
            await asyncio.sleep(0)

    async def main():
        other = asyncio.create_task(beside())
        try:
            await app.aio.spin(timeout=60)
        except Timeout:
            turns.append(1)
        other.cancel()

    asyncio.run(main())
    assert 1 in turns and len(turns) > 3


def test_an_async_def_as_import(load):
    app, _ = app_with(load)

    async def main():
        return await app.aio.look_up("a")

    assert asyncio.run(main()) == "a!"


def test_cancelled_where_it_waits(load):
    app, answers = app_with(load)
    task = app.start("nap-callback", 3)
    assert task.cancel() and task.done and task.status == "cancelled_before_returned"
    raises(Cancelled, task.result)
    app.pause()
    task = app.start("nap-callback", 3)
    task.cancel()
    assert task.status == "cancelled_before_started"
    app.go_on()
    assert app.count(3) == 3


def test_many_calls_in_flight(load, **options):
    app, answers = app_with(load, **options)

    async def answer():
        done = 0
        while True:
            await asyncio.sleep(0)
            while answers:
                answers.pop(0).set(done)
                done += 1

    async def main():
        answering = asyncio.create_task(answer())
        calls = [asyncio.create_task(app.aio.nap_stackful(i)) for i in range(100)]
        values = []
        for call in calls:  # MicroPython has no await in a comprehension
            values.append(await call)
        answering.cancel()
        return values

    assert asyncio.run(main()) == list(range(100))
    stats = app.stats()
    assert not stats["tasks"]["used"] and not stats["subtasks"]["used"]
