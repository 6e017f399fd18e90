"""Memory section (5)."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module
from ..typecodes import memory_type


def read(cursor: Cursor, module: Module) -> None:
    module.memories = cursor.vector("memories", lambda: memory_type(cursor))
