"""Custom sections (0): kept as they are; the name section is also read."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module
from . import names


def read(cursor: Cursor, module: Module) -> None:
    name = cursor.name("a custom section's name")
    content = cursor.part(cursor.end - cursor.pos, f"{name} section")
    module.custom.append((name, bytes(content.data[content.pos : content.end])))
    if name == "name":
        names.read(content, module)
