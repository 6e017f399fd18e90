# Values of compound types. shapes.wrt is echo for the type that SHAPE in test_run.py has.

from cases_calls import wrong

ZEROS = (0,) * 16
VALUE = {
    "name": "Zoë",
    "items": [{"id": 1, "tags": {"big", "old"}}, {"id": 2, "tags": set()}],
    "shape": ("circle", 1.5),
    "color": "red",
    "maybe": None,
    "nested": ("some", None),
    "outcome": ("error", "no"),
    "pair": (7, "x"),
    "grid": [1, 2, 3],
    "raw": b"\0\xff",
    "ages": {"ada": 36},
    "letter": "é",
}


def changed(**fields):
    value = dict(VALUE)
    value.update(fields)
    return (value,) + ZEROS


def test_round_trip(load):
    app = load("shapes")
    assert app.echo(changed()) == changed()
    for fields in (
        {"shape": "none"},
        {"shape": ("square", (3, 4))},
        {"maybe": "x"},
        {"nested": None},
        {"nested": ("some", 5)},
        {"outcome": ("ok", None)},
        {"ages": {}},
        {"items": []},
    ):
        assert app.echo(changed(**fields)) == changed(**fields), fields


def test_what_lowering_accepts_besides(load):
    app = load("shapes")
    got = app.echo(changed(outcome="ok", raw=[0, 255], pair=[7, "x"]))
    assert got == changed(outcome=("ok", None))


def test_errors_name_the_path(load):
    app = load("shapes")

    def error(kind, **fields):
        return wrong(kind, app.echo, changed(**fields))

    start = 'param "v"[0]'
    assert error(TypeError, name=7) == start + ".name: expected string, got 7"
    bad = [{"id": 1, "tags": set()}, {"id": "two", "tags": set()}]
    assert error(TypeError, items=bad) == start + ".items[1].id: expected u32, got 'two'"
    assert error(TypeError, shape=("circle", "x")).startswith(
        start + ".shape(circle): expected f32"
    )
    assert "none or circle or square" in error(ValueError, shape="cube")
    assert "red or green" in error(ValueError, color="blue")
    assert "without a payload" in error(TypeError, color=("red", 1))
    assert error(TypeError, maybe=5) == start + ".maybe: expected string, got 5"
    assert "('some', value)" in error(TypeError, nested=5)
    assert "tuple of 2" in error(TypeError, pair=(1,))
    assert "list of 3 elements" in error(ValueError, grid=[1, 2])
    assert "flags of big, old" in error(ValueError, items=[{"id": 1, "tags": {"new"}}])
    assert "map (a dict)" in error(TypeError, ages=[1])
    assert error(TypeError, ages={"ada": "x"}) == start + ".ages[0][1]: expected u8, got 'x'"
    missing = dict(VALUE)
    del missing["name"]
    assert "a field 'name'" in wrong(ValueError, app.echo, (missing,) + ZEROS)
    assert "no fields but" in error(ValueError, more=1)
    assert app.echo(changed()) == changed()


def test_description(load):
    app = load("shapes")
    text = app.describe("echo")
    for part in (
        "func(v: tuple<record { name: string, items: list<record { id: u32, ",
        "tags: flags { big, old }",
        "variant { none, circle(f32), square(tuple<u8, u8>) }",
        "enum { red, green }",
        "option<option<u8>>",
        "result<_, string>",
        "list<u16, 3>",
        "map<string, u8>",
    ):
        assert part in text, (part, text)
