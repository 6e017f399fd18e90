# Calls that go on while Python does something else. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap
from host_of_calls import Late, app_with

from wrt_micro import ComponentError, LimitError, Trap
from wrt_micro.concurrent import Deferred, sleep_ms


def test_a_turn_goes_on_when_its_time_is_up(load):
    app, _ = app_with(Late(load), fuel_slice=2)
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
        app, _ = app_with(Late(load), fuel_slice=slice)
        assert asyncio.run(look_up(app)) == "x" * 100 + "!"


def test_answers_wait_for_a_stopped_call_when_time_is_up(load):
    for slice in (2, 3, 50):
        test_many_calls_in_flight(Late(load), fuel_slice=slice)
        test_a_main_loop(Late(load), fuel_slice=slice)


def test_a_main_loop(load, **options):
    app, answers = app_with(load, **options)
    for name in ("nap", "nap-callback", "nap-stackful"):
        task = app.start(name, 3)
        while app.tick():
            pass
        assert task.status == "started"
        answers.pop().set(42)
        assert app.run_until(task) == 42 and task.status == "returned", name


def test_asyncio_goes_on_beside_an_endless_loop(load):
    app, _ = app_with(load)

    async def main():
        call = asyncio.create_task(app.aio.spin())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not call.done()
        call.cancel()
        try:
            await call
            raise AssertionError
        except asyncio.CancelledError:
            pass

    asyncio.run(main())
    assert trap(app.count, 3) == "cannot_enter"


def test_an_async_def_as_import(load):
    app, _ = app_with(load)

    async def main():
        return await app.aio.look_up("a")

    assert asyncio.run(main()) == "a!"


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


# Cancelling


def test_a_deferred_that_fails(load):
    app, answers = app_with(load)
    task = app.start("nap", 1)
    answers.pop().fail(OSError("no sensor"))
    error = raises(Trap, task.wait)
    assert error.kind == "host" and "no sensor" in str(error.__cause__)
    assert task.status == "failed" and trap(app.count, 1) == "cannot_enter"
    keys = []

    def fetch(key):
        keys.append(Deferred())
        return keys[-1]

    app = load("waiter", {"sleep": print, "fetch": fetch})
    task = app.start("look-up", "a")
    keys.pop().fail(ComponentError("unknown"))
    assert raises(ComponentError, task.wait).payload == "unknown"
    task = app.start("look-up", "a")
    value = keys.pop()
    value.set("first")
    value.set("second")
    assert task.wait() == "first"


def test_async_defs_without_asyncio(load):
    async def sleep(ms):
        await sleep_ms(1)
        return 10 * ms

    async def fetch(key):
        await sleep_ms(0)
        raise ComponentError("no " + key)

    app = load("waiter", {"sleep": sleep, "fetch": fetch})
    assert app.nap(4) == 40
    tasks = [app.start("nap-stackful", i) for i in range(5)]
    assert [task.wait() for task in tasks] == [0, 10, 20, 30, 40]
    assert raises(ComponentError, app.look_up, "a").payload == "no a"

    class Foreign:
        def __iter__(self):
            yield "not ours"

        __await__ = __iter__

    async def foreign(ms):
        await Foreign()

    app = load("waiter", {"sleep": foreign, "fetch": fetch})
    error = raises(Trap, app.nap, 1)
    assert "may only await what wrt_micro makes" in str(error.__cause__)


def test_a_plain_call_cannot_wait_for_asyncio(load):
    app, _ = app_with(load)

    async def main():
        return trap(app.look_up, "a")

    assert asyncio.run(main()) == "deadlock"


def test_another_asyncio_task_may_help(load):
    app, answers = app_with(load)
    app.pause()

    async def help():
        for _ in range(50):
            await asyncio.sleep(0)
        app.go_on()
        while not answers:
            await asyncio.sleep(0)
        answers.pop().set(3)

    async def main():
        helping = asyncio.create_task(help())
        value = await app.aio.nap(1)
        await helping
        return value

    assert asyncio.run(main()) == 3


