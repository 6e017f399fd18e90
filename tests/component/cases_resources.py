# Resources of guests and of the host. Runs under MicroPython and CPython: see run_cases.py.

from cases_calls import raises, trap, wrong


class File:
    """A resource of the host's."""

    log = []

    def __init__(self, name):
        self.name = name

    def size(self):
        return len(self.name)

    def largest():
        return File("the largest one")

    def drop(self):
        File.log.append(self.name)


class Files:
    file = File


class Host:
    """What resources.wat imports."""

    def __init__(self, load, **options):
        self.reps = []
        self.seen = []
        self.counter = None
        File.log.clear()
        imports = {"demo:kit/files@1.0.0": Files, "dropped": self.reps.append, "look": self.look}
        self.app = load("resources", imports, **options)

    def look(self, n):
        self.seen.append(n)
        if n == 99:
            self.counter.drop()


def used(app):
    return app.stats()["handles 0 "]["used"]


def test_a_guests_resource(load):
    host = Host(load)
    app = host.app
    counter = app.counter(5)
    assert counter.increment() == 6 and counter.increment() == 7
    other = app.counter(1)
    assert app.counter.sum(counter, other) == 8
    assert used(app) == 0 and repr(counter) == "<counter>"
    counter.drop()
    counter.drop()
    assert len(host.reps) == 1 and repr(counter) == "<counter (gone)>"
    with other:
        other.look_at()
    assert host.seen == [1] and len(host.reps) == 2
    assert "not gone" in wrong(ValueError, other.increment)


def test_ownership_moves(load):
    host = Host(load)
    app = host.app
    counter = app.counter(5)
    assert app.take(counter) == 5
    assert len(host.reps) == 1
    assert "not gone" in wrong(ValueError, app.take, counter)
    same = app.same(app.counter(3))
    assert same.increment() == 4
    app.keep(same)
    assert used(app) == 1 and len(host.reps) == 1


def test_wrong_arguments_are_taken_back(load):
    app = Host(load).app
    counter = app.counter(5)
    text = wrong(TypeError, app.take_and, counter, "n")
    assert text == "param \"n\": expected u32, got 'n'"
    assert counter.increment() == 6 and used(app) == 0
    assert wrong(TypeError, app.counter.sum, counter, 7) == (
        'param "b": expected a resource of counter, got 7'
    )
    assert app.take(counter) == 6


def test_a_lent_resource_cannot_be_dropped(load):
    host = Host(load)
    host.counter = host.app.counter(99)
    error = raises(Exception, host.counter.look_at)
    assert error.kind == "host" and "lent" in str(error.__cause__)


def test_handles_that_are_none(load):
    for index in (0, 1, 7, 0xFFFFFFFF):
        assert trap(Host(load).app.forge, index) == "unknown_handle", index
    app = Host(load).app
    assert trap(app.drop_twice, app.counter(1)) == "unknown_handle"
    app = Host(load).app
    assert trap(app.own_as_counter, File("x")) == "handle_type"


def test_handles_are_limited(load):
    app = Host(load, handles=5).app
    app.fill(5)
    assert app.stats()["handles 0 "] == {"capacity": 5, "used": 5, "high": 5}
    app = Host(load, handles=5).app
    error = raises(Exception, app.fill, 6)
    assert error.kind == "handles_full" and "handles=N" in str(error)


def test_a_hosts_resource(load):
    app = Host(load).app
    assert app.file_size() == 8
    assert File.log == ["name.txt"]
    assert app.largest().name == "the largest one"
    file = File("lent")
    assert app.borrow_file(file) == 4
    assert used(app) == 0 and File.log == ["name.txt"]
    assert trap(app.forget_file, file) == "borrows_remain"


def test_many_rounds_leave_nothing(load):
    host = Host(load, handles=3)
    app = host.app
    for _ in range(50):
        assert app.take(app.counter(2)) == 2
        assert app.file_size() == 8
    assert used(app) == 0 and len(host.reps) == 50 and len(File.log) == 50


def test_resources_pass_between_components(load):
    app = load("passing")
    assert app.run(3) == 7
    stats = app.stats()
    for name in stats:
        if name.startswith("handles"):
            assert stats[name]["used"] == 0, name
