# Calls that go on while Python does something else. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap

from wrt_micro.component.host_operation import Cancelled, Deferred, Timeout


def app_with(load, **options):
    answers = []

    def sleep(ms):
        answers.append(Deferred())
        return answers[-1]

    async def fetch(key):
        await asyncio.sleep(0.01)
        return key + "!"

    return load("waiter", {"sleep": sleep, "fetch": fetch}, **options), answers


def test_a_main_loop(load):
    app, answers = app_with(load)
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


def test_many_calls_in_flight(load):
    app, answers = app_with(load)

    async def main():
        calls = [asyncio.create_task(app.aio.nap_stackful(i)) for i in range(100)]
        done = 0
        while done < 100:
            await asyncio.sleep(0)
            while answers:
                answers.pop(0).set(done)
                done += 1
        values = []
        for call in calls:  # MicroPython has no await in a comprehension
            values.append(await call)
        return values

    assert asyncio.run(main()) == list(range(100))
    stats = app.stats()
    assert not stats["tasks"]["used"] and not stats["subtasks"]["used"]
