# For MicroPython: times a function. Processor time where there is a clock for it (the unix port's
# counts whole milliseconds), else the time that passes.
import time

ENOUGH = 100_000  # microseconds


def now():
    return int(time.clock() * 1e6) if hasattr(time, "clock") else time.ticks_us()


def spent(start):
    return now() - start if hasattr(time, "clock") else time.ticks_diff(now(), start)


def measure(run, n):
    """Calls run(n) once for the result, then until enough time is spent. Prints
    `result microseconds`, the mean of the latter calls."""
    result = run(n)
    calls = 0
    edge = now()
    start = now()
    while start == edge:  # begin where the clock steps
        start = now()
    while spent(start) < ENOUGH:
        if run(n) != result:
            raise ValueError("results differ from call to call")
        calls += 1
    print(result, spent(start) / calls)
