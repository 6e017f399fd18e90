"""Sorts, sort indices, names with attributes, and extern types (Binary.md)."""

from __future__ import annotations

from .cursor import Cursor
from .tree import CORE_SORTS, PRIMITIVES, SORTS, Attributes, ExternType, SortIndex, ValTypeRef

# What a name is the name of, where it is one that a component has for something outside of it.
EXTERN_NAME = "an import or export name"
ARGUMENT_NAME = "the name of an argument"
EXPORT_NAME = "an export name"
IMPLEMENTS = "the name of an interface"


def read_core_sort(cursor: Cursor) -> str:
    start = cursor.offset
    byte = cursor.u8("a core sort")
    if byte not in CORE_SORTS:
        cursor.fail(f"expected a core sort, found 0x{byte:02x}", start)
    return CORE_SORTS[byte]


def read_sort(cursor: Cursor) -> str:
    start = cursor.offset
    byte = cursor.u8("a sort")
    if byte == 0:
        return read_core_sort(cursor)
    if byte not in SORTS:
        cursor.fail(f"expected a sort, found 0x{byte:02x}", start)
    return SORTS[byte]


def read_core_sort_index(cursor: Cursor) -> SortIndex:
    start = cursor.offset
    sort = read_core_sort(cursor)
    return SortIndex(sort, cursor.u32(f"a {sort} index"), start)


def read_sort_index(cursor: Cursor) -> SortIndex:
    start = cursor.offset
    sort = read_sort(cursor)
    return SortIndex(sort, cursor.u32(f"a {sort} index"), start)


def read_attributes(cursor: Cursor) -> Attributes:
    """`nameattributes`: a name, and behind 0x02 its attributes, each kind at most once."""
    start = cursor.offset
    form = cursor.u8("a name form (0x00 to 0x02)")
    if form > 2:
        cursor.fail(f"expected a name form (0x00 to 0x02), found 0x{form:02x}", start)
    name = cursor.name(EXTERN_NAME)
    found: dict[str, str] = {}
    for _ in range(cursor.u32("the number of attributes") if form == 2 else 0):
        at = cursor.offset
        kind = cursor.u8("an attribute kind")
        if kind > 2:
            cursor.fail(f"expected an attribute kind (0x00 to 0x02), found 0x{kind:02x}", at)
        key = ("implements", "version_suffix", "external_id")[kind]
        if key in found:
            cursor.fail(f'the name "{name}" has two {key.replace("_", "-")} attributes', at)
        found[key] = cursor.name(IMPLEMENTS if key == "implements" else "an attribute")
    return Attributes(name, start, cursor.offset, **found)


def read_valtype(cursor: Cursor) -> ValTypeRef:
    """A value type in place: a type index or a primitive type."""
    start = cursor.offset
    number = cursor.s33("a value type")
    if number >= 0:
        return number
    name = PRIMITIVES.get(number + 0x80)
    if name is None:
        cursor.fail("expected a primitive type or a type index", start)
    return name


def read_extern_type(cursor: Cursor) -> ExternType:
    start = cursor.offset
    kind = cursor.u8("the kind of an import or export")
    if kind == 0x00:
        cursor.expect(0x11, "core module")
        return ExternType("core module", cursor.u32("a core type index"), start)
    if kind == 0x02:
        if cursor.bare_values:
            return ExternType("value", None, start, read_valtype(cursor))
        if cursor.flag("equal to a value, or of a type"):
            return ExternType("value", None, start, read_valtype(cursor))
        return ExternType("value", cursor.u32("a value index"), start)
    if kind == 0x03:
        if cursor.flag("equal to a type, or a resource"):
            return ExternType("type", None, start)
        return ExternType("type", cursor.u32("a type index"), start)
    sort = SORTS.get(kind)
    if sort is None:
        cursor.fail(f"expected the kind of an import or export, found 0x{kind:02x}", start)
    return ExternType(sort, cursor.u32(f"the type index of a {sort}"), start)
