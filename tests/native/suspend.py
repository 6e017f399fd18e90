# Under MicroPython: suspended machine code. suspend.py FOLDER own|copied prints a JSON line for
# each case: its name and the traceback it ended with, or "". own: frames stay in its stack.

import gc
import io
import json
import sys

import wrt_micro
from wrt_micro.function import resume


class Collecting:
    """Collects garbage whenever an app's guest is suspended, and writes over what was freed."""

    def __init__(self, app):
        self.step = app.store.engine.resume
        self.count = 0
        app.store.engine.resume = self.resume

    def resume(self, thread):
        status = self.step(thread)
        gc.collect()
        self.junk = [bytearray(b"\xa5" * 64) for _ in range(8)]
        self.count += 1
        return status


def deeper(calls, function):
    """Call a function from so many calls further down Python's stack."""
    return deeper(calls - 1, function) if calls else function()


def load(name, imports=None, **options):
    if OWN:
        options["machine_stack"] = 0
        options["stack"] = 65536
    return wrt_micro.load(FOLDER + "/" + name + ".wrt", imports, **options)


def test_collections_change_nothing():
    for name, n, expected in (("fib", 17, 1597), ("vm", 30, None), ("nbody", 40, None)):
        plain = load(name).run(n)
        app = load(name, fuel_slice=40)
        watch = Collecting(app)
        assert app.run(n) == plain and expected in (None, plain)
        assert watch.count > 10, (name, watch.count)


def test_collections_between_host_calls():
    app = load("host", {"env": {"next": lambda n: nested(n)}}, stack=8192)
    nested = lambda n: app.sum(n - 1) if n > 0 else 0  # noqa: E731
    watch = Collecting(app)
    assert app.sum(6) == 21
    assert watch.count >= 14


def test_many_suspended_calls_go_on_in_any_order():
    apps = [load("fib") for _ in range(12)]
    for i in range(len(apps)):
        try:
            apps[i].run(8 + i % 4, fuel=20)
            raise AssertionError("fuel was enough")
        except wrt_micro.Trap as trap:
            assert trap.kind == "fuel_exhausted"
    gc.collect()
    for i in (7, 0, 11, 3, 1, 10, 2, 4, 9, 5, 8, 6):
        assert resume(apps[i].store) == (21, 34, 55, 89)[i % 4], i


def test_a_call_cannot_go_on_far_deeper_and_then_goes_on_elsewhere():
    app = load("fib")
    try:
        app.run(20, fuel=50)
    except wrt_micro.Trap:
        pass
    assert deeper(5, lambda: part(app)) == "fuel_exhausted"
    assert deeper(150, lambda: part(app)) == ("fuel_exhausted" if OWN else "too_deep")
    assert resume(app.store) == 6765


def test_calls_that_end_in_a_trap_leave_the_whole_stack_to_the_next():
    app = load("host", {"env": {"next": lambda n: 1 / 0}})
    for _ in range(200):
        try:
            app.sum(1)
            raise AssertionError("nothing was raised")
        except wrt_micro.Trap as trap:
            assert trap.kind == "host" and len(trap.backtrace) == 1, trap.backtrace


def test_calls_within_a_host_call_use_no_more_stack_the_more_there_are():
    def many(n):
        for _ in range(300):
            if n > 1 and app.sum(1) != 1:
                raise ValueError(n)
        return 0

    app = load("host", {"env": {"next": many}})
    assert app.sum(2) == 2


def part(app):
    """Go on with a call for a while; the trap it ends in."""
    try:
        return resume(app.store, fuel=20)
    except wrt_micro.Trap as trap:
        return trap.kind


def test_a_new_call_may_begin_anywhere():
    app = load("fib")
    assert app.run(10) == 55
    assert deeper(150, lambda: app.run(10)) == 55
    assert app.run(11) == 89


def main(folder, stack):
    global FOLDER, OWN
    FOLDER = folder
    OWN = stack == "own"
    for name in sorted(globals()):
        if name.startswith("test_"):
            text = ""
            try:
                globals()[name]()
            except Exception as error:
                out = io.StringIO()
                sys.print_exception(error, out)
                text = out.getvalue()
            print(json.dumps([name, text]))


if __name__ == "__main__":
    main(*sys.argv[1:])
