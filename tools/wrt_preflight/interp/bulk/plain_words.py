"""Operands of cold instructions in plain Python."""

from __future__ import annotations

A, B = "R[fp + code[pc + 4]]", "R[fp + code[pc + 5]]"
SLOT_C = "fp + ((code[pc + 6] | code[pc + 7] << 8) >> 2)"
C = f"R[{SLOT_C}]"
D = "R[fp + ((code[pc + 8] | code[pc + 9] << 8) >> 2)]"
LOW = "(code[pc + 12] | code[pc + 13] << 8)"
HIGH = "(code[pc + 14] | code[pc + 15] << 8)"
