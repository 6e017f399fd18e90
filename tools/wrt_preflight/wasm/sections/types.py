"""Type section (1): recursion groups of subtypes, of which we run function types."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Module, SubType
from ..typecodes import skip_shared, unsupported, value_types
from ..types import FuncType

FUNC = 0x60
REC, SUB, SUB_FINAL = 0x4E, 0x50, 0x4F
FOREIGN_COMPOSITE = {
    0x5F: ("a struct type", "garbage collection"),
    0x5E: ("an array type", "garbage collection"),
    0x5D: ("a continuation type", "stack switching"),
    0x4D: ("a descriptor type", "custom descriptors"),
    0x4C: ("a described type", "custom descriptors"),
}


def _sub_type(cursor: Cursor, module: Module) -> None:
    declared = SubType()
    skip_shared(cursor)
    code = cursor.u8("a type")
    if code == SUB or code == SUB_FINAL:
        start = cursor.pos
        supertypes = cursor.vector("supertypes", lambda: cursor.u32("a type index"))
        if len(supertypes) > 1:
            cursor.fail(f"expected at most one supertype, found {len(supertypes)}", start)
        declared = SubType(code == SUB_FINAL, supertypes[0] if supertypes else None)
        skip_shared(cursor)
        code = cursor.u8("a type")
    if code in FOREIGN_COMPOSITE:
        unsupported(cursor, *FOREIGN_COMPOSITE[code], cursor.pos - 1)
    if code != FUNC:
        cursor.fail(f"expected a function type (0x60), found 0x{code:02x}", cursor.pos - 1)
    params = value_types(cursor, "parameters")
    module.types.append(FuncType(params, value_types(cursor, "results")))
    module.subtypes.append(declared)


def read(cursor: Cursor, module: Module) -> None:
    for _ in range(cursor.count("types")):
        first = len(module.types)
        if cursor.pos < cursor.end and cursor.data[cursor.pos] == REC:
            cursor.u8("a recursion group")
            for _ in range(cursor.count("types in a recursion group")):
                _sub_type(cursor, module)
        else:
            _sub_type(cursor, module)
        module.groups.append(range(first, len(module.types)))
