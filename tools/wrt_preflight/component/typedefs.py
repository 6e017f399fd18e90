"""Type definitions (Binary.md, Type Definitions): value, function, component, instance, resource.

Types nest in component and instance types only, so a depth limit keeps a hostile file from
exhausting the stack of this tool.
"""

from __future__ import annotations

from .aliases import read_alias
from .coretypes import read_core_type, read_core_valtype
from .cursor import Cursor
from .sorts import read_attributes, read_extern_type, read_valtype
from .tree import (
    PRIMITIVES,
    BorrowDef,
    ComponentTypeDef,
    CoreType,
    Declaration,
    DefType,
    EnumDef,
    ExportDecl,
    FlagsDef,
    FuncDef,
    FutureDef,
    Import,
    InstanceTypeDef,
    ListDef,
    MapDef,
    OptionDef,
    OwnDef,
    PrimitiveDef,
    RecordDef,
    ResourceDef,
    ResultDef,
    StreamDef,
    TupleDef,
    Type,
    ValTypeRef,
    VariantDef,
)

MAX_DEPTH = 100


def _labelled(cursor: Cursor) -> tuple[str, ValTypeRef]:
    label = cursor.name("a label")
    return label, read_valtype(cursor)


def _case(cursor: Cursor) -> tuple[str, ValTypeRef | None]:
    label = cursor.name("the label of a case")
    payload = cursor.optional("a payload type", read_valtype)
    cursor.expect(0x00, "end of the case")
    return label, payload


def _label(cursor: Cursor) -> str:
    return cursor.name("a label")


def _not_empty(cursor: Cursor, items: tuple, start: int, what: str, most: int = 1 << 32) -> tuple:
    if not 0 < len(items) <= most:
        cursor.fail(f"a {what} type cannot have {len(items)} members", start)
    return items


def read_result(cursor: Cursor) -> ValTypeRef | None:
    """`resultlist`: the result type of a function, or None."""
    if cursor.flag("one result or none"):
        cursor.expect(0x00, "no results")
        return None
    return read_valtype(cursor)


def read_type(cursor: Cursor, depth: int = 0) -> DefType:
    start = cursor.offset
    code = cursor.u8("a type definition")
    if code in PRIMITIVES:
        return PrimitiveDef(PRIMITIVES[code], start)
    match code:
        case 0x72:
            fields = cursor.vector("fields", _labelled)
            return RecordDef(_not_empty(cursor, fields, start, "record"), start)
        case 0x71:
            cases = cursor.vector("cases", _case)
            return VariantDef(_not_empty(cursor, cases, start, "variant"), start)
        case 0x70:
            return ListDef(read_valtype(cursor), None, start)
        case 0x67:
            element = read_valtype(cursor)
            length = cursor.u32("the length of a list")
            if length == 0:
                cursor.fail("a fixed-length list cannot have length 0", start)
            return ListDef(element, length, start)
        case 0x6F:
            types = cursor.vector("types", read_valtype)
            return TupleDef(_not_empty(cursor, types, start, "tuple"), start)
        case 0x6E:
            labels = cursor.vector("labels", _label)
            return FlagsDef(_not_empty(cursor, labels, start, "flags", 32), start)
        case 0x6D:
            labels = cursor.vector("labels", _label)
            return EnumDef(_not_empty(cursor, labels, start, "enum"), start)
        case 0x6B:
            return OptionDef(read_valtype(cursor), start)
        case 0x6A:
            ok = cursor.optional("an ok type", read_valtype)
            return ResultDef(ok, cursor.optional("an error type", read_valtype), start)
        case 0x69:
            return OwnDef(cursor.u32("a type index"), start)
        case 0x68:
            return BorrowDef(cursor.u32("a type index"), start)
        case 0x66:
            return StreamDef(cursor.optional("an element type", read_valtype), start)
        case 0x65:
            return FutureDef(cursor.optional("an element type", read_valtype), start)
        case 0x63:
            key = read_valtype(cursor)
            return MapDef(key, read_valtype(cursor), start)
        case 0x40 | 0x43:
            params = cursor.vector("parameters", _labelled)
            return FuncDef(params, read_result(cursor), code == 0x43, start)
        case 0x41 | 0x42:
            if depth >= MAX_DEPTH:
                cursor.fail(f"component and instance types nest more than {MAX_DEPTH} deep", start)
            form = ComponentTypeDef if code == 0x41 else InstanceTypeDef
            declarations = cursor.vector(
                "declarations", lambda c: _declaration(c, code == 0x41, depth + 1)
            )
            return form(declarations, start)
        case 0x3F:
            rep = read_core_valtype(cursor)
            dtor = cursor.optional("a destructor", lambda c: c.u32("a core function index"))
            return ResourceDef(rep, dtor, start)
    cursor.fail(f"expected a type definition, found 0x{code:02x}", start)


def _declaration(cursor: Cursor, component: bool, depth: int) -> Declaration:
    start = cursor.offset
    kind = cursor.u8("a declaration")
    if kind == 0x00:
        return CoreType(read_core_type(cursor), start)
    if kind == 0x01:
        return Type(read_type(cursor, depth), start)
    if kind == 0x02:
        return read_alias(cursor)
    if kind == 0x03 and component:
        name = read_attributes(cursor)
        return Import(name, read_extern_type(cursor), start)
    if kind == 0x04:
        name = read_attributes(cursor)
        return ExportDecl(name, read_extern_type(cursor), start)
    where = "a component type" if component else "an instance type"
    cursor.fail(f"expected a declaration of {where}, found 0x{kind:02x}", start)
