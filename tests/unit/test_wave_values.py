"""WAVE values of every type: read, printed, and refused where the type is another."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canonical import canonical
from wrt_preflight.component import types as t
from wrt_preflight.wasm.types import FUNCREF, RefType
from wrt_preflight.wave import WaveError, decode, decode_arguments, encode, parse_call, parse_value
from wrt_preflight.wave.numbers import RANGES, to_f32

P = t.PRIMITIVES
U8, STRING = P["u8"], P["string"]
POINT = t.Record((("x", U8), ("label-a", t.Option(STRING))))
SHAPE = t.Variant((("empty", None), ("circle", P["f32"]), ("err", STRING)))
PERMISSIONS = t.Flags(("read", "write", "exec"))


def read(text: str, type: object) -> object:
    return decode(parse_value(text), type, text)


def refused(text: str, type: object) -> str:
    with pytest.raises(WaveError) as caught:
        read(text, type)
    return caught.value.message


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        (P["bool"], "true", True),
        (P["char"], "'x'", "x"),
        (P["char"], r"'\''", "'"),
        (STRING, r'"a \"quoted\" \\ \n\u{7f}☃"', 'a "quoted" \\ \n\x7f☃'),
        (P["f64"], "inf", math.inf),
        (P["f64"], "-inf", -math.inf),
        (P["f64"], "0.1", 0.1),
        (P["f64"], "1e300", 1e300),
        (P["f64"], "-0", -0.0),
        (P["f32"], "0.1", to_f32(0.1)),
        (P["f32"], "16777216", 16777216.0),
        (P["f32"], "3.4028235e38", to_f32(3.4028234664e38)),
        (P["f32"], "1e-45", to_f32(1.4e-45)),
        ("i32", "-1", -1),
        ("f64", "2.5", 2.5),
        (t.List(U8, None), "[1, 255]", b"\x01\xff"),
        (t.List(P["s8"], None), "[]", []),
        (t.List(STRING, 2), '["a", "b"]', ["a", "b"]),
        (t.Tuple((U8, STRING)), '(1, "x")', (1, "x")),
        (t.Map(STRING, U8), '[("a", 1), ("b", 2)]', {"a": 1, "b": 2}),
        (POINT, '{x: 1, label-a: some("p")}', {"x": 1, "label-a": "p"}),
        (POINT, "{x: 1}", {"x": 1, "label-a": None}),
        (t.Record((("a", t.Option(U8)),)), "{:}", {"a": None}),
        (PERMISSIONS, "{read, exec}", {"read", "exec"}),
        (PERMISSIONS, "{}", set()),
        (t.Enum(("hot", "ok")), "hot", "hot"),
        (t.Enum(("hot", "ok")), "%ok", "ok"),
        (SHAPE, "empty", "empty"),
        (SHAPE, "circle(1.5)", ("circle", 1.5)),
        (SHAPE, '%err("x")', ("err", "x")),
        (t.Option(U8), "some(1)", 1),
        (t.Option(U8), "none", None),
        (t.Option(t.Option(U8)), "some(none)", ("some", None)),
        (t.Option(t.Option(U8)), "some(some(1))", ("some", 1)),
        (t.Result(U8, STRING), "ok(1)", ("ok", 1)),
        (t.Result(U8, STRING), 'err("x")', ("error", "x")),
        (t.Result(None, None), "ok", ("ok", None)),
        (t.Result(None, None), "err", ("error", None)),
        (FUNCREF, "none", None),
    ],
)
def test_values_are_read_and_printed(type, text, value):
    assert canonical(read(text, type)) == canonical(value)
    assert encode(value, type) == text


@pytest.mark.parametrize(
    ("type", "text", "value", "printed"),
    [
        (t.Option(U8), "1", 1, "some(1)"),
        (t.Result(STRING, U8), '"x"', ("ok", "x"), 'ok("x")'),
        (POINT, '{label-a: "p", x: 1,}', {"x": 1, "label-a": "p"}, '{x: 1, label-a: some("p")}'),
        (PERMISSIONS, "{exec, read}", {"read", "exec"}, "{read, exec}"),
        (P["f64"], "1.50", 1.5, "1.5"),
        (P["f64"], "2e0", 2.0, "2"),
        (P["f64"], "0.000001", 1e-6, "0.000001"),
        (P["f64"], "123456789012345678000", 123456789012345678000.0, "123456789012345680000"),
        (P["f32"], "3.4028234664e39", math.inf, "inf"),
        (P["f32"], "1e-50", 0.0, "0"),
        # Halfway between two f32 as a double, but not as written.
        (P["f32"], "16777217.0000000000001", 16777218.0, "16777218"),
        (P["f32"], "16777216.9999999999999", 16777216.0, "16777216"),
        (P["f32"], "16777217", 16777216.0, "16777216"),
        ("i32", "4294967295", 4294967295, "-1"),
        ("i64", "18446744073709551615", (1 << 64) - 1, "-1"),
        (STRING, '"""\nx\n"""', "x", '"x"'),
        (P["char"], "'\"'", '"', "'\"'"),
    ],
)
def test_other_ways_to_write_a_value(type, text, value, printed):
    assert canonical(read(text, type)) == canonical(value)
    assert encode(value, type) == printed


def test_nan_is_read_and_printed():
    for type in (P["f32"], P["f64"], "f32", "f64"):
        assert math.isnan(read("nan", type))
        assert encode(math.nan, type) == "nan"


def test_what_has_no_notation_is_named():
    assert encode(object(), t.Own(t.ResourceType(None, None, name="file"))) == "<own<file>>"
    assert encode(object(), FUNCREF) == "<funcref>"
    assert "a value of type stream<u8> cannot be written in WAVE" in refused("1", t.Stream(U8))
    assert "a value of type (ref func) cannot be written in WAVE" in refused(
        "none", RefType(False, "func")
    )


@pytest.mark.parametrize(
    ("type", "text", "message"),
    [
        (U8, "256", "256 is out of range for u8 (0 to 255)"),
        (U8, "-1", "-1 is out of range for u8 (0 to 255)"),
        (U8, "1.5", "expected u8, found a number with a fraction"),
        (U8, "9" * 5000, f"{'9' * 5000} is out of range for u8 (0 to 255)"),
        (U8, '"1"', "expected u8, found a string"),
        (P["s8"], "128", "128 is out of range for s8 (-128 to 127)"),
        ("i32", "4294967296", "4294967296 is out of range for i32 (-2147483648 to 4294967295)"),
        (P["bool"], "1", "expected a bool, found a number"),
        (P["bool"], "%true", "expected a bool, found 'true'"),
        (P["char"], '"a"', "expected a char, found a string"),
        (STRING, "'a'", "expected a string, found a char"),
        (P["f32"], "infinity", "expected f32, found 'infinity'"),
        (t.List(U8, None), "(1)", "expected list<u8>, found a tuple"),
        (t.List(U8, 2), "[1]", "expected 2 elements, found 1"),
        (t.Tuple((U8,)), "[1]", "expected tuple<u8>, found a list"),
        (t.Tuple((U8,)), "(1, 2)", "expected 1 values, found 2"),
        (POINT, "{}", "expected record { x: u8, label-a: option<string> }, found flags"),
        (POINT, "{label-a: none}", "the field 'x' is missing"),
        (POINT, "{x: 1, y: 2}", "'y' is no field; fields are: x, label-a"),
        (PERMISSIONS, "{sing}", "'sing' is no flag; flags are: read, write, exec"),
        (PERMISSIONS, "{read: true}", "expected flags { read, write, exec }, found a record"),
        (t.Enum(("hot", "ok")), "warm", "'warm' is no case; cases are: hot, ok"),
        (t.Enum(("hot", "ok")), "ok", "'ok' is a keyword; write %ok"),
        (t.Enum(("hot", "ok")), "hot(1)", "'hot' has no payload"),
        (SHAPE, "empty(1)", "'empty' has no payload"),
        (SHAPE, "circle", "'circle' needs a payload: circle(f32)"),
        (SHAPE, "1", "expected one of empty, circle, err, found a number"),
        (t.Option(U8), "some", "'some' needs a payload: some(u8)"),
        (t.Option(U8), "none(1)", "'none' has no payload"),
        (t.Option(t.Option(U8)), "1", "expected some(...) or none, found a number"),
        (t.Result(None, U8), "1", "expected ok or err, found a number"),
        (t.Result(U8, None), "err(1)", "'err' has no payload"),
        (t.Map(U8, U8), "[1]", "expected a tuple of key and value, found a number"),
    ],
)
def test_a_value_of_another_type_is_refused(type, text, message):
    assert refused(text, type).split("\n")[0] == message


def arguments(text: str, *params: tuple[str, object]) -> list:
    return decode_arguments(parse_call(text), params)


def test_arguments_have_the_types_of_the_parameters():
    optional = ("c", t.Option(U8))
    assert arguments('f(1, "x", 2)', ("a", U8), ("b", STRING), optional) == [1, "x", 2]
    assert arguments('f(1, "x")', ("a", U8), ("b", STRING), optional) == [1, "x", None]
    assert arguments("f()") == []


@pytest.mark.parametrize(
    ("text", "params", "message"),
    [
        ("f(1)", (), "f expects no arguments, found 1\n  f(1)\n    ^"),
        (
            "f(1)",
            (("a", U8), ("b", STRING)),
            "f expects 2 arguments (a: u8, b: string), found 1\n  f(1)\n     ^",
        ),
        ("f()", (("", "i32"),), "f expects 1 argument (i32), found 0\n  f()\n    ^"),
        ("f(true)", (("a", U8),), "expected u8, found 'true'\n  f(true)\n    ^"),
    ],
)
def test_a_wrong_argument_is_shown(text, params, message):
    with pytest.raises(WaveError) as caught:
        arguments(text, *params)
    assert caught.value.message == message


PYTHON = {
    "bool": st.booleans(),
    "char": st.characters(exclude_categories=["Cs"]),
    "string": st.text(),
    "f64": st.floats(allow_nan=False),
    "f32": st.floats(allow_nan=False, width=32),
} | {name: st.integers(*bounds) for name, bounds in RANGES.items() if name[0] in "su"}


def composites(inner):
    """Pairs of a type and a strategy for its values, made of simpler such pairs."""
    return st.one_of(
        inner.map(lambda of: (t.List(of[0], None), _list(of))),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda of: (t.Tuple(tuple(type for type, _ in of)), st.tuples(*(s for _, s in of)))
        ),
        st.lists(inner, min_size=1, max_size=3).map(_record),
        inner.map(_option),
        st.tuples(inner, inner).map(
            lambda of: (
                t.Result(of[0][0], of[1][0]),
                st.tuples(st.just("ok"), of[0][1]) | st.tuples(st.just("error"), of[1][1]),
            )
        ),
        inner.map(
            lambda of: (
                t.Variant((("none", None), ("some-case", of[0]))),
                st.just("none") | st.tuples(st.just("some-case"), of[1]),
            )
        ),
    )


def _list(of):
    values = st.lists(of[1], max_size=4)
    return values.map(bytes) if of[0] is P["u8"] else values


def _record(of):
    names = [f"field-{chr(97 + i)}" for i in range(len(of))]
    return (
        t.Record(tuple(zip(names, (type for type, _ in of), strict=True))),
        st.fixed_dictionaries(dict(zip(names, (s for _, s in of), strict=True))),
    )


def _option(of):
    type, values = of
    if isinstance(type, t.Option):
        values = values.map(lambda value: ("some", value))
    return t.Option(type), st.none() | values


typed = st.recursive(
    st.sampled_from(sorted(PYTHON)).map(lambda name: (P[name], PYTHON[name])),
    composites,
    max_leaves=6,
).flatmap(lambda of: st.tuples(st.just(of[0]), of[1]))


@given(typed)
def test_what_is_printed_is_read_again(pair):
    type, value = pair
    assert canonical(read(encode(value, type), type)) == canonical(value)


@given(st.binary(min_size=4, max_size=4))
def test_every_f32_survives(data):
    (value,) = struct.unpack("<f", data)
    if not math.isnan(value):
        assert struct.pack("<f", read(encode(value, "f32"), "f32")) == data
