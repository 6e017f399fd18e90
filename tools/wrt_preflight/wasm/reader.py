"""Core modules from bytes to a Module (spec: Binary Format, Modules).

Reading checks the format only; whether the module is valid is for wrt_preflight.validate.
"""

from __future__ import annotations

from . import preamble
from .cursor import Cursor
from .module import Module
from .sections import (
    code,
    custom,
    data,
    data_count,
    elements,
    exports,
    functions,
    globals,
    imports,
    memories,
    start,
    tables,
    tags,
    types,
)

CUSTOM = 0

# Section id -> (name, reader), in the order in which a module must have them.
SECTIONS = {
    1: ("type", types),
    2: ("import", imports),
    3: ("function", functions),
    4: ("table", tables),
    5: ("memory", memories),
    13: ("tag", tags),
    6: ("global", globals),
    7: ("export", exports),
    8: ("start", start),
    9: ("element", elements),
    12: ("data count", data_count),
    10: ("code", code),
    11: ("data", data),
}
_ORDER = {id: place for place, id in enumerate(SECTIONS)}


def _check_counts(cursor: Cursor, module: Module) -> None:
    functions, bodies = len(module.functions), len(module.code)
    if functions != bodies:
        cursor.fail(f"expected {functions} function bodies, as declared, found {bodies}")
    if module.data_count is not None and module.data_count != len(module.datas):
        cursor.fail(
            f"expected {module.data_count} data segments, as declared, found {len(module.datas)}"
        )


def read_module(data: bytes, file: str | None = None, base: int = 0) -> Module:
    """Read a core module in the binary format.

    base: offset of `data` in the file, for a module nested in a component. Function bodies are
    not decoded; see wasm.decode_body.
    Raises ReadError where the bytes are malformed, and ProfileError for types that wrt-micro does
    not run, with the offset in the file.
    """
    cursor = Cursor(data, 0, len(data), file, base, "module")
    module = Module(data, file, base)
    preamble.read(cursor)
    last = None
    while cursor.pos < cursor.end:
        at = cursor.pos
        id = cursor.u8("a section")
        if id == CUSTOM:
            name, section = "custom", custom
        elif id in SECTIONS:
            name, section = SECTIONS[id]
            if last is not None and _ORDER[id] <= _ORDER[last]:
                cursor.fail(
                    f"expected a section that may follow the {SECTIONS[last][0]} section, "
                    f"found the {name} section",
                    at,
                )
            last = id
        else:
            cursor.fail(f"expected a section id (0 to 13), found {id}", at)
        part = cursor.part(cursor.u32(f"the size of the {name} section"), f"{name} section")
        section.read(part, module)
        part.finish()
    _check_counts(cursor, module)
    return module
