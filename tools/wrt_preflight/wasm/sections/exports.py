"""Export section (7)."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import KINDS, Export, Module


def read(cursor: Cursor, module: Module) -> None:
    for _ in range(cursor.count("exports")):
        offset = cursor.pos + cursor.base
        name = cursor.name("an export's name")
        kind = KINDS[cursor.flag_byte("an export kind", (0, 1, 2, 3, 4))]
        module.exports.append(Export(name, kind, cursor.u32(f"a {kind} index"), offset))
