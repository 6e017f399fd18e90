# Calls, values, host functions and fuel. Runs under MicroPython and CPython: see runner.py.

import wrt_micro
from wrt_micro.host import Words
from wrt_micro.trap import DEADLOCK


class Env:
    """The host's side of core.wat."""

    def __init__(self):
        self.app = None
        self.kept = []

    def mix(self, a, b, c, d):
        return self.mixed(a, b, c, d)

    def mixed(self, a, b, c, d):
        return a + b + c + d

    def keep_it(self, value, function):
        self.kept.append((value, function))
        return value

    def again(self, n):
        return self.called(n)

    def called(self, n):
        return self.app.down(n)


def core(load, **options):
    env = Env()
    env.app = load("core", {"env": env}, **options)
    return env.app, env


def raises(error, function, *args, **options):
    """The exception that a call raises."""
    try:
        function(*args, **options)
    except error as e:
        return e
    raise AssertionError("nothing was raised")


def test_integers(load):
    app, _ = core(load)
    assert app.fac(20) == 2432902008176640000
    assert app.fac(21) == -4249290049419214848
    assert app.sub(-(2**31), 1) == 2**31 - 1
    assert app.sub(2**32 - 1, 0) == -1


def test_no_result_one_and_several(load):
    app, _ = core(load)
    assert app.late() is None
    assert app.grow(0) == 1
    assert app.several() == (-1, -2, 1.5)


def test_floats_and_their_bits(load):
    app, _ = core(load)
    assert app.floats(1.25, -0.5) == (1.25, -0.5)
    assert app.floats(3, 4) == (3.0, 4.0)
    nan = app.floats(float("nan"), float("inf"))
    assert nan[0] != nan[0] and nan[1] == float("inf")
    assert app.floats(0, 1e300)[1] == float("inf")
    bits = (0x7FF4000000000001, 0xFFA00001)
    assert app.floats(*bits, bits=True) == bits


def test_exports_by_name(load):
    app, _ = core(load)
    assert app.div_twice(7, 2) == app["div-twice"](7, 2) == 4
    assert "div-twice" in app.names()
    assert "fac" in str(raises(KeyError, lambda: app["nothing"]))
    raises(AttributeError, lambda: app.nothing)
    assert app.describe("fac") == "func fac (i64) -> (i64)"
    assert app.describe("big") == "global big mut i64"


def test_wrong_arguments_name_the_parameter(load):
    app, _ = core(load)
    assert str(raises(TypeError, app.sub, 1)) == "expected 2 arguments, got 1"
    assert str(raises(TypeError, app.sub, 1, "x")) == "argument 2: expected i32, got 'x'"
    assert str(raises(TypeError, app.sub, None, 1)).startswith("argument 1: expected i32")
    assert str(raises(TypeError, app.floats, "1", 1)).startswith("argument 1: expected f64")
    message = str(raises(ValueError, app.sub, 1, 2**32))
    assert message == "argument 2: 4294967296 does not fit i32"
    raises(ValueError, app.fac, 2**64)
    raises(ValueError, app.fac, -(2**63) - 1)
    assert app.fac(2) == 2


def test_host_function_with_values(load):
    app, _ = core(load)
    assert app.mix(-1, 2**40, 0.5, 0.25) == 2**40 - 0.25


def test_references_cross_and_come_back(load):
    app, env = core(load)
    thing = object()
    assert app.keep(thing) is thing
    assert app.keep(None) is None
    assert app.keep(thing) is thing
    function = env.kept[0][1]
    assert function(5) == 120
    assert function == app.fac and function == env.kept[1][1]
    assert app.stats()["host_refs"]["used"] == 1


def test_typed_references_are_checked(load):
    app, _ = core(load)
    sub = app["sub-ref"]()
    assert app.apply(sub, 9, 4) == 5
    assert app.apply(app.div, 9, 4) == 2
    assert "expected (ref null" in str(raises(TypeError, app.apply, app.fac, 1, 1))
    assert "expected (ref null" in str(raises(TypeError, app.apply, lambda a, b: a, 1, 1))
    assert raises(wrt_micro.Trap, app.apply, None, 1, 1).kind == "null_reference"


def test_host_references_are_a_fixed_number(load):
    app, _ = core(load, host_refs=2)
    things = [object(), object(), object()]
    app.keep(things[0])
    app.keep(things[1])
    app.keep(things[0])
    assert "host_refs=N" in str(raises(wrt_micro.LimitError, app.keep, things[2]))


def test_nested_calls(load):
    app, env = core(load)
    assert app.down(0) == 100
    assert app.down(12) == 112
    assert app.store.thread.top == 0


def test_trap_has_kind_and_backtrace(load):
    app, _ = core(load)
    trap = raises(wrt_micro.Trap, app["div-twice"], 1, 0)
    assert (trap.kind, str(trap)) == ("integer_divide_by_zero", "integer divide by zero")
    assert trap.instance == app.store.image.string(app.store.image.fields(5, 0)[0])
    image = app.store.image
    assert [index for index, _ in trap.backtrace] == [
        image.function_at(app.div.header),
        image.function_at(app["div-twice"].header),
    ]
    functions = (app.div, app["div-twice"])
    for (_, pc), function in zip(trap.backtrace, functions):  # noqa: B905 (not on MicroPython)
        assert function.header + 12 <= pc < function.header + 12 + 80
    assert trap.pc == trap.backtrace[0][1]
    assert raises(wrt_micro.Trap, app.div, -(2**31), -1).kind == "integer_overflow"
    assert raises(wrt_micro.Trap, app.load, 65533).kind == "out_of_bounds_memory"
    assert app.div(9, 3) == 3


