"""Checks the bytes of value definitions against their type (Binary.md, Value Definitions)."""

from __future__ import annotations

import struct

from . import types
from .cursor import Cursor

_FLOATS = {"f32": ("<f", b"\x00\x00\xc0\x7f"), "f64": ("<d", b"\0\0\0\0\0\0\xf8\x7f")}
_BYTES = {"u8": 1, "s8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "u64": 8, "s64": 8}


def check_literal(cursor: Cursor, t: types.ValType) -> None:
    """Reads one value of type t. Raises ReadError where the bytes are none."""
    start = cursor.offset
    match t:
        case types.Primitive(name=name):
            _primitive(cursor, name)
        case types.Record() | types.Tuple():
            for child in t.children():
                check_literal(cursor, child)
        case types.Option() | types.Result():
            some = cursor.flag("a case")
            ok, error = (None, t.some) if isinstance(t, types.Option) else (t.ok, t.error)
            payload = error if some else ok
            if payload:
                check_literal(cursor, payload)
        case types.Variant() | types.Enum():
            cases = types.despecialize(t).cases
            number = cursor.u32("a case")
            if number >= len(cases):
                cursor.fail(f"expected a case below {len(cases)}, found {number}", start)
            if cases[number][1]:
                check_literal(cursor, cases[number][1])
        case types.List(element=element, length=None):
            cursor.vector("elements", lambda c: check_literal(c, element))
        case types.Flags(labels=labels):
            bits = int.from_bytes(cursor.bytes(-(-len(labels) // 8), "flags"), "little")
            if bits >> len(labels):
                cursor.fail(f"expected {len(labels)} flags, found more bits set", start)
        case _:
            cursor.fail(f"a {type(t).__name__.lower()} cannot be written as a value", start)


def _primitive(cursor: Cursor, name: str) -> None:
    start = cursor.offset
    if name == "bool":
        cursor.flag("a bool")
    elif name in _BYTES:
        cursor.bytes(_BYTES[name], name)
    elif name in _FLOATS:
        code, nan = _FLOATS[name]
        data = cursor.bytes(struct.calcsize(code), name)
        (value,) = struct.unpack(code, data)
        if value != value and data != nan:
            cursor.fail(f"expected the canonical NaN {nan.hex(' ')}, found {data.hex(' ')}", start)
    elif name == "char":
        lead = cursor.peek() or 0
        size = 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        data = cursor.bytes(size, "a char")
        try:
            data.decode()
        except UnicodeDecodeError:
            cursor.fail(f"expected a char in UTF-8, found {data.hex(' ')}", start)
    elif name == "string":
        cursor.name("a string")
    else:
        cursor.fail(f"an {name} cannot be written as a value", start)
