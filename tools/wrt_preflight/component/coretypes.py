"""Core type definitions of a component: function types, module types, and all others skipped over.

A component's core types only describe imported modules and the functions of threads, so types of
the garbage collection proposal are read past, not refused.
"""

from __future__ import annotations

from .cursor import Cursor
from .tree import (
    CoreExportDecl,
    CoreExtern,
    CoreImportDecl,
    CoreModuleTypeDef,
    CoreTypeDef,
    OuterAlias,
)

_NUMBERS = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128"}
_HEAPS = {
    0x74: "noexn",
    0x73: "nofunc",
    0x72: "noextern",
    0x71: "none",
    0x70: "func",
    0x6F: "extern",
    0x6E: "any",
    0x6D: "eq",
    0x6C: "i31",
    0x6B: "struct",
    0x6A: "array",
    0x69: "exn",
    0x68: "cont",
    0x75: "nocont",
}
_KINDS = ("func", "table", "memory", "global", "tag")


def _heap_type(cursor: Cursor) -> str:
    start = cursor.offset
    if cursor.peek() == 0x65:  # shared
        cursor.u8("shared")
        return "shared " + _heap_type(cursor)
    number = cursor.s33("a heap type")
    if number >= 0:
        return str(number)
    if number + 0x80 not in _HEAPS:
        cursor.fail("expected a heap type", start)
    return _HEAPS[number + 0x80]


def read_core_valtype(cursor: Cursor) -> str:
    """A core value type as text, for example "i32" or "(ref null func)"."""
    start = cursor.offset
    byte = cursor.peek()
    if byte == 0x65:
        return f"(ref null {_heap_type(cursor)})"
    cursor.u8("a core value type")
    if byte in _NUMBERS:
        return _NUMBERS[byte]
    if byte in _HEAPS:
        return f"{_HEAPS[byte]}ref"
    if byte in (0x63, 0x64):
        return f"(ref {'null ' if byte == 0x63 else ''}{_heap_type(cursor)})"
    cursor.fail(f"expected a core value type, found 0x{byte or 0:02x}", start)


def _field(cursor: Cursor) -> None:
    if cursor.peek() in (0x78, 0x77):
        cursor.u8("a packed type")
    else:
        read_core_valtype(cursor)
    cursor.flag("const or mut")


def _composite(cursor: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Parameter and result types of a function type, None for a struct or array."""
    start = cursor.offset
    form = cursor.u8("a composite type")
    if form == 0x65:  # shared
        return _composite(cursor)
    if form == 0x60:
        params = cursor.vector("parameter types", read_core_valtype)
        return params, cursor.vector("result types", read_core_valtype)
    if form == 0x5F:
        cursor.vector("fields", _field)
        return None
    if form == 0x5E:
        _field(cursor)
        return None
    cursor.fail(f"expected a core function, struct or array type, found 0x{form:02x}", start)


def _subtype(cursor: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if cursor.peek() in (0x50, 0x4F):
        cursor.u8("a subtype")
        cursor.vector("supertypes", lambda c: c.u32("a core type index"))
    return _composite(cursor)


def _rectype(cursor: Cursor, start: int) -> CoreTypeDef:
    if cursor.peek() == 0x4E:
        cursor.u8("a recursion group")
        cursor.vector("types", _subtype)
        return CoreTypeDef(None, None, start, cursor.offset)
    func = _subtype(cursor)
    params, results = func if func else (None, None)
    return CoreTypeDef(params, results, start, cursor.offset)


def _limits(cursor: Cursor) -> None:
    start = cursor.offset
    flags = cursor.u8("limits")
    if flags > 0x0F:
        cursor.fail(f"expected the flags of limits (0x00 to 0x0f), found 0x{flags:02x}", start)
    bits = 64 if flags & 4 else 32
    cursor.unsigned(bits, "a minimum")
    if flags & 1:
        cursor.unsigned(bits, "a maximum")
    if flags & 8:
        cursor.u32("a page size")


def read_core_extern(cursor: Cursor) -> CoreExtern:
    start = cursor.offset
    kind = cursor.u8("the kind of a core import or export")
    if kind >= len(_KINDS):
        cursor.fail(f"expected the kind of a core import or export, found 0x{kind:02x}", start)
    index = None
    if kind == 0:
        index = cursor.u32("a core type index")
    elif kind == 1:
        read_core_valtype(cursor)
        _limits(cursor)
    elif kind == 2:
        _limits(cursor)
    elif kind == 3:
        read_core_valtype(cursor)
        cursor.flag("const or mut")
    else:
        cursor.expect(0x00, "exception")
        index = cursor.u32("a core type index")
    return CoreExtern(_KINDS[kind], index, start, cursor.offset)


def _module_declaration(
    cursor: Cursor,
) -> CoreTypeDef | CoreImportDecl | CoreExportDecl | OuterAlias:
    start = cursor.offset
    kind = cursor.u8("a declaration of a module type")
    if kind == 0x00:
        module = cursor.name("a module name")
        name = cursor.name("an import name")
        return CoreImportDecl(module, name, read_core_extern(cursor), start)
    if kind == 0x01:
        return _rectype(cursor, cursor.offset)
    if kind == 0x02:
        # core:alias has a core sort where a component's alias has a sort.
        cursor.expect(0x10, "core type")
        cursor.expect(0x01, "outer alias")
        count = cursor.u32("the number of scopes to go out")
        return OuterAlias("core type", count, cursor.u32("a core type index"), start)
    if kind == 0x03:
        name = cursor.name("an export name")
        return CoreExportDecl(name, read_core_extern(cursor), start)
    cursor.fail(
        f"expected a declaration of a module type (0x00 to 0x03), found 0x{kind:02x}", start
    )


def read_core_type(cursor: Cursor) -> CoreTypeDef | CoreModuleTypeDef:
    """`core:deftype`. 0x50 is a module type; a non-final subtype is written 0x00 0x50."""
    start = cursor.offset
    if cursor.peek() == 0x50:
        cursor.u8("a module type")
        return CoreModuleTypeDef(cursor.vector("declarations", _module_declaration), start)
    if cursor.peek() == 0x00:
        cursor.u8("a non-final subtype")
        if cursor.peek() != 0x50:
            cursor.fail("expected 0x50 (a non-final subtype) behind 0x00")
    return _rectype(cursor, start)
