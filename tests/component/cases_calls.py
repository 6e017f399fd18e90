# Calls into components and out of them. Runs under MicroPython and CPython: see run_cases.py.

from wrt_micro import ComponentError, LinkError, Trap
from wrt_micro.exports import Exports


class Host:
    """What kit.wat imports."""

    def __init__(self):
        self.seen = []
        self.app = None

    def log(self, message):
        self.seen.append(message)
        if message == "again":
            self.app.u8(1)
        if message == "raise":
            raise ValueError("as asked")

    def ask(self, question, times):
        self.seen.append((question, times))
        if question == "number":
            return 7
        return (question + "?") * times

    def half(self, n):
        if n & 1:
            raise ComponentError("odd: " + str(n))
        return n // 2

    def sum(self, *args):
        self.seen.append(args)
        return float(args[0] + args[1]) + args[2] + args[3]


def kit(load, **options):
    host = Host()
    host.app = load("kit", {"log": host.log, "demo:kit/host": host}, **options)
    return host.app, host


def raises(error, function, *args, **options):
    """The exception that a call raises."""
    try:
        function(*args, **options)
    except error as e:
        return e
    raise AssertionError("nothing raised")


def trap(function, *args):
    """The kind of the trap that a call ends with."""
    return raises(Trap, function, *args).kind


def wrong(error, function, *args):
    """The text of the TypeError or ValueError that a call raises."""
    return str(raises(error, function, *args))


def test_greeter(load):
    said = []
    app = load("greeter", {"log": said.append})
    assert app.greet("Ada") == "Hello, Ada!"
    assert app.greet("Zoë ☃ 𝄞") == "Hello, Zoë ☃ 𝄞!"
    assert app.greet("") == "Hello, !"
    assert said == ["greeting Ada", "greeting Zoë ☃ 𝄞", "greeting "]
    assert app.names() == ["greet"]
    assert app.describe("greet") == "greet: func(name: string) -> string"


def test_scalars(load):
    app, _ = kit(load)
    for name, values in (
        ("bool", (True, False)),
        ("s8", (-128, 127, 0)),
        ("u8", (0, 255)),
        ("s16", (-32768, 32767)),
        ("u16", (65535,)),
        ("s32", (-(1 << 31), (1 << 31) - 1)),
        ("u32", ((1 << 32) - 1,)),
        ("s64", (-(1 << 63), (1 << 63) - 1)),
        ("u64", ((1 << 64) - 1,)),
        ("f32", (1.5, -0.25)),
        ("f64", (1.5, -3.0)),
        ("char", ("a", "é", "☃", "𝄞")),
    ):
        for value in values:
            got = app[name](value)
            assert got == value and type(got) is type(value), (name, value, got)
    assert app.f32(7) == 7.0
    assert app.f32(float("nan")) != app.f32(float("nan"))
    assert app.bool(True) is True


def test_strings(load):
    app, _ = kit(load)
    for name in ("string", "utf16", "latin1"):
        for text in ("", "a", "hello", "é", "zoë", "☃", "a☃é𝄞z", "x" * 300):
            assert app[name](text) == text, (name, text)
    assert app.bytes(b"\0\1\xff") == b"\0\1\xff"
    assert app.bytes([1, 2]) == b"\1\2"
    assert app.bytes(bytearray(b"x")) == b"x" and app.bytes(memoryview(b"y")) == b"y"
    assert app.option(None) is None and app.option(5) == 5


def test_host_functions(load):
    app, host = kit(load)
    talk = app["demo:kit/talk@1.0.0"]
    assert talk.ask("why", 2) == "why?why?"
    assert app.posts() == 1
    assert talk.half(8) == 4
    error = raises(ComponentError, talk.half, 7)
    assert error.payload == "odd: 7"
    assert app.sum(-3, 1 << 40, 0.5, 2.0, True, "☃") == (1 << 40) - 0.5
    app.log_it("seen")
    assert host.seen == [("why", 2), (-3, 1 << 40, 0.5, 2.0, True, "☃"), "seen"]


def test_imports_by_other_names(load):
    host = Host()
    for name in ("demo:kit/host@1.0.0", "demo:kit/host", "host", "demo_kit_host"):
        app = load("kit", {"log": host.log, name: host})
        assert app["demo:kit/talk@1.0.0"].ask("x", 1) == "x?"
    text = str(raises(LinkError, load, "kit", {"log": host.log}))
    assert "demo:kit/host@1.0.0#ask" in text and "demo:kit/host@1.0.0#sum" in text
    assert "log" not in text


