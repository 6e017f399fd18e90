"""Global section (6)."""

from __future__ import annotations

from ..cursor import Cursor
from ..instructions import constant_expression
from ..module import Global, Module
from ..typecodes import global_type


def read(cursor: Cursor, module: Module) -> None:
    module.globals = cursor.vector(
        "globals", lambda: Global(global_type(cursor), constant_expression(cursor))
    )
