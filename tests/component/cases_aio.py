# Calls that go on while Python does something else. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap

from wrt_micro import ComponentError, LimitError, Trap
from wrt_micro.concurrent import Cancelled, Deferred, Timeout, sleep_ms


def app_with(load, **options):
    answers = []

    def sleep(ms):
        answers.append(Deferred())
        return answers[-1]

    async def fetch(key):
        await asyncio.sleep(0.01)
        return key + "!"

    return load("waiter", {"sleep": sleep, "fetch": fetch}, **options), answers


class Late:
    """Loads programs for which every look at the clock says that the turn is over."""

    def __init__(self, load):
        self.load = load
        self.now = 0

    def __call__(self, *args, **options):
        app = self.load(*args, **options)
        app._host().ticks = self.ticks
        return app

    def ticks(self):
        self.now += 10
        return self.now


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


def test_a_timeout_ends_an_endless_loop(load):
    for name in ("spin", "spin-sync"):
        app, _ = app_with(load)
        task = app.start(name)
        assert app.tick() and app.tick() and task.status == "started"
        raises(Timeout, task.wait, 30)
        assert trap(app.count, 3) == "cannot_enter"


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


def test_a_timeout_under_asyncio(load):
    app, _ = app_with(load)

    async def main():
        try:
            await app.aio.spin(timeout=20)
            raise AssertionError
        except Timeout:
            pass

    asyncio.run(main())


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


# Cancelling


def test_a_call_can_be_cancelled_wherever_it_is(load):
    app, answers = app_with(load, tasks=2, threads=2)
    calls = [app.start("hover") for _ in range(3)]
    assert [call.status for call in calls] == ["started", "started", "starting"]
    assert calls[2].cancel() and calls[2].status == "cancelled_before_started"
    for call in calls[:2]:
        assert call.cancel() and call.status == "cancelled_before_returned"
        assert not call.cancel()
        raises(Cancelled, call.result)
    for name in ("nap", "nap-stackful"):  # nowhere to take it: it goes on
        call = app.start(name, 3)
        assert call.cancel() and not call.done and call.status == "started"
        answers.pop().set(5)
        assert call.wait() == 5 and call.status == "returned"
    assert not app.stats()["tasks"]["used"] and not app.stats()["subtasks"]["used"]
    app = load("waiter", {"sleep": print, "fetch": print})
    for name in ("spin", "spin-sync"):
        call = app.start(name)
        if name == "spin":
            assert app.tick() and call.status == "started" and call.cancel()
            raises(Cancelled, call.result)
        else:
            assert trap(call.wait) == "cannot_enter"


def test_a_cancelled_call_has_some_time_to_end(load):
    late = Late(load)
    app, _ = app_with(late, fuel_slice=50)
    call = app.start("stubborn")
    app.tick()
    assert call.cancel() and not call.done
    turns = 0
    while not call.done:
        app.tick()
        turns += 1
    assert turns > 5 and late.now > 1000
    raises(Cancelled, call.result)
    assert trap(app.count, 1) == "cannot_enter"


def test_wait_for_cancels_the_call(load):
    app, answers = app_with(load)

    async def main():
        try:
            await asyncio.wait_for(app.aio.nap_callback(1), 0.005)
            raise AssertionError
        except asyncio.TimeoutError:  # noqa: UP041 (MicroPython)
            pass
        assert answers.pop().done
        call = app.start("nap-callback", 2)
        waiting = asyncio.create_task(call)
        await asyncio.sleep(0)
        waiting.cancel()
        try:
            await waiting
            raise AssertionError
        except asyncio.CancelledError:
            pass
        assert call.status == "cancelled_before_returned"
        raises(Cancelled, call.result)

    asyncio.run(main())
    while app.tick():
        pass
    assert not app.stats()["tasks"]["used"] and app.count(2) == 2


def test_a_component_cancels_its_call_of_the_host(load):
    app, answers = app_with(load)
    assert app.give_up(1) == 4  # cancelled before it returned
    raises(Cancelled, answers.pop().result)
    seen = []

    async def sleep(ms):
        try:
            await sleep_ms(100000)
        except Cancelled:
            seen.append("cancelled")
            raise
        except asyncio.CancelledError:
            seen.append("cancelled by asyncio")
            raise

    async def kept(ms):
        try:
            await sleep_ms(100000)
        except (Cancelled, asyncio.CancelledError):
            return 7

    for function, state in ((sleep, 4), (kept, 2)):
        app = load("waiter", {"sleep": function, "fetch": print})
        assert app.give_up(1) == state

        async def main(app=app):
            return await app.aio.give_up(1)

        assert asyncio.run(main()) == state
    assert seen == ["cancelled", "cancelled by asyncio"]


# Host functions


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


def test_many_calls_some_of_them_cancelled(load):
    app, answers = app_with(load, tasks=6, threads=6, subtasks=6)
    calls = [app.start("nap-callback", i) for i in range(200)]
    for i in range(0, 200, 3):
        assert calls[i].cancel()
    served = 0
    while not all([call.done for call in calls]):
        app.tick()
        while answers:
            answers.pop(0).set(served)
            served += 1
    states = [call.status for call in calls]
    assert states.count("returned") == 133
    assert states[0] == states[3] == "cancelled_before_returned"
    assert states[198] == "cancelled_before_started"
    while app.tick():
        pass
    stats = app.stats()
    assert not stats["tasks"]["used"] and stats["tasks"]["high"] <= 6


def test_timeouts_of_many_calls(load):
    app, answers = app_with(load)
    calls = [app.start("nap-callback", i).limit(5 + i) for i in range(5)]
    for call in calls:
        raises(Timeout, call.wait)
        assert call.status == "failed"
    call = app.start("nap-callback", 1)
    answers[-1].set(3)
    assert call.wait(10000) == 3 and app.count(5) == 5


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
