"""Alignment, size and flat types, against tables worked out by hand from CanonicalABI.md."""

from __future__ import annotations

import pytest

from wrt_preflight.component import types
from wrt_preflight.component.layout import (
    MAX_FLAT,
    alignment,
    elem_size,
    flatten_functype,
    flatten_type,
    payload_offset,
    record_layout,
)
from wrt_preflight.component.types import (
    PRIMITIVES,
    Enum,
    Flags,
    FuncType,
    List,
    Map,
    Option,
    Record,
    Result,
    Tuple,
    ValType,
    Variant,
    despecialize,
    equal,
)

U8, U16, U32, U64, F32, F64, CHAR, STRING, BOOL, S8 = (
    PRIMITIVES[name]
    for name in ("u8", "u16", "u32", "u64", "f32", "f64", "char", "string", "bool", "s8")
)
RESOURCE = types.ResourceType(None, None)


def labels(count: int) -> tuple[str, ...]:
    return tuple(f"l{i}" for i in range(count))


def variant(*payloads: ValType | None) -> Variant:
    return Variant(tuple(zip(labels(len(payloads)), payloads, strict=True)))


TABLE = [
    # type, (alignment, size) for pointers of 4 and of 8 bytes, flat types for pointers of 4
    (BOOL, (1, 1), (1, 1), "i32"),
    (S8, (1, 1), (1, 1), "i32"),
    (U16, (2, 2), (2, 2), "i32"),
    (U64, (8, 8), (8, 8), "i64"),
    (F32, (4, 4), (4, 4), "f32"),
    (F64, (8, 8), (8, 8), "f64"),
    (CHAR, (4, 4), (4, 4), "i32"),
    (STRING, (4, 8), (8, 16), "i32 i32"),
    (PRIMITIVES["error-context"], (4, 4), (4, 4), "i32"),
    (List(U64, None), (4, 8), (8, 16), "i32 i32"),
    (List(U16, 3), (2, 6), (2, 6), "i32 i32 i32"),
    (List(STRING, 2), (4, 16), (8, 32), "i32 i32 i32 i32"),
    (Map(STRING, U8), (4, 8), (8, 16), "i32 i32"),
    (Tuple((U8, U64, U8)), (8, 24), (8, 24), "i32 i64 i32"),
    (Record((("a", U8), ("b", STRING))), (4, 12), (8, 24), "i32 i32 i32"),
    (Enum(labels(2)), (1, 1), (1, 1), "i32"),
    (Enum(labels(256)), (1, 1), (1, 1), "i32"),
    (Enum(labels(257)), (2, 2), (2, 2), "i32"),
    (Enum(labels(65536)), (2, 2), (2, 2), "i32"),
    (Enum(labels(65537)), (4, 4), (4, 4), "i32"),
    (Flags(labels(8)), (1, 1), (1, 1), "i32"),
    (Flags(labels(9)), (2, 2), (2, 2), "i32"),
    (Flags(labels(17)), (4, 4), (4, 4), "i32"),
    (Option(U8), (1, 2), (1, 2), "i32 i32"),
    (Option(U64), (8, 16), (8, 16), "i32 i64"),
    (Result(None, None), (1, 1), (1, 1), "i32"),
    (Result(U32, STRING), (4, 12), (8, 24), "i32 i32 i32"),
    (variant(U8, F32), (4, 8), (4, 8), "i32 i32"),
    (variant(F32, F32), (4, 8), (4, 8), "i32 f32"),
    (variant(F32, F64), (8, 16), (8, 16), "i32 i64"),
    (variant(U32, U64), (8, 16), (8, 16), "i32 i64"),
    (variant(None, Tuple((F32, F64)), STRING), (8, 24), (8, 24), "i32 i32 i64"),
    (types.Own(RESOURCE), (4, 4), (4, 4), "i32"),
    (types.Borrow(RESOURCE), (4, 4), (4, 4), "i32"),
    (types.Stream(U8), (4, 4), (4, 4), "i32"),
    (types.Future(None), (4, 4), (4, 4), "i32"),
]


@pytest.mark.parametrize(("t", "in32", "in64", "flat"), TABLE, ids=lambda v: type(v).__name__)
def test_layout(t: ValType, in32, in64, flat) -> None:
    assert (alignment(t, 4), elem_size(t, 4)) == in32
    assert (alignment(t, 8), elem_size(t, 8)) == in64
    assert " ".join(flatten_type(t, 4)) == flat


def test_pointers_are_wide_in_a_64_bit_memory() -> None:
    assert flatten_type(STRING, 8) == ("i64", "i64")
    assert flatten_type(variant(STRING, U8), 8) == ("i32", "i64", "i64")


def test_offsets() -> None:
    assert record_layout(Tuple((U8, U32, U16)), 4) == ((0, 4, 8), 12)
    assert payload_offset(variant(U64, None), 4) == 8
    assert payload_offset(Enum(labels(300)), 4) == 2


def test_despecialize() -> None:
    assert equal(despecialize(Map(U8, STRING)), List(Tuple((U8, STRING)), None))
    assert despecialize(Option(U8)).cases == (("none", None), ("some", U8))
    assert despecialize(Result(None, U8)).cases == (("ok", None), ("error", U8))


def test_equality_is_structural_but_resources_are_themselves() -> None:
    assert equal(Tuple((U8, Option(STRING))), Tuple((U8, Option(STRING))))
    assert not equal(Tuple((U8, U8)), Tuple((U8, U16)))
    assert not equal(Record((("a", U8),)), Record((("b", U8),)))
    assert not equal(List(U8, 2), List(U8, 3))
    other = types.ResourceType(None, None)
    assert not equal(types.Own(RESOURCE), types.Own(other))
    assert equal(types.Own(RESOURCE), types.Own(RESOURCE))


def test_long_types_are_cut_not_unfolded() -> None:
    huge = List(List(U64, 1 << 13), 1 << 12)
    assert elem_size(huge, 4) == 1 << 28
    assert len(flatten_type(huge, 4)) == MAX_FLAT
    nested: ValType = U8
    for _ in range(60):  # 2**60 members, if they were written out
        nested = Tuple((nested, nested))
    assert len(flatten_type(nested, 4)) == MAX_FLAT


def functype(params: int, result: ValType | None = None) -> FuncType:
    return FuncType(tuple((label, U64) for label in labels(params)), result)


@pytest.mark.parametrize(
    ("ft", "context", "async_", "params", "results"),
    [
        (functype(16, U8), "lift", False, ["i64"] * 16, ["i32"]),
        (functype(17), "lift", False, ["i32"], []),
        (functype(1, STRING), "lift", False, ["i64"], ["i32"]),
        (functype(1, STRING), "lower", False, ["i64", "i32"], []),
        (functype(17, STRING), "lower", False, ["i32", "i32"], []),
        (functype(4, U8), "lower", True, ["i64"] * 4 + ["i32"], ["i32"]),
        (functype(5), "lower", True, ["i32"], ["i32"]),
        (functype(5, U8), "lift", True, ["i64"] * 5, []),
    ],
)
def test_flatten_functype(ft, context, async_, params, results) -> None:
    assert flatten_functype(ft, context, 4, async_) == (tuple(params), tuple(results))


def test_flatten_functype_with_callback_and_64_bit_pointers() -> None:
    assert flatten_functype(functype(0), "lift", 4, True, True) == ((), ("i32",))
    assert flatten_functype(functype(17, STRING), "lower", 8) == (("i64", "i64"), ())
