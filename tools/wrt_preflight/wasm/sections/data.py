"""Data section (11)."""

from __future__ import annotations

from ..cursor import Cursor
from ..instructions import constant_expression
from ..module import Data, Module

PASSIVE, WITH_MEMORY = 1, 2


def _data(cursor: Cursor) -> Data:
    start = cursor.pos
    flags = cursor.u32("a data segment")
    if flags > 2:
        cursor.fail(f"expected a data segment (0, 1 or 2), found {flags}", start)
    memory = position = None
    if flags != PASSIVE:
        memory = cursor.u32("a memory index") if flags == WITH_MEMORY else 0
        position = constant_expression(cursor)
    data = cursor.bytes(cursor.u32("the size of a data segment"), "data")
    mode = "passive" if flags == PASSIVE else "active"
    return Data(mode, memory, position, data, start + cursor.base)


def read(cursor: Cursor, module: Module) -> None:
    module.datas = cursor.vector("data segments", lambda: _data(cursor))
