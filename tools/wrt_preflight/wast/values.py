"""Values of core scripts as the 32-bit words that frames hold.

An i32 or f32 is one word, an i64 or f64 two (low first), a reference one (0 = null). Host
reference n is the word n + 1. An expected word is one of:
    an int          the word must be equal
    [mask, value]   the word must equal value in the bits of mask
    []              the word must not be 0 (some function, some exception)
"""

from __future__ import annotations

Word = int
Pattern = int | list[int]

_WIDE = ("i64", "f64")
_ALL = 0xFFFFFFFF

# One sign bit, whatever it is; quiet bit and exponent set; the rest clear (canonical) or not.
_NAN = {
    ("f32", "nan:canonical"): [[0x7FFFFFFF, 0x7FC00000]],
    ("f32", "nan:arithmetic"): [[0x7FC00000, 0x7FC00000]],
    ("f64", "nan:canonical"): [0, [0x7FFFFFFF, 0x7FF80000]],
    ("f64", "nan:arithmetic"): [[0, 0], [0x7FF80000, 0x7FF80000]],
}


def _number(kind: str, value: str) -> list[Word]:
    bits = int(value)
    return [bits & _ALL, bits >> 32 & _ALL] if kind in _WIDE else [bits & _ALL]


def _is_number(kind: str) -> bool:
    return kind in ("i32", "i64", "f32", "f64")


def words(value: dict) -> list[Word]:
    """The words of an argument. Raises ValueError for a value that has none of its own."""
    kind, text = value["type"], value.get("value")
    if _is_number(kind):
        return _number(kind, text)
    if text == "null" or kind == "refnull":
        return [0]
    if kind == "externref" and text is not None:
        return [int(text) + 1]
    raise ValueError(f"a script cannot pass a {kind}")


def patterns(value: dict) -> list[Pattern]:
    """The words that an expected value allows."""
    kind, text = value["type"], value.get("value")
    if (kind, text) in _NAN:
        return _NAN[kind, text]
    if kind in ("funcref", "exnref", "externref") and text is None:
        return [[]]
    return words(value)


def alternatives(expected: list[dict]) -> list[list[Pattern]]:
    """Every list of words that the results may be; more than one where `either` is used."""
    lists: list[list[Pattern]] = [[]]
    for value in expected:
        choices = value["values"] if value["type"] == "either" else [value]
        lists = [known + patterns(choice) for known in lists for choice in choices]
    return lists
