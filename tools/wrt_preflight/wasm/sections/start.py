"""Start section (8): the function that instantiation calls."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module


def read(cursor: Cursor, module: Module) -> None:
    module.start = cursor.u32("the index of the start function")
