"""Name section (custom section "name"): names for people.

Debug information is no reason to refuse a module, so damage ends the reading, without an error:
what was read up to there stays.
"""

from __future__ import annotations

from ...errors import ReadError
from ..cursor import Cursor
from ..module import Module

MODULE, LOCALS = 0, 2
# Subsection -> attribute of Names: the index spaces that are named one by one.
SPACES = {1: "functions", 5: "tables", 6: "memories", 7: "globals", 9: "data", 11: "tags"}


def _name_map(cursor: Cursor, names: dict[int, str]) -> None:
    for _ in range(cursor.count("names")):
        index = cursor.u32("an index")
        names[index] = cursor.name("a name")


def _subsection(cursor: Cursor, module: Module) -> None:
    names = module.names
    id = cursor.u8("a subsection of names")
    part = cursor.part(cursor.u32("the size of a subsection"), "subsection of names")
    if id == MODULE:
        names.module = part.name("the module's name")
    elif id == LOCALS:
        for _ in range(part.count("functions with named locals")):
            _name_map(part, names.locals.setdefault(part.u32("a function index"), {}))
    elif id in SPACES:
        _name_map(part, getattr(names, SPACES[id]))


def read(cursor: Cursor, module: Module) -> None:
    try:
        while cursor.pos < cursor.end:
            _subsection(cursor, module)
    except ReadError:
        return
