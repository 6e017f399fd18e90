"""WAVE text to a tree: what is accepted, what is refused, and where the error points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wrt_preflight.wave import WaveError, parse_call, parse_value
from wrt_preflight.wave.syntax import Case, Char, Flags, Number, Record, Sequence, String


def caret(error: WaveError) -> tuple[str, int]:
    """The first line of an error, and the column that its caret points at."""
    lines = error.message.split("\n")
    assert lines[-1].strip() == "^"
    return lines[0], lines[-1].index("^") - 2


@pytest.mark.parametrize(
    "text", ["0", "-0", "12", "-9", "3.14", "-0.0e-0", "1e9", "6.022e+23", "0.5E-7", "-inf"]
)
def test_numbers(text):
    assert parse_value(text) == Number(0, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'x'", "x"),
        ("'☃'", "☃"),
        ("'🌊'", "🌊"),
        (r"'\''", "'"),
        (r"'\"'", '"'),
        ("'\"'", '"'),
        (r"'\\'", "\\"),
        (r"'\n'", "\n"),
        (r"'\u{0}'", "\0"),
        (r"'\u{002603}'", "☃"),
        (r"'\u{10ffff}'", "\U0010ffff"),
    ],
)
def test_chars(text, value):
    assert parse_value(text) == Char(0, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', ""),
        ('"WAVE🌊"', "WAVE🌊"),
        (r'"\\\'\"\t\n\r"', "\\'\"\t\n\r"),
        (r'"☃\u{2603}\u{002603}"', "☃☃☃"),
        ('"""\nA single line\n"""', "A single line"),
        ('"""\r\nA single line\r\n"""', "A single line"),
        ('"""\n"""', ""),
        ('"""\n\nboth empty lines stay\n\n"""', "\nboth empty lines stay\n"),
        ('"""\n    the end\n  says how\n      far in\n  """', "  the end\nsays how\n    far in"),
        ('"""\nquotes: ""\\""\n"""', 'quotes: """"'),
        ('"""\n  one\n\n  two\n  """', "one\n\ntwo"),
    ],
)
def test_strings(text, value):
    assert parse_value(text) == String(0, value)


def test_sequences_may_end_with_a_comma_and_hold_comments():
    text = "( // first\n 1, [2, 3,] // second\n, )"
    assert parse_value(text) == Sequence(
        0,
        "(",
        [
            Number(text.index("1"), "1"),
            Sequence(
                text.index("["),
                "[",
                [Number(text.index("2"), "2"), Number(text.index("3"), "3")],
            ),
        ],
    )


def test_braces_hold_fields_or_flags():
    record = parse_value("{a-b: 1, %true: none,}")
    assert isinstance(record, Record)
    assert [label.name for label, _ in record.fields] == ["a-b", "true"]
    flags = parse_value("{ read, HTTP3-get }")
    assert isinstance(flags, Flags)
    assert [label.name for label in flags.labels] == ["read", "HTTP3-get"]
    assert parse_value("{}") == Flags(0, [])
    assert parse_value("{ : }") == Record(0, [])


@pytest.mark.parametrize(
    ("text", "name", "keyword"),
    [("none", "none", True), ("%none", "none", False), ("days", "days", False)],
)
def test_cases(text, name, keyword):
    assert parse_value(text) == Case(0, name, keyword, None)
    assert parse_value(f"{text}(1)") == Case(0, name, keyword, Number(len(text) + 1, "1"))


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "expected a value, found the end", 0),
        ("()", "expected a value (a tuple is never empty), found ')'", 1),
        ("[1 2]", "expected ',' or ']', found '2'", 3),
        ("[,]", "expected a value, found ','", 1),
        ("[1,,]", "expected a value, found ','", 3),
        ("[1)", "expected ',' or ']', found ')'", 2),
        ("1 2", "expected nothing more, found '2'", 2),
        ("-nan", "expected a value, found '-'", 0),
        ("01", "expected nothing more, found '1'", 1),
        ("some(1", "expected ')', found the end", 6),
        ("{a: 1, b}", "'b' needs a value, as in a: 1", 7),
        ("{a: 1, a: 2}", "'a' is here twice", 7),
        ("{a, b, a}", "'a' is here twice", 7),
        ("{1}", "expected a name, found '1'", 1),
        ("'ab'", "expected a value, found a character that is not valid", 0),
        ("''", "expected a value, found a character that is not valid", 0),
        ('"abc', "expected a value, found a string that is not valid", 0),
        ('"a\nb"', "expected a value, found a string that is not valid", 0),
        (r'"ab\q"', "expected one of the escapes", 3),
        (r'"\u{d800}"', "expected one of the escapes", 1),
        (r"'\u{110000}'", "expected one of the escapes", 1),
        (r"'\u{}'", "expected one of the escapes", 1),
        (r"'\u{12345678}'", "expected one of the escapes", 1),
        ('"""x\n"""', 'expected a new line after """', 3),
        ('"""\nx', 'expected """ at the end of the string', 0),
        ('"""\n  x"""', 'only spaces may stand before the closing """', 3),
        ('"""\nx\n  """', 'expected 2 spaces, as before the closing """', 0),
        ('"\udcff"', "expected text in UTF-8", 1),
        ("[" * 101 + "]" * 101, "more than 100 values in one another", 100),
    ],
)
def test_errors_point_at_the_place(text, message, column):
    with pytest.raises(WaveError) as caught:
        parse_value(text)
    headline, position = caret(caught.value)
    assert headline.startswith(message)
    assert position == column


def test_errors_show_the_line_they_are_in():
    with pytest.raises(WaveError) as caught:
        parse_value("[1,\n\t2 3,\n4]")
    assert caught.value.message == "expected ',' or ']', found '3'\n   2 3,\n     ^"


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [
        ("f()", "f", 0),
        (' add-two ( 1, "x", ) ', "add-two", 2),
        ("demo:kit/counter@1.0.0#[method]counter.get(none)", None, 1),
        ("_start()", "_start", 0),
        ('"a (strange) name"(1)', "a (strange) name", 1),
    ],
)
def test_calls(text, name, count):
    call = parse_call(text)
    assert call.name == (name or text[: text.index("(")])
    assert len(call.arguments) == count


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "expected the name of a function, found the end", 0),
        ("fac", "expected '(' and the arguments, for example: fac(), found the end", 3),
        ("fac(1", "expected ',' or ')', found the end", 5),
        ("(1)", "expected the name of a function, found '('", 0),
        ("fac(1) 2", "expected nothing more, found '2'", 7),
    ],
)
def test_errors_in_calls(text, message, column):
    with pytest.raises(WaveError) as caught:
        parse_call(text)
    assert caret(caught.value) == (message, column)


@given(st.text(alphabet="01.-e\"'\\u{}()[],:%abnoi \n/", max_size=30) | st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text):
    for parse in (parse_value, parse_call):
        try:
            parse(text)
        except WaveError as error:
            assert error.message.endswith("^")
