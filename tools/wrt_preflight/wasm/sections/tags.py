"""Tag section (13): the type of each exception tag."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module
from ..typecodes import tag_type


def read(cursor: Cursor, module: Module) -> None:
    module.tags = cursor.vector("tags", lambda: tag_type(cursor))
