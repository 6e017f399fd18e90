# Calls that run out of fuel and go on. Runs under MicroPython and CPython: see run_cases.py.

from cases_calls import raises
from cases_resources import File, Files

from wrt_micro import ComponentError, Trap


def slow(load):
    return load("slow", {"demo:kit/files@1.0.0": Files})


def out_of_fuel(function, *args, **options):
    return raises(Trap, function, *args, **options).kind == "fuel_exhausted"


def test_a_call_goes_on(load):
    app = slow(load)
    raises(RuntimeError, app.resume)
    assert out_of_fuel(app.sum, 1000, fuel=400)
    assert out_of_fuel(app.resume, fuel=400)
    assert app.resume(fuel=400) == 500500
    raises(RuntimeError, app.resume)
    assert out_of_fuel(app.sum, 10, fuel=0)
    assert app.resume(fuel=100) == 55 and app.sum(10, fuel=100) == 55


def test_what_was_lent_stays_lent_until_the_call_is_done(load):
    app = slow(load)
    assert out_of_fuel(app.measure, File("lent"), 1000, fuel=400)
    assert app.stats()["host_objects"]["used"] == 1
    assert app.resume() == 4
    assert app.stats()["host_objects"]["used"] == 0
    assert out_of_fuel(app.measure, File("a long name"), 1000, fuel=400)
    assert raises(ComponentError, app.resume).payload == 11


def test_while_it_waits_nothing_else_enters(load):
    app = slow(load)
    assert out_of_fuel(app.measure, File("lent"), 1000, fuel=400)
    assert raises(Trap, app.sum, 3).kind == "cannot_enter"
    assert app.resume() == 4 and app.sum(3) == 6


def test_a_call_goes_on_inside_another_component(load):
    app = slow(load)
    assert app.ask(10) == 55
    assert out_of_fuel(app.ask, 1000, fuel=400)
    assert raises(Trap, app.ask, 10).kind == "cannot_enter"
    assert app.resume() == 500500 and app.ask(10) == 55
