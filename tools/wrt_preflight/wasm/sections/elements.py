"""Element section (9)."""

from __future__ import annotations

from ...ops.instructions import BY_NAME
from ..cursor import Cursor
from ..instructions import constant_expression
from ..module import Element, Expr, Module
from ..typecodes import ref_type
from ..types import FUNCREF, RefType

# Bits of the segment's first integer.
NOT_ACTIVE, TABLE_OR_DECLARATIVE, EXPRESSIONS = 1, 2, 4

REF_FUNC = BY_NAME["ref.func"]


def _function(cursor: Cursor) -> Expr:
    offset = cursor.pos + cursor.base
    return [(offset, REF_FUNC, (cursor.u32("a function index"),))]


def _element(cursor: Cursor) -> Element:
    start = cursor.pos
    flags = cursor.u32("an element segment")
    if flags > 7:
        cursor.fail(f"expected an element segment (0 to 7), found {flags}", start)
    table = position = None
    if flags & NOT_ACTIVE:
        mode = "declarative" if flags & TABLE_OR_DECLARATIVE else "passive"
    else:
        mode = "active"
        table = cursor.u32("a table index") if flags & TABLE_OR_DECLARATIVE else 0
        position = constant_expression(cursor)
    typed = flags & (NOT_ACTIVE | TABLE_OR_DECLARATIVE)
    if flags & EXPRESSIONS:
        type = ref_type(cursor) if typed else FUNCREF
        items = cursor.vector("elements", lambda: constant_expression(cursor))
    else:
        if typed:
            cursor.flag_byte("an element kind", (0,))
        type = RefType(False, "func")
        items = cursor.vector("elements", lambda: _function(cursor))
    return Element(mode, table, position, type, items, start + cursor.base)


def read(cursor: Cursor, module: Module) -> None:
    module.elements = cursor.vector("element segments", lambda: _element(cursor))
