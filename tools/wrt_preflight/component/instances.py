"""Core instance and instance definitions (Binary.md, Instance Definitions)."""

from __future__ import annotations

from .cursor import Cursor
from .sorts import ARGUMENT_NAME, read_attributes, read_core_sort_index, read_sort_index
from .tree import (
    Attributes,
    CoreInlineInstance,
    CoreInstantiate,
    InlineInstance,
    Instantiate,
    SortIndex,
)


def _core_argument(cursor: Cursor) -> tuple[str, int]:
    name = cursor.name("the name of a core argument")
    cursor.expect(0x12, "core instance")
    return name, cursor.u32("a core instance index")


def _core_export(cursor: Cursor) -> tuple[str, SortIndex]:
    name = cursor.name("a core export name")
    return name, read_core_sort_index(cursor)


def read_core_instance(cursor: Cursor) -> CoreInstantiate | CoreInlineInstance:
    start = cursor.offset
    if cursor.flag("instantiate or exports"):
        return CoreInlineInstance(cursor.vector("exports", _core_export), start)
    module = cursor.u32("a core module index")
    return CoreInstantiate(module, cursor.vector("arguments", _core_argument), start)


def _argument(cursor: Cursor) -> tuple[str, SortIndex]:
    name = cursor.name(ARGUMENT_NAME)
    return name, read_sort_index(cursor)


def _export(cursor: Cursor) -> tuple[Attributes, SortIndex]:
    name = read_attributes(cursor)
    return name, read_sort_index(cursor)


def read_instance(cursor: Cursor) -> Instantiate | InlineInstance:
    start = cursor.offset
    if cursor.flag("instantiate or exports"):
        return InlineInstance(cursor.vector("exports", _export), start)
    component = cursor.u32("a component index")
    return Instantiate(component, cursor.vector("arguments", _argument), start)
