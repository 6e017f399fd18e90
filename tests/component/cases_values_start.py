# Component-level values and start functions. Runs under MicroPython and CPython: see run_cases.py.

from wrt_micro import ComponentError, LinkError, Trap

LITERALS = {
    "yes": True,
    "s8": -128,
    "u8": 255,
    "s16": -32768,
    "u16": 65535,
    "s32": -(1 << 31),
    "u32": (1 << 32) - 1,
    "s64": -(1 << 63),
    "u64": (1 << 64) - 1,
    "f32": 1.5,
    "f64": -1.5,
    "char": "€",
    "string": "grüße",
    "record": {"a": True, "b": 1},
    "variant": ("b", 7),
    "variant_alone": "a",
    "list": ["x", ""],
    "bytes": b"\1\2\xff",
    "long": [0x201] * 200,
    "tuple": (5, "five"),
    "flags": {"f1", "f8"},
    "enum": "b",
    "none": None,
    "some": 42,
    "ok": ("ok", 7),
    "error": ("error", "bad"),
    "plain_error": ("error", None),
    "inner": "from inside",
}

SHAPE = {
    "name": "Ada",
    "form": ("many", [{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": ()}]),
    "marks": ["old"],
    "color": "green",
    "maybe": ("some", None),
    "outcome": ("error", "why"),
    "pair": [-5, "é"],
    "raw": bytearray(b"\0\1"),
    "yes": False,
    "size": 2,
}


def raises(error, text, function, *args):
    try:
        function(*args)
    except error as e:
        assert text in str(e), str(e)
        return e
    raise AssertionError("nothing was raised")


def test_values_definitions(load):
    app = load("literals")
    for name in LITERALS:
        value = getattr(app, name)
        assert value == LITERALS[name] and type(value) is type(LITERALS[name]), (name, value)
    assert app.not_a_number != app.not_a_number
    assert app["variant-alone"] == "a"
    assert app.describe("ok") == "ok: result<u8, string>"


def test_start_with_result(load):
    app = load("greeting", {"name": "Grüße"})
    assert app.the_greeting == app["the-greeting"] == "hello Grüße"
    assert app.names() == ["the-greeting"]
    assert load("greeting", {"name": ""}).the_greeting == "hello "


def test_chain_of_starts(load):
    app = load("chain", {"x": 5})
    # 5 -> 11 -> 24 in the first instance, 24 -> 49 -> 100 in the second one.
    assert app.out == 100 and app["all"].out == 100 and app["all"]["out"] == 100
    assert app["all"].calls() == 2


def test_value_of_host(load):
    given = dict(SHAPE)
    imports = {"the-shape": given, "demo:shapes/config": {"limit": 9}, "nothing": None}
    app = load("shape", imports)
    assert app.limit == 9 and app.nothing is None
    given["name"] = "changed"
    assert app.again == {
        "name": "Ada",
        "form": ("many", [{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": []}]),
        "marks": {"old"},
        "color": "green",
        "maybe": ("some", None),
        "outcome": ("error", "why"),
        "pair": (-5, "é"),
        "raw": b"\0\1",
        "yes": False,
        "size": 2.0,
    }

    class Config:
        limit = 3

    class Host:
        the_shape = SHAPE
        config = Config
        nothing = 1

    app = load("shape", Host)
    assert app.limit == 3 and app.nothing == 1


def test_value_of_the_wrong_type(load):
    wrong = {
        "name": (7, 'value "the-shape".name: expected string, got 7'),
        "form": (("many", [{"id": -1, "tags": []}]), ".form(many)[0].id: expected u32, got -1"),
        "marks": (["new"], ".marks: expected flags of big, old"),
        "color": ("blue", ".color: expected red or green"),
        "maybe": (("some", 256), ".maybe: expected u8, got 256"),
        "outcome": (("error", 1), ".outcome(error): expected string, got 1"),
        "pair": ((1, "ab"), ".pair[1]: expected a char"),
        "raw": ("text", ".raw: expected list"),
        "yes": (1, ".yes: expected bool"),
        "size": ("big", ".size: expected f64"),
    }
    for name in wrong:
        value, text = wrong[name]
        shape = dict(SHAPE)
        shape[name] = value
        imports = {"the-shape": shape, "config": {"limit": 9}, "nothing": None}
        raises((TypeError, ValueError), text, load, "shape", imports)
    imports = {"the-shape": SHAPE, "config": {"limit": 300}, "nothing": None}
    text = 'value "demo:shapes/config#limit": expected u8, got 300'
    raises(ValueError, text, load, "shape", imports)


def test_missing_values(load):
    error = raises(LinkError, "values that nobody provides", load, "shape", {})
    for name in ("demo:shapes/config#limit", "the-shape", "nothing"):
        assert name in str(error), str(error)


def test_order_and_host_functions(load):
    said = []

    def check(n):
        said.append(("check", n))
        if n > 2:
            raise ComponentError("too big: " + str(n))
        return n

    imports = {"say": said.append, "check": check, "x": 1, "y": 2, "z": 3}
    app = load("order", imports)
    assert said == [1, 100, ("check", 2), 100, 3], said
    assert app.result == ("ok", 2)
    imports["y"] = 7
    assert load("order", imports).result == ("error", "too big: 7")
    imports["check"] = lambda n: "text"
    raises(TypeError, "result of check(ok): expected u32, got 'text'", load, "order", imports)


def test_trap_in_start(load):
    app = load("trap", {"n": 3})
    error = raises(Trap, "", load, "trap", {"n": 0})
    assert error.kind == "integer_divide_by_zero"
    assert app.r == 4 and load("trap", {"n": 4}).r == 3


def test_blocking_in_start(load):
    assert load("blocks", {"n": 0}).r == 5
    error = raises(Trap, "", load, "blocks", {"n": 1})
    assert error.kind == "cannot_block", error.kind


def test_resource_as_value(load):
    app = load("owner")
    assert app.n == 42
    assert app.stats()["handles 0 "]["used"] == 0
