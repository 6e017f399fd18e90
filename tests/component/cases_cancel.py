# Calls that are cancelled, or have a timeout. Runs under MicroPython and CPython: see
# run_cases.py.

import asyncio

from cases_calls import raises, trap
from host_of_calls import Late, app_with

from wrt_micro.concurrent import Cancelled, Timeout, sleep_ms


def test_a_timeout_ends_an_endless_loop(load):
    for name in ("spin", "spin-sync"):
        app, _ = app_with(load)
        task = app.start(name)
        assert app.tick() and app.tick() and task.status == "started"
        raises(Timeout, task.wait, 30)
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
