# Every table of a store, used up: the kind of the trap, the numbers and the option in its message,
# and stores beside it that still work. Runs under MicroPython and CPython: see run_cases.py.

from cases_calls import raises, trap

from wrt_micro import LimitError, Trap


class Thing:
    """A resource of the host's."""


class Host:
    thing = Thing

    def get():
        return Thing()


def program(load, **options):
    return load("exhaust", {"host": Host}, **options)


def works(app):
    """Whether a store does all that it should."""
    assert app.one.make(5) == 1 and app.one.get() == 2 and app.one.make(6) == 3
    assert app.one.two(1, 3) == 5
    app.boxes.drop(app.boxes.new(7))
    assert app.keep(2) == 2


def exhausted(load, kind, texts, attack, **options):
    """attack(app) ends with a trap of this kind, whose message has these texts."""
    before = program(load)
    app = program(load, **options)
    found = raises(Trap, attack, app)
    assert found.kind == kind, (found.kind, str(found))
    for text in texts:
        assert text in str(found), (text, str(found))
    assert trap(app.keep, 1) == "cannot_enter"
    works(before)
    works(program(load))
    return found


def test_handles(load):
    def fill(app):
        for i in range(1, 4):
            assert app.boxes.new(i) == i
            assert app.stats()["handles 1 boxes"]["used"] == i
        app.boxes.new(4)

    exhausted(load, "handles_full", ("handles=N", "than the 3 there are"), fill, handles=3)

    def fill_another(app):
        for i in range(1, 34):
            app.one.make(i)

    texts = ("handles=N", "than the 32 there are")
    assert exhausted(load, "handles_full", texts, fill_another).instance == "one"
    # What is dropped makes room, for ever.
    app = program(load, handles=1)
    for i in range(10, 110):
        assert app.boxes.new(i) == 1
        app.boxes.drop(1)
    assert app.stats()["handles 1 boxes"] == {"capacity": 1, "used": 0, "high": 1}


def test_handles_of_other_instances_have_a_table_of_their_own(load):
    app = program(load, handles=2)
    for user in (app.one, app.two):
        assert [user.make(1), user.make(2)] == [1, 2]
    assert [app.boxes.new(1), app.boxes.new(2)] == [1, 2]


def test_objects_of_the_host(load):
    def fill(app):
        assert [app.one.get(), app.two.get()] == [1, 1]
        app.one.get()

    exhausted(load, "handles_full", ("handles=N", "than the 2 there are"), fill, handles=2)


def test_lent_handles(load):
    def lend(app):
        app.one.make(1)
        app.one.two(1, 1)

    exhausted(load, "lends_full", ("handles=N", "than the 1 there are"), lend, handles=1)
    app = program(load, handles=2)
    app.one.make(1)
    for _ in range(20):
        assert app.one.two(1, 1) == 1


def test_stack(load):
    texts = ("stack=BYTES", "than the 2048 there are")
    found = exhausted(load, "call_stack_exhausted", texts, lambda app: app.forever(1), stack=2048)
    assert len(found.backtrace) == 32
    # In a call from component to component, behind what it copied.
    exhausted(load, "call_stack_exhausted", texts, lambda app: app.one.deep(0, 200), stack=2048)
    exhausted(
        load, "call_stack_exhausted", texts, lambda app: app.boxes.deep("x" * 200), stack=2048
    )


def test_stacks_too_small_for_anything(load):
    # However small, it is a trap of the call or of the instantiation, and never another error.
    least = None
    for size in range(4, 400, 4):
        try:
            app = program(load, stack=size)
            app.one.make(5)
            app.one.deep(0, 3)
        except Trap as error:
            assert error.kind == "call_stack_exhausted", (size, error.kind)
            assert "than the %d there are" % size in str(error), str(error)  # noqa: UP031
            if least is None and error.backtrace:
                least = size
    assert least is not None
    works(program(load))


def test_destructors_without_end(load):
    def drop(app):
        app.boxes.drop(app.boxes.new(9))

    # A frame of the guest's each time, and some of Python's: one of the two stacks is full.
    exhausted(load, "call_stack_exhausted", ("call stack exhausted",), drop)
    exhausted(load, "call_stack_exhausted", ("that of Python",), drop, stack=1 << 20)


def test_exceptions(load):
    app = program(load, exceptions=3)
    assert app.keep(3) == 3 and app.keep(3) == 3
    texts = ("exceptions=N", "than the 3 there are")
    exhausted(load, "exceptions_exhausted", texts, lambda app: app.keep(4), exceptions=3)


def test_memories(load):
    before = program(load)
    error = raises(LimitError, program, load, memory=500)
    assert str(error) == "memory 0 has 512 bytes from the start, memory=500 is too small"
    app = program(load, memory=512)
    works(app)
    works(before)


def test_limits_that_are_none(load):
    for name in ("handles", "stack", "exceptions", "memory"):
        for value in (0, -1, "many", 1.5):
            error = raises(LimitError, lambda: program(load, **{name: value}))  # noqa: B023
            assert name in str(error) and repr(value) in str(error), str(error)
    text = str(raises(LimitError, program, load, handels=3))
    assert "handels" in text and "handles" in text
