"""What the viper bodies share: operands, and the test of their bounds."""

from __future__ import annotations

from ...ops.traps import TRAPS
from ..dialects.viper_words import SLOTS

A, B, C, D = SLOTS.values()
LOW, HIGH = "ptr16(pc)[6]", "ptr16(pc)[7]"  # halves of imm


def guard(tests: list[tuple[str, str, str]], kind: str, bits: int) -> list[str]:
    """Sets `trap` if start + count > size in one of the (start, count, size), unsigned 32-bit.

    Bodies test it before they write anything, so a trap leaves everything as it was."""
    conditions = []
    for start, count, size in tests:
        if bits == 64:
            conditions.append(f"{start} + {count} > {size}")
        else:
            conditions.append(f"uint({count}) > uint({size})")
            conditions.append(f"uint({start}) > uint({size} - {count})")
    return [f"if {condition}: trap = {TRAPS[kind]}" for condition in conditions]
