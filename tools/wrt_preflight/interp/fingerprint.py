"""One number for the instruction set: images and engines must agree on it.

It covers what an encoded instruction means by name: opcode bytes, operand kinds, and the numbers
of cold instructions. A body that is only made faster does not change it.
"""

from __future__ import annotations

from binascii import crc32

from ..ops.cold import CLASSES, KINDS
from ..ops.encoding import CODES
from ..ops.machine import BY_NAME
from .numeric import INSTRUCTIONS


def fingerprint() -> int:
    """CRC-32 of the instruction set."""
    rows = [(name, code.hex(), BY_NAME[name].kinds) for name, code in sorted(CODES.items())]
    cold = [CLASSES, KINDS, sorted(INSTRUCTIONS.items())]
    return crc32(repr([rows, cold]).encode())
