"""Import section (2)."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import KINDS, Import, Module
from ..typecodes import global_type, memory_type, table_type, tag_type

_TYPES = {"table": table_type, "memory": memory_type, "global": global_type, "tag": tag_type}


def read(cursor: Cursor, module: Module) -> None:
    for _ in range(cursor.count("imports")):
        offset = cursor.pos + cursor.base
        source = cursor.name("an import's module name")
        name = cursor.name("an import's name")
        kind = KINDS[cursor.flag_byte("an import kind", (0, 1, 2, 3, 4))]
        type = cursor.u32("a type index") if kind == "func" else _TYPES[kind](cursor)
        module.imports.append(Import(source, name, kind, type, offset))
