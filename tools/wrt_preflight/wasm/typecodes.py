"""Decoding of types (spec: Binary Format, Types). Types that we do not run are a ProfileError."""

from __future__ import annotations

from typing import NoReturn

from ..errors import ProfileError
from .cursor import Cursor
from .types import GlobalType, Limits, MemoryType, RefType, TableType, ValType

NUMBERS = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64"}
HEAPS = {
    0x70: "func",
    0x6F: "extern",
    0x69: "exn",
    0x73: "nofunc",
    0x72: "noextern",
    0x74: "noexn",
}
REF, REF_NULL = 0x64, 0x63
# Shared-everything threads: in front of a shared type. On one hart that is the type itself.
SHARED_TYPE = 0x65
V128 = 0x7B

# Heap types, composite types and their prefixes that belong to proposals we do not run.
FOREIGN = {
    0x71: ("none", "garbage collection"),
    0x6E: ("any", "garbage collection"),
    0x6D: ("eq", "garbage collection"),
    0x6C: ("i31", "garbage collection"),
    0x6B: ("struct", "garbage collection"),
    0x6A: ("array", "garbage collection"),
    0x68: ("cont", "stack switching"),
    0x75: ("nocont", "stack switching"),
    0x62: ("exact", "custom descriptors"),
}

_SHORTHAND = {code: RefType(True, heap) for code, heap in HEAPS.items()}


def unsupported(cursor: Cursor, what: str, proposal: str, at: int) -> NoReturn:
    """Raise ProfileError: valid WebAssembly, but of a proposal that wrt-micro does not run."""
    raise ProfileError(
        f"found {what}, which is part of {proposal}; wrt-micro does not run {proposal}",
        file=cursor.file,
        offset=at + cursor.base,
        hint=f"compile without {proposal}",
    )


def _foreign(cursor: Cursor, code: int, at: int) -> None:
    if code in FOREIGN:
        name, proposal = FOREIGN[code]
        unsupported(cursor, f"the type {name}", proposal, at)


def skip_shared(cursor: Cursor) -> None:
    """Reads past the byte that makes a type a shared one, if it is there."""
    if cursor.pos < cursor.end and cursor.data[cursor.pos] == SHARED_TYPE:
        cursor.u8("shared")


def heap_type(cursor: Cursor) -> str | int:
    """An abstract heap type by its name, or a type index."""
    skip_shared(cursor)
    start = cursor.pos
    value = cursor.signed(33, "a heap type")
    if value >= 0:
        return value
    code = value & 0x7F
    if cursor.pos == start + 1:
        if code in HEAPS:
            return HEAPS[code]
        _foreign(cursor, code, start)
    cursor.fail(f"expected a heap type, found {value}", start)


def _reference(cursor: Cursor, code: int) -> RefType | None:
    if code == SHARED_TYPE:
        return RefType(True, heap_type(cursor))
    if code in _SHORTHAND:
        return _SHORTHAND[code]
    if code == REF or code == REF_NULL:
        return RefType(code == REF_NULL, heap_type(cursor))
    _foreign(cursor, code, cursor.pos - 1)
    return None


def ref_type(cursor: Cursor) -> RefType:
    """A reference type."""
    code = cursor.u8("a reference type")
    found = _reference(cursor, code)
    if found is None:
        cursor.fail(f"expected a reference type, found 0x{code:02x}", cursor.pos - 1)
    return found


def value_type(cursor: Cursor) -> ValType:
    """A number type by its name, or a RefType."""
    code = cursor.u8("a value type")
    if code in NUMBERS:
        return NUMBERS[code]
    if code == V128:
        unsupported(cursor, "the type v128", "SIMD", cursor.pos - 1)
    found = _reference(cursor, code)
    if found is None:
        cursor.fail(f"expected a value type, found 0x{code:02x}", cursor.pos - 1)
    return found


def value_types(cursor: Cursor, what: str) -> tuple[ValType, ...]:
    return tuple(cursor.vector(what, lambda: value_type(cursor)))


def block_type(cursor: Cursor) -> ValType | int | None:
    """None: no parameters, no results. A value type: one result. An int: index of a type."""
    byte = cursor.u8("a block type")
    if byte == 0x40:
        return None
    cursor.pos -= 1
    if byte & 0xC0 == 0x40:
        return value_type(cursor)
    start = cursor.pos
    index = cursor.signed(33, "a block type")
    if index < 0:
        cursor.fail(f"expected a block type, found {index}", start)
    return index


HAS_MAXIMUM, SHARED, IS_64, HAS_PAGE_SIZE = 1, 2, 4, 8


def _limits(cursor: Cursor, flags: int, unit: str) -> Limits:
    bits = 64 if flags & IS_64 else 32
    minimum = cursor.unsigned(bits, f"a minimum of {unit}")
    maximum = cursor.unsigned(bits, f"a maximum of {unit}") if flags & HAS_MAXIMUM else None
    return Limits(minimum, maximum)


def table_type(cursor: Cursor) -> TableType:
    element = ref_type(cursor)
    flags = cursor.u8("table limits")
    if flags & ~(HAS_MAXIMUM | SHARED | IS_64):
        cursor.fail(f"expected table limits, found flags 0x{flags:02x}", cursor.pos - 1)
    return TableType(element, _limits(cursor, flags, "elements"), bool(flags & IS_64))


def memory_type(cursor: Cursor) -> MemoryType:
    flags = cursor.u8("memory limits")
    if flags > 0x0F:
        cursor.fail(f"expected memory limits, found flags 0x{flags:02x}", cursor.pos - 1)
    limits = _limits(cursor, flags, "pages")
    page_shift = 16
    if flags & HAS_PAGE_SIZE:
        start = cursor.pos
        page_shift = cursor.u32("a page size")
        if page_shift not in (0, 16):
            cursor.fail(
                f"expected a page size of 1 or 65536 bytes (2^0 or 2^16), found 2^{page_shift}",
                start,
            )
    return MemoryType(limits, bool(flags & IS_64), bool(flags & SHARED), page_shift)


def global_type(cursor: Cursor) -> GlobalType:
    value = value_type(cursor)
    return GlobalType(value, cursor.flag_byte("mutability", (0, 1)) == 1)


def tag_type(cursor: Cursor) -> int:
    """The type index of a tag."""
    cursor.flag_byte("a tag attribute", (0,))
    return cursor.u32("a type index")
