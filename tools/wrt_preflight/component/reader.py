"""The component binary reader: sections in any order and number (Binary.md)."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ReadError
from .aliases import read_alias
from .canon import read_canon
from .coretypes import read_core_type
from .cursor import Cursor
from .instances import read_core_instance, read_instance
from .namesection import read_names
from .sorts import read_attributes, read_extern_type, read_sort_index, read_valtype
from .tree import (
    Component,
    CoreModule,
    CoreType,
    Custom,
    Definition,
    Export,
    Import,
    Start,
    Type,
    Value,
)
from .typedefs import MAX_DEPTH, read_type

MAGIC = b"\0asm"
COMPONENT = b"\x0d\x00\x01\x00"
MODULE = b"\x01\x00\x00\x00"


def is_component(data: bytes) -> bool:
    """Whether the bytes start with the preamble of a component (layer 1)."""
    return data[:4] == MAGIC and data[6:8] == b"\x01\x00"


def _core_type(cursor: Cursor) -> CoreType:
    start = cursor.offset
    return CoreType(read_core_type(cursor), start)


def _type(cursor: Cursor) -> Type:
    start = cursor.offset
    return Type(read_type(cursor), start)


def _import(cursor: Cursor) -> Import:
    start = cursor.offset
    name = read_attributes(cursor)
    return Import(name, read_extern_type(cursor), start)


def _export(cursor: Cursor) -> Export:
    start = cursor.offset
    name = read_attributes(cursor)
    definition = read_sort_index(cursor)
    return Export(name, definition, cursor.optional("an ascribed type", read_extern_type), start)


def _value(cursor: Cursor) -> Value:
    start = cursor.offset
    valtype = read_valtype(cursor)
    content = cursor.part(cursor.u32("the length of a value"), "a value")
    return Value(valtype, content.offset, content.end, start)


def _start(cursor: Cursor) -> Start:
    start = cursor.offset
    func = cursor.u32("a function index")
    arguments = cursor.vector("arguments", lambda c: c.u32("a value index"))
    return Start(func, arguments, cursor.u32("the number of results"), start)


# Sections that are vectors of definitions.
_VECTORS: dict[int, tuple[str, Callable[[Cursor], Definition]]] = {
    2: ("core instance", read_core_instance),
    3: ("core type", _core_type),
    5: ("instance", read_instance),
    6: ("alias", read_alias),
    7: ("type", _type),
    8: ("canon", read_canon),
    10: ("import", _import),
    11: ("export", _export),
    12: ("value", _value),
}
_NAMES = {0: "custom", 1: "core module", 4: "component", 9: "start"} | {
    number: name for number, (name, _) in _VECTORS.items()
}


def read_component(data: bytes, file: str | None = None, bare_values: bool = False) -> Component:
    """Reads a whole component. Raises ReadError with file and byte offset.

    bare_values: types of values are written as wasm-tools does, see Cursor.
    """
    return read_from(Cursor(data, file, bare_values=bare_values))


def read_from(cursor: Cursor) -> Component:
    """As read_component, from a cursor at the start of a file."""
    return _component(cursor, 0)


def _component(cursor: Cursor, depth: int) -> Component:
    start = cursor.offset
    if depth > MAX_DEPTH:
        cursor.fail(f"components nest more than {MAX_DEPTH} deep")
    _preamble(cursor)
    component = Component(start, cursor.end)
    while cursor:
        at = cursor.offset
        number = cursor.u8("a section")
        if number not in _NAMES:
            cursor.fail(f"expected a section number (0 to 12), found {number}", at)
        title = f"{_NAMES[number]} section"
        section = cursor.part(cursor.u32(f"the size of the {title}"), title)
        if number == 0:
            _custom(section, component)
        elif number == 1:
            component.definitions.append(_core_module(section))
        elif number == 4:
            component.definitions.append(_component(section, depth + 1))
        elif number == 9:
            component.definitions.append(_start(section))
            section.finish()
        else:
            component.definitions += section.vector("definitions", _VECTORS[number][1])
            section.finish()
    return component


def _preamble(cursor: Cursor) -> None:
    start = cursor.offset
    magic = cursor.bytes(4, "magic number")
    if magic != MAGIC:
        cursor.fail(
            f"expected the magic number 00 61 73 6d, found {magic.hex(' ')}",
            start,
            "a component is a .wasm file; text must go through wasm-tools parse first",
        )
    version = cursor.bytes(4, "version and layer")
    if version == MODULE:
        cursor.fail("expected a component, found a core module", start + 4)
    if version != COMPONENT:
        cursor.fail(
            f"expected version and layer 0d 00 01 00 of a component, found {version.hex(' ')}",
            start + 4,
        )


def _core_module(section: Cursor) -> CoreModule:
    if section.data[section.offset : min(section.offset + 8, section.end)] != MAGIC + MODULE:
        section.fail("expected the preamble 00 61 73 6d 01 00 00 00 of a core module")
    return CoreModule(section.offset, section.end)


def _custom(section: Cursor, component: Component) -> None:
    start = section.offset
    name = section.name("the name of a custom section")
    component.custom.append(Custom(name, section.offset, section.end, start))
    if name == "component-name":
        try:
            read_names(section, component)
        except ReadError:
            pass  # Binary.md: a broken name section is no reason to reject the component.
