# Bytes as views of guest memory, and reports on leaks. Runs under MicroPython and CPython: see
# run_cases.py.

from cases_calls import raises, trap
from cases_resources import File, Files

from wrt_micro import ComponentError


def app_with(load, look, **options):
    return load("views", {"look": look}, **options)


def test_bytes_are_copied_unless_asked(load):
    seen = []

    def look(data):
        seen.append(data)
        return len(data)

    app = app_with(load, look)
    assert app.bytes(4) == b"0123" and app.show(3) == 3
    assert seen == [b"..."] and isinstance(seen[0], bytes)


def test_a_view_of_a_result(load):
    kinds = []

    def use(data):
        kinds.append(isinstance(data, memoryview))
        return bytes(data) + b"!"

    app = app_with(load, len)
    assert app.bytes(4, view=use) == b"0123!" and kinds == [True]
    assert app.bytes(4) == b"....", "post-return ran"


def test_a_view_of_an_outcome_is_not_unpacked(load):
    app = app_with(load, len)
    assert app.checked(2, view=lambda r: (r[0], bytes(r[1]))) == ("ok", b"01")
    assert app_with(load, len).checked(9, view=lambda r: (r[0], bytes(r[1])))[0] == "error"
    error = raises(ComponentError, app_with(load, len).checked, 9)
    assert error.payload == b"012345678" and isinstance(error.payload, bytes)


def test_a_function_that_fails_on_a_view(load):
    app = app_with(load, len)

    def fail(data):
        assert trap(app.show, 1) == "cannot_enter"
        raise ValueError("as asked")

    assert str(raises(ValueError, app.bytes, 4, view=fail)) == "as asked"
    assert app.bytes(4) == b"....", "post-return ran, and the component still works"


def test_views_for_host_functions(load):
    seen = []

    def look(data):
        seen.append(isinstance(data, memoryview))
        data[0] = 0x41
        return data[0] + data[1]

    app = app_with(load, look, views=True)
    assert app.show(2) == 0x41 + 0x31 and seen == [True]
    assert app.bytes(3) == b"A12", "results are copied all the same"


def test_a_report_on_leaks(load):
    told = []

    def drop(rep):
        pass

    imports = {"demo:kit/files@1.0.0": Files, "dropped": drop, "look": print}
    app = load("resources", imports, leaks=told.append)
    counter = app.counter(5)
    assert app.stats()["owned"]["used"] == 1 and told == []
    app.keep(counter)
    assert told == ["keep: 1 more of counter in components, 1 now"]
    assert app.stats()["owned"]["used"] == 0
    app.counter(1).drop()
    app.counter(1)
    assert app.stats()["owned"]["used"] == 1
    assert app.file_size() == 8 and app.borrow_file(File("x")) == 1
    assert app.stats()["host_objects"]["used"] == 0 and len(told) == 1