def test_wrong_values_name_their_place(load):
    app, _ = kit(load)
    assert wrong(TypeError, app.u8) == "expected 1 arguments, got 0"
    assert wrong(TypeError, app.u8, "1") == "param \"v\": expected u8, got '1'"
    assert wrong(ValueError, app.u8, 256) == 'param "v": expected u8, got 256'
    assert wrong(ValueError, app.s8, -129) == 'param "v": expected s8, got -129'
    assert wrong(TypeError, app.u8, True) == 'param "v": expected u8, got True'
    assert wrong(TypeError, app.bool, 1) == 'param "v": expected bool, got 1'
    assert wrong(TypeError, app.string, 7) == 'param "v": expected string, got 7'
    assert "char" in wrong(TypeError, app.char, "ab")
    assert wrong(ValueError, app.bytes, [1, 256]) == 'param "v"[1]: expected u8, got 256'
    # A wrong value is no trap: the component goes on.
    assert app.u8(1) == 1
    error = raises(Trap, app["demo:kit/talk@1.0.0"].ask, "number", 1)
    assert error.kind == "host"
    cause = "result of demo:kit/host@1.0.0#ask: expected string, got 7"
    assert str(error.__cause__) == cause


def test_what_a_guest_must_not_return(load):
    for name, args, kind in (
        ("to-char", (0x110000,), "invalid_char"),
        ("to-char", (0xD800,), "invalid_char"),
        ("to-enum", (3,), "invalid_discriminant"),
        ("to-string", (8190, 3), "string_out_of_bounds"),
        ("to-string", (0xFFFFFFFF, 2), "string_out_of_bounds"),
        ("to-string", (0, 1 << 28), "string_too_long"),
        ("to-utf16", (1, 1), "unaligned_pointer"),
        ("to-list", (2, 1), "unaligned_pointer"),
        ("to-list", (8188, 2), "list_out_of_bounds"),
        ("to-list", (0, 1 << 26), "list_too_long"),
        ("at", (2,), "unaligned_pointer"),
        ("at", (8188,), "pointer_out_of_bounds"),
    ):
        app, _ = kit(load)
        assert trap(app[name], *args) == kind, (name, args)
        # A trap poisons the instance.
        assert trap(app.u8, 1) == "cannot_enter"
    app, _ = kit(load)
    assert app.to_char(0x1F600) == "😀" and app.to_enum(2) == "three"
    assert app.to_bool(2) is True and app.to_u8(0x1FF) == 255 and app.to_s8(0x1FF) == -1
    assert app.to_string(8192, 0) == "" and app.to_list(8192, 0) == []


def test_malformed_utf8(load):
    for data in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x98", b"\x80"):
        app, _ = kit(load)
        for i, byte in enumerate(data):
            app.poke(64 + i, byte)
        assert trap(app.to_string, 64, len(data)) == "invalid_utf8", data


def test_malformed_utf16(load):
    for data in (b"\x00\xd8", b"\x00\xdc", b"\x00\xd8a\x00", b"\x00\xdc\x00\xd8"):
        app, _ = kit(load)
        for i, byte in enumerate(data):
            app.poke(64 + i, byte)
        assert trap(app.to_utf16, 64, len(data) // 2) == "invalid_utf16", data


def test_locks(load):
    app, _ = kit(load)
    error = raises(Trap, app.log_it, "again")
    assert error.kind == "cannot_enter" and error.backtrace
    app, _ = kit(load)
    error = raises(Trap, app.log_it, "raise")
    assert error.kind == "host" and isinstance(error.__cause__, ValueError)
    app, _ = kit(load)
    assert trap(app.post_traps, "x") == "cannot_leave"
    app, _ = kit(load)
    assert trap(app.fail) == "unreachable"
    assert trap(app.fail) == "cannot_enter"


def test_instances_are_separate(load):
    app = load("counters")
    counter = app["demo:kit/counter@1.0.0"]
    assert [counter.increment() for _ in range(3)] == [1, 2, 3]
    assert app.pair.left.increment() == 1
    assert app.pair.left.increment() == 2
    assert app.pair.right.increment() == 1
    assert app.caller.twice() == 5
    assert counter.increment() == 6
    assert app.names() == ["caller", "demo:kit/counter@1.0.0", "pair"]
    assert "increment" in str(raises(KeyError, lambda: counter["nothing"]))


def test_a_trap_poisons_the_instances_on_its_way(load):
    app = load("counters")
    counter = app["demo:kit/counter@1.0.0"]
    assert trap(app.caller.fail) == "unreachable"
    assert trap(counter.increment) == "cannot_enter"
    assert trap(app.caller.count) == "cannot_enter"
    # The root is around all of them, and was entered too.
    assert trap(app.pair.left.increment) == "cannot_enter"


def test_fuel(load):
    app, _ = kit(load)
    assert app.string("x", fuel=1000) == "x"


def test_stats_and_engine(load):
    app = load("greeter", {"log": print})
    assert app.engine == load.engine
    assert app.stats()["memory 0"]["capacity"] == 4096
    assert isinstance(app, Exports)


def test_components_talk(load):
    app = load("chatty")
    assert app.numbers(10) == 20
    assert app.texts(3) == 1000
