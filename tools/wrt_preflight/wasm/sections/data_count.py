"""Data count section (12): how many data segments will follow the code."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module


def read(cursor: Cursor, module: Module) -> None:
    module.data_count = cursor.u32("the number of data segments")
