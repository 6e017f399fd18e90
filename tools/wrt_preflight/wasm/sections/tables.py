"""Table section (4)."""

from __future__ import annotations

from ..cursor import Cursor
from ..instructions import constant_expression
from ..module import Module, Table
from ..typecodes import table_type

WITH_INITIALIZER = 0x40


def _table(cursor: Cursor) -> Table:
    if cursor.pos < cursor.end and cursor.data[cursor.pos] == WITH_INITIALIZER:
        cursor.u8("a table")
        cursor.flag_byte("a reserved byte", (0,))
        return Table(table_type(cursor), constant_expression(cursor))
    return Table(table_type(cursor), None)


def read(cursor: Cursor, module: Module) -> None:
    module.tables = cursor.vector("tables", lambda: _table(cursor))
