"""Alias definitions (Binary.md, Alias Definitions)."""

from __future__ import annotations

from .cursor import Cursor
from .sorts import EXPORT_NAME, read_sort
from .tree import Alias, CoreExportAlias, ExportAlias, OuterAlias

_OUTER_SORTS = ("core module", "core type", "type", "component")


def read_alias(cursor: Cursor) -> Alias:
    start = cursor.offset
    sort = read_sort(cursor)
    at = cursor.offset
    kind = cursor.u8("the kind of an alias")
    if kind == 0x00:
        index = cursor.u32("an instance index")
        return ExportAlias(sort, index, cursor.name(EXPORT_NAME), start)
    if kind == 0x01:
        index = cursor.u32("a core instance index")
        return CoreExportAlias(sort, index, cursor.name("a core export name"), start)
    if kind == 0x02:
        if sort not in _OUTER_SORTS:
            cursor.fail(f"an outer alias cannot reach a {sort}", start)
        count = cursor.u32("the number of scopes to go out")
        return OuterAlias(sort, count, cursor.u32(f"a {sort} index"), start)
    cursor.fail(f"expected the kind of an alias (0x00 to 0x02), found 0x{kind:02x}", at)