def test_calls_from_before_asyncio_ran_go_on(load):
    async def sleep(ms):
        await sleep_ms(ms)
        return ms + 1

    app = load("waiter", {"sleep": sleep, "fetch": print})
    task = app.start("nap", 4)

    async def main():
        return await task, await app.aio.nap(2)

    assert asyncio.run(main()) == (5, 3)


def test_a_deadlock_under_asyncio_is_a_trap(load):
    app, _ = app_with(load)
    app.pause()

    async def main():
        try:
            await app.aio.nap(1)
        except Trap as error:
            return error.kind

    assert asyncio.run(main()) == "deadlock"


# Many calls, and calls that never pause


def test_neighbours_of_a_call_that_never_pauses(load):
    answers = []

    def sleep(ms):
        answers.append(Deferred())
        return answers[-1]

    app = load("neighbours", {"sleep": sleep})
    a, b, c = app["a"], app["b"], app["c"]
    app._host().ticks = Late(load).ticks
    spinning = a.start("spin")
    assert b.next(1) == 2  # a plain call
    nap = b.start("nap", 1)
    held = c.start("next-but-one", 1)
    for _ in range(10):
        assert app.tick()
    answers.pop().set(5)
    assert nap.wait() == 5 and spinning.status == "started" and held.status == "starting"
    both = b.start("spin")
    for _ in range(10):
        assert app.tick()
    assert both.status == "started" and held.status == "starting"
    assert held.cancel() and spinning.cancel()
    for _ in range(10):
        assert app.tick()
    assert both.status == "started" and trap(a.next, 1) == "cannot_enter"
    assert trap(c.next_but_one, 1) == "cannot_enter"
    assert trap(both.wait) == "cannot_enter"  # the trap ended what is around it, too


def test_jobs_of_the_host_go_on_beside_a_call_that_never_pauses(load):
    app, _ = app_with(load)
    spinning = app.start("spin")
    steps = []

    async def job():
        for i in range(5):
            await sleep_ms(0)
            steps.append(i)

    done = app._host().spawn(job())
    while not done.done:
        assert app.tick()
    assert steps == [0, 1, 2, 3, 4] and not spinning.done
    app.close()


def test_a_coroutine_of_the_host_may_call_and_wait(load):
    app, _ = app_with(load, fuel_slice=50)
    seen = []

    async def job():
        seen.append(app.count(1000))
        seen.append(app.start("count", 2000).wait())
        await sleep_ms(0)
        seen.append(await app.start("count", 3000))

    app._host().ticks = Late(load).ticks
    done = app._host().spawn(job())
    while not done.done:
        app.tick()
    assert not done.error and seen == [1000, 2000, 3000]


def test_slices_fit_the_machine(load):
    app, _ = app_with(Late(load))
    spinning = app.start("spin")
    store = app.store
    sizes = [store.fuel_slice]
    for _ in range(20):
        app.tick()
        sizes.append(store.fuel_slice)
    assert sizes[0] > sizes[3] > sizes[-1] == 64
    app._host().ticks = lambda: 0  # as fast as can be
    call = app["count"]
    app._host().begin_turn()
    for _ in range(20):
        app._host().watch(store.thread)
    app._host().turn_end = None
    assert store.fuel_slice == 16384 and call
    spinning.cancel()


def test_any_component_can_take_turns(load):
    raises(LimitError, load("greeter", {"log": print}).start, "greet", "Ada")
    said = []
    app = load("greeter", {"log": said.append}, concurrent=True, tasks=2, threads=2)
    calls = [app.start("greet", name) for name in ("Ada", "Zoe", "Eve")]
    assert [call.wait() for call in calls] == ["Hello, Ada!", "Hello, Zoe!", "Hello, Eve!"]
    assert len(said) == 3 and app.greet("Bob") == "Hello, Bob!"

    async def main():
        return await app.aio.greet("Kim")

    assert asyncio.run(main()) == "Hello, Kim!"
