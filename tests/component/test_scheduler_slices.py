"""Random programs of built-in calls do the same when every turn is over after two jumps or calls.

Their three instances call one another in every way, so a turn ends inside of calls inside of
calls; what each call of a built-in got, and in which order, must not depend on it.
"""

from __future__ import annotations

import pytest

import wrt_micro
from component.scheduler_programs import Generator
from component.test_scheduler_oracle import LIMITS, image
from wrt_micro.component import host_slices

MANY_TURNS = 4000


class Later:
    """A clock by which every turn is over when it is looked at."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        self.now += 6  # milliseconds; a turn has 5
        return self.now


def outcome(data: bytes, driver: list, sliced: bool, monkeypatch) -> tuple[list, list, int]:
    """The log, what became of each call, and how often guest code was stopped."""
    log, calls, stops = [], [], 0
    monkeypatch.setattr(host_slices, "ticks_ms", Later() if sliced else lambda: 0)
    options = LIMITS | ({"fuel_slice": 2} if sliced else {})
    imports = {"log": lambda op, value: log.append((op, value))}
    app = wrt_micro.load(data, imports, "portable", **options)
    host = app._host()

    def turn() -> bool:
        nonlocal stops
        try:
            ran = app.tick()
            for _ in range(MANY_TURNS):
                if not host.preempted:
                    return ran
                stops += 1
                app.tick()
            raise AssertionError("a program without loops did not end")
        except wrt_micro.Trap:  # of what no call waits for; the calls say what became of them
            return False

    for step in driver:
        if step is not None:
            calls.append(app.start(f"f{step[0]}", len(calls)))
            if not host.preempted:
                continue
        turn()
    while turn():
        pass
    kinds = [c.error.kind if c.error else c.value if c.done else None for c in calls]
    return log, kinds, stops


@pytest.mark.parametrize("seed", range(100, 140))
def test_the_same_in_slices(seed, monkeypatch):
    program = Generator(seed).make()
    data = image(program)
    driver = [step for step in program.driver if step is not None]
    for i in range(len(driver), 0, -1):
        driver[i:i] = [None, None]
    log, calls, _ = outcome(data, driver, False, monkeypatch)
    sliced_log, sliced_calls, stops = outcome(data, driver, True, monkeypatch)
    assert stops
    assert sliced_log == log
    assert sliced_calls == calls
