"""What the code of a lowered function uses: functions, tables, segments, types, a host import."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..image.instructions import walk
from ..lower.program import Function
from ..ops.cold import CLASSES, KINDS

HOST_IMPORTS = 0x8000  # from this number on they are the runtime's own


@dataclass(slots=True)
class Uses:
    """Store-wide indices. Tables include element segments, which stand behind them.

    called_tables: whose functions it may call or take. copies: (to, from) between tables. tables:
    all that it names. memories: likewise, data segments included, by instructions that name one.
    host: the number of the import that it is.
    """

    functions: set[int] = field(default_factory=set)
    called_tables: set[int] = field(default_factory=set)
    copies: set[tuple[int, int]] = field(default_factory=set)
    tables: set[int] = field(default_factory=set)
    memories: set[int] = field(default_factory=set)
    types: set[int] = field(default_factory=set)
    host: int | None = None


def uses_of(function: Function) -> Uses:
    """What a function uses."""
    uses = Uses(types={function.type_id})
    uses.functions = {relocation.function for relocation in function.relocations}
    for _, name, fields, _ in walk(function.code, 0, len(function.code)):
        if name in ("call_indirect", "table.func"):
            uses.called_tables.add(fields["d"])
            uses.tables.add(fields["d"])
            uses.types.add(fields["imm"])
        elif name == "host" and fields["d"] < HOST_IMPORTS:
            uses.host = fields["d"]
        elif name == "slow":
            _cold(uses, CLASSES[fields["n"] >> 8], fields["n"] & 0xFF, fields["imm"])
    return uses


def _cold(uses: Uses, class_name: str, number: int, index: int) -> None:
    if class_name not in ("memory", "table"):
        return
    name = list(KINDS[class_name])[number]
    named = uses.memories if class_name == "memory" else uses.tables
    if name.endswith(".copy"):
        to, source = index & 0xFFFF, index >> 16
        named |= {to, source}
        if class_name == "table":
            uses.copies.add((to, source))
    else:
        named.add(index)
        if name == "table.get":
            uses.called_tables.add(index)