def test_stack_exhaustion(load):
    app, _ = core(load)
    trap = raises(wrt_micro.Trap, app.forever)
    assert trap.kind == "call_stack_exhausted"
    assert len(trap.backtrace) == 32
    assert app.fac(5) == 120
    if load.engine == "native":
        return  # what calls nothing needs no stack there
    for size in (36, 4):
        trap = raises(wrt_micro.Trap, core, load, stack=size)
        assert trap.kind == "call_stack_exhausted" and len(trap.backtrace) == 1
    tiny = load("short", stack=60)
    tiny.store.thread.top = 56
    assert raises(wrt_micro.Trap, tiny.load, 0).kind == "call_stack_exhausted"
    tiny.store.thread.top = 60
    assert raises(wrt_micro.Trap, tiny.load, 0).backtrace == []


def test_exceptions(load):
    app, _ = core(load)
    assert app.catch(3) == (3, 77)
    for _ in range(20):
        trap = raises(wrt_micro.Trap, app.throw, 1)
        assert trap.kind == "uncaught_exception"


def test_exception_of_a_host_function(load):
    def bad(*args):
        raise OSError("no sensor")

    app = load("core", {"env": {"mix": bad, "keep-it": bad, "again": bad}})
    trap = raises(wrt_micro.Trap, app.mix, 1, 2, 3, 4)
    assert trap.kind == "host"
    assert isinstance(trap.__cause__, OSError)
    assert "OSError: no sensor" in str(trap)
    index, _ = trap.backtrace[-1]
    assert index == app.store.image.function_at(app.mix.header)
    assert app.fac(3) == 6


def test_trap_through_a_host_function(load):
    app, env = core(load)
    env.called = lambda n: app.div(1, 0)
    trap = raises(wrt_micro.Trap, app.down, 5)
    assert trap.kind == "integer_divide_by_zero"
    functions = [index for index, _ in trap.backtrace]
    at = app.store.image.function_at
    assert functions[0] == at(app.div.header) and functions[-1] == at(app.down.header)
    assert trap.nested and app.store.thread.top == 0
    assert app.fac(3) == 6


def test_wrong_result_of_a_host_function(load):
    app, env = core(load)
    env.mixed = lambda *args: "text"
    trap = raises(wrt_micro.Trap, app.mix, 1, 2, 3, 4)
    assert "env.mix result 1: expected f64, got 'text'" in str(trap)


def test_exits_pass_through(load):
    def leave(*args):
        raise SystemExit(3)

    app = load("core", {"env": {"mix": leave, "keep-it": leave, "again": leave}})
    raises(SystemExit, app.mix, 1, 2, 3, 4)
    assert app.fac(3) == 6


def test_missing_imports_are_all_named(load):
    error = raises(wrt_micro.LinkError, load, "core", {"env": {"mix": print}})
    assert "env.keep-it (externref, funcref) -> (externref)" in str(error)
    assert "env.again (i32) -> (i32)" in str(error)
    assert "env.mix" not in str(error)


def test_word_level_host_functions(load):
    def again(thread, base):
        if thread.stack[base] == 7:
            return DEADLOCK
        thread.stack[base] += 1000

    app = load("core", {"env": {"mix": print, "keep-it": print, "again": Words(again)}})
    assert app.down(3) == 1003
    assert raises(wrt_micro.Trap, app.down, 8).kind == "deadlock"


def test_fuel(load):
    app, _ = core(load)
    assert app.sum(1000) == 500500
    trap = raises(wrt_micro.Trap, app.sum, 1000, fuel=400)
    assert trap.kind == "fuel_exhausted"
    assert raises(wrt_micro.Trap, app.resume, fuel=400).kind == "fuel_exhausted"
    assert app.resume(fuel=400) == 500500
    raises(RuntimeError, app.resume)
    raises(wrt_micro.Trap, app.sum, 1000, fuel=400)
    assert app.sum(10) == 55
    raises(RuntimeError, app.resume)
    assert app.sum(100, fuel=101) == 5050


def test_fuel_by_single_steps(load):
    app, _ = core(load)
    for size in range(1, 6):
        raises(wrt_micro.Trap, app.fac, 6, fuel=size)
        for _ in range(40):
            try:
                assert app.resume(fuel=size) == 720
                break
            except wrt_micro.Trap as trap:
                assert trap.kind == "fuel_exhausted"
        else:
            raise AssertionError("never done")


def test_fuel_ends_an_endless_loop(load):
    app, _ = core(load)
    assert raises(wrt_micro.Trap, app.spin, fuel=100000).kind == "fuel_exhausted"
    assert app.fac(5) == 120


def test_fuel_counts_through_nested_calls(load):
    app, env = core(load, fuel_slice=2)
    assert app.down(5) == 105
    env.called = lambda n: app.sum(1000)
    trap = raises(wrt_micro.Trap, app.down, 1, fuel=100)
    assert trap.kind == "fuel_exhausted"
    raises(RuntimeError, app.resume)
    assert app.down(1, fuel=5000) == 500501


def test_word_level_call(load):
    app, _ = core(load)
    store = app.store
    thread = store.thread
    thread.stack[thread.top >> 2] = 2**32 - 3
    thread.stack[(thread.top >> 2) + 1] = 4
    store.call(app.sub.header)
    assert thread.stack[0] == 2**32 - 7
    thread.fuel = 10
    assert thread.call(app.spin.header) == -1
    thread.stack[0], thread.stack[1] = 1, 0
    thread.fuel = None
    assert thread.call(app.div.header) == 2


def test_a_call_that_had_no_fuel_at_all_can_go_on(load):
    app, _ = core(load)
    assert app.fac(5) == 120
    assert raises(wrt_micro.Trap, app.fac, 6, fuel=0).kind == "fuel_exhausted"
    assert app.resume(fuel=100) == 720
