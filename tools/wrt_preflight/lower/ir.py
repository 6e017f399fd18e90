"""Register code before it has addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ops.machine import BY_NAME
from ..ops.row import FIELDS


class Label:
    """A place in a function's code; position: index of the instruction that follows it."""

    __slots__ = ("position",)

    def __init__(self) -> None:
        self.position = -1


@dataclass(slots=True, eq=False)
class Ins:
    """One register instruction. Slot fields hold slot numbers; kinds as in ops.machine.

    label: where a branch goes. labels: the entries of a br_table, default last.
    function: store-wide index for a relocated imm. source: byte offset in the module's file.
    """

    op: str
    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0
    n: int = 0
    imm: int = 0
    label: Label | None = None
    labels: list[Label] = field(default_factory=list)
    function: int | None = None
    kinds: str = ""
    source: int | None = None

    def kind(self, name: str) -> str:
        kinds = self.kinds or BY_NAME[self.op].kinds
        i = FIELDS.index(name)
        return kinds[i] if i < len(kinds) else "-"

    @property
    def destination(self) -> int | None:
        """The slot this instruction writes through field a, or None."""
        if self.op.endswith(".?"):
            return self.a
        return self.a if self.kind("a") in ("w", "W") else None
