"""Function section (3): the type of each defined function."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module


def read(cursor: Cursor, module: Module) -> None:
    module.functions = cursor.vector("functions", lambda: cursor.u32("a type index"))
