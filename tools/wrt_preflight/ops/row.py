"""What a row of the op table is; `machine.py` explains its parts."""

from __future__ import annotations

from dataclasses import dataclass

from .measured import MEASURED

FIELDS = ("a", "b", "c", "d", "n", "imm")

COMPARISONS = ("eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u")
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
NEGATED = {
    "eq": "ne",
    "ne": "eq",
    "lt_s": "ge_s",
    "lt_u": "ge_u",
    "gt_s": "le_s",
    "gt_u": "le_u",
    "le_s": "gt_s",
    "le_u": "gt_u",
    "ge_s": "lt_s",
    "ge_u": "lt_u",
}
SWAPPED = {
    "eq": "eq",
    "ne": "ne",
    "lt_s": "gt_s",
    "lt_u": "gt_u",
    "gt_s": "lt_s",
    "gt_u": "lt_u",
    "le_s": "ge_s",
    "le_u": "ge_u",
    "ge_s": "le_s",
    "ge_u": "le_u",
}


@dataclass(frozen=True)
class Row:
    """One instruction of the register machine.

    kinds: a character for each field in FIELDS order. weight: how often real programs execute
    it, in arbitrary units. body: lines of the macro language; body32: the body for 32-bit words,
    where it differs.
    """

    name: str
    kinds: str
    weight: float
    body: tuple[str, ...]
    body32: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Bytes of its encoding: 8 or 16."""
        return 16 if len(self.kinds) > 3 else 8

    def kind(self, field: str) -> str:
        """The kind of a field, "-" if the row does not use it."""
        i = FIELDS.index(field)
        return self.kinds[i] if i < len(self.kinds) else "-"


def row(
    name: str, kinds: str, weight: float, *body: str, body32: tuple[str, ...] | None = None
) -> Row:
    """A row; its estimated weight counts half, what was measured counts the rest."""
    return Row(name, kinds, weight / 2 + 10 * MEASURED.get(name, 0), body, body32)


def operator(comparison: str) -> str:
    """Python's operator for one of COMPARISONS."""
    return _OPERATORS[comparison[:2]]


def mirrored(comparison: str) -> bool:
    """Whether it is one of those that slots do without, with their operands swapped."""
    return comparison[:2] in ("gt", "ge")
