# Attacks with handles and calls: no instance gets at what it holds no handle of, and none is
# entered while a call is inside. The components are handles.wat and family.wat.

from wrt_micro import Trap

M = 0xFFFFFFFF


def kind_of(function, *args):
    """The kind of the trap that a call ends with."""
    try:
        function(*args)
    except Trap as trap:
        return trap.kind
    raise AssertionError("no trap")


class Program:
    """handles.wat. gone: reps whose destructor has run."""

    def __init__(self, load):
        self.gone = []
        self.app = load("handles", {"out": self.out, "gone": self.gone.append})
        self.maker, self.one, self.two = self.app.maker, self.app.one, self.app.two

    def out(self):
        self.one.make(1)

    def used(self):
        """Handles in use: of maker, one and two."""
        stats = self.app.stats()
        names = sorted([name for name in stats if name.startswith("handles")])
        return tuple([stats[name]["used"] for name in names[1:]])


def attack(load, kind, prepare, *what, used=None, gone=()):
    """what: a function's name and its arguments; prepare(program) comes first."""
    program = Program(load)
    if prepare:
        prepare(program)
    before = program.used()
    holder, name = what[0].split(".")
    found = kind_of(getattr(program, holder)[name], *what[1:])
    assert found == kind, (what, found, kind)
    if used is None:
        used = before
    assert program.used() == used, (what, program.used())
    assert program.gone == list(gone)
    # Nobody gets in any more, and a store beside it works.
    assert kind_of(program.one.make, 1) == "cannot_enter"
    assert kind_of(program.maker.rep, 1) == "cannot_enter"
    other = Program(load)
    assert other.one.look(other.one.make(5)) == 5


def three(program):
    """One: box 1, lid 2, box 3. Two: box 1. Maker: nothing."""
    assert program.one.make(10) == 1
    assert program.one.make_lid(20) == 2
    assert program.one.make(30) == 3
    assert program.two.make(40) == 1
    assert program.used() == (0, 3, 1)


def test_forged_indices(load):
    for i in (0, 4, 32, 33, 1 << 16, 1 << 24, 1 << 28, (1 << 28) + 1, 1 << 30, 1 << 31, M):
        for name in ("look", "take", "drop", "hand-out", "drop-lid"):
            attack(load, "unknown_handle", three, "one." + name, i)
        for name in ("rep", "drop", "forge"):
            attack(load, "unknown_handle", three, "maker." + name, i)
        attack(load, "unknown_handle", three, "one.forge", i)


def test_handles_of_other_instances(load):
    # 3 is a box of one's, 1 a box of one's and of two's, and none of the maker's.
    for name in ("look", "take", "drop", "hand-out"):
        attack(load, "unknown_handle", three, "two." + name, 3)
    for name in ("rep", "drop", "forge"):
        attack(load, "unknown_handle", three, "maker." + name, 1)
    # What the maker is lent is the rep, which is no handle of its.
    attack(load, "unknown_handle", three, "one.drop-rep", 1)
    attack(load, "unknown_handle", three, "one.forge", 1)


def test_handles_of_another_type(load):
    for name in ("look", "take", "drop", "hand-out"):
        attack(load, "handle_type", three, "one." + name, 2)
    for i in (1, 3):
        attack(load, "handle_type", three, "one.drop-lid", i)


def test_dropped_handles(load):
    def dropped(program):
        three(program)
        program.one.drop(3)

    for name in ("look", "take", "drop", "hand-out"):
        attack(load, "unknown_handle", dropped, "one." + name, 3, gone=(30,))

    def given_away(program):
        three(program)
        assert program.one.take(3) == 1  # its place in the maker's table

    for name in ("look", "take", "drop", "hand-out"):
        attack(load, "unknown_handle", given_away, "one." + name, 3)

    def used_again(program):
        three(program)
        program.one.drop(3)
        assert program.one.make_lid(50) == 3

    for name in ("look", "take", "drop"):
        attack(load, "handle_type", used_again, "one." + name, 3, gone=(30,))


def test_one_handle_twice_in_a_call(load):
    # Borrowed by the first parameter, it cannot be given away by the second.
    attack(load, "handle_lent", three, "one.borrow-own", 1, 1)
    # Given away by the first, it is gone.
    attack(load, "unknown_handle", three, "one.own-borrow", 1, 1, used=(1, 2, 1))
    attack(load, "unknown_handle", three, "one.own-own", 1, 1, used=(1, 2, 1))


def borrowed(load, kind, name):
    """One gets a borrow from the host and misuses it."""
    program = Program(load)
    box = program.one["hand-out"](program.one.make(5))
    assert program.used() == (0, 0, 0)
    assert kind_of(program.one[name], box) == kind
    assert program.gone == []
    assert kind_of(box.drop) == "cannot_enter"


def test_borrows(load):
    borrowed(load, "handle_not_owned", "give-away")
    borrowed(load, "borrows_remain", "return")
    borrowed(load, "borrows_remain", "forget")
    borrowed(load, "unknown_handle", "drop-twice")
    borrowed(load, "unknown_handle", "look-later")


def test_destructors(load):
    def bad(rep):
        def prepare(program):
            assert program.one.make(rep) == 1

        return prepare

    attack(load, "unreachable", bad(666), "one.drop", 1, used=(0, 0, 0))
    # It calls the host, which calls the component that is still inside.
    attack(load, "cannot_enter", bad(667), "one.drop", 1, used=(0, 0, 0))
    program = Program(load)
    box = program.one["hand-out"](program.one.make(666))
    assert kind_of(box.drop) == "unreachable"
    box.drop()
    assert kind_of(program.one.make, 1) == "cannot_enter"


def test_what_is_right_works(load):
    program = Program(load)
    three(program)
    assert program.one.look(1) == 10 and program.two.look(1) == 40
    assert program.one.borrow_own(1, 3) == 10
    assert program.used() == (1, 2, 1)
    assert program.maker.rep(1) == 30
    program.maker.drop(1)
    program.one.drop(1)
    program.one.drop_lid(2)
    assert program.gone == [30, 10] and program.used() == (0, 0, 1)


def test_families(load):
    for path in (("down",), ("self",), ("child", "call-out")):
        app = load("family", {"out": lambda: None})
        app.count()
        function = app
        for name in path:
            function = function[name]
        assert kind_of(function) == "cannot_enter", path
        assert kind_of(app["get"]) == "cannot_enter"
        assert kind_of(app.other.f) == "cannot_enter"
    # From inside a call to the host nobody of the same store can be entered.
    caught = []
    inside = []

    def out():
        caught.extend([kind_of(function) for function in inside])

    app = load("family", {"out": out})
    inside.extend([app.count, app.child.f, app.other.f])
    app.other.call_out()
    assert caught == ["cannot_enter"] * 3
    # The host caught the traps: nobody was entered, so nobody is poisoned.
    assert app.child.f() == 7
    app.count()
    assert app["get"]() == 1
