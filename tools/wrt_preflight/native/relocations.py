"""What each relocation that LLVM emits for these targets writes into the code.

The numbers and formulas are those of the ELF supplements: System V ABI for AMD64, "ELF for the
Arm Architecture", and the RISC-V ELF psABI. S is the symbol, A the addend, P the place.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from .object import LinkerError


def _word(data: bytearray, at: int) -> int:
    return struct.unpack_from("<I", data, at)[0]


def _half(data: bytearray, at: int) -> int:
    return struct.unpack_from("<H", data, at)[0]


def _put_word(data: bytearray, at: int, value: int) -> None:
    struct.pack_into("<I", data, at, value & 0xFFFFFFFF)


def _put_half(data: bytearray, at: int, value: int) -> None:
    struct.pack_into("<H", data, at, value)


def _fit(distance: int, bits: int) -> int:
    """The low bits of a distance, which has to fit."""
    if not -(1 << bits - 1) <= distance < 1 << bits - 1:
        raise LinkerError(f"a distance of {distance} bytes does not fit in {bits} bits")
    return distance & (1 << bits) - 1


def _spread(value: int, fields: tuple[tuple[int, int, int], ...]) -> int:
    """value's bits in an instruction: (lowest bit of the value, how many, where they go)."""
    out = 0
    for low, count, place in fields:
        out |= (value >> low & (1 << count) - 1) << place
    return out


# ------------------------------------------------------------ any machine
def _relative_word(data: bytearray, at: int, distance: int) -> None:
    _put_word(data, at, _fit(distance, 32))


# ------------------------------------------------------------ Thumb
def branch_addend(data: bytearray, at: int) -> int:
    """The distance in a BL or B.W instruction."""
    first, second = _half(data, at), _half(data, at + 2)
    sign = first >> 10 & 1
    i1 = 1 ^ sign ^ second >> 13 & 1
    i2 = 1 ^ sign ^ second >> 11 & 1
    value = (first & 0x3FF) << 12 | (second & 0x7FF) << 1 | i1 << 23 | i2 << 22
    return value - (sign << 24)


def _thumb_branch(data: bytearray, at: int, distance: int) -> None:
    value = _fit(distance, 25)
    sign = value >> 24
    j1 = 1 ^ sign ^ value >> 23 & 1
    j2 = 1 ^ sign ^ value >> 22 & 1
    _put_half(data, at, 0xF000 | sign << 10 | value >> 12 & 0x3FF)
    kept = _half(data, at + 2) & 0xD000
    _put_half(data, at + 2, kept | j1 << 13 | j2 << 11 | value >> 1 & 0x7FF)


# ------------------------------------------------------------ RISC-V
_RISCV_BRANCH = ((12, 1, 31), (5, 6, 25), (1, 4, 8), (11, 1, 7))
_RISCV_JUMP = ((20, 1, 31), (1, 10, 21), (11, 1, 20), (12, 8, 12))
_SHORT_BRANCH = ((8, 1, 12), (3, 2, 10), (6, 2, 5), (1, 2, 3), (5, 1, 2))
_SHORT_JUMP = (
    (11, 1, 12),
    (4, 1, 11),
    (8, 2, 9),
    (10, 1, 8),
    (6, 1, 7),
    (7, 1, 6),
    (1, 3, 3),
    (5, 1, 2),
)


def _riscv_branch(data: bytearray, at: int, distance: int) -> None:
    value = _spread(_fit(distance, 13), _RISCV_BRANCH)
    _put_word(data, at, _word(data, at) & 0x01FFF07F | value)


def _riscv_jump(data: bytearray, at: int, distance: int) -> None:
    _put_word(data, at, _word(data, at) & 0xFFF | _spread(_fit(distance, 21), _RISCV_JUMP))


def _short_branch(data: bytearray, at: int, distance: int) -> None:
    _put_half(data, at, _half(data, at) & 0xE383 | _spread(_fit(distance, 9), _SHORT_BRANCH))


def _short_jump(data: bytearray, at: int, distance: int) -> None:
    _put_half(data, at, _half(data, at) & 0xE003 | _spread(_fit(distance, 12), _SHORT_JUMP))


def _riscv_high(data: bytearray, at: int, distance: int) -> None:
    _put_word(data, at, _word(data, at) & 0xFFF | (_fit(distance, 32) + 0x800 & 0xFFFFF000))


def _riscv_low(data: bytearray, at: int, distance: int) -> None:
    """The rest of a distance whose high part an auipc adds, in an I-type instruction."""
    _put_word(data, at, _word(data, at) & 0xFFFFF | (distance & 0xFFF) << 20)


def _riscv_low_store(data: bytearray, at: int, distance: int) -> None:
    value = _spread(distance, ((5, 7, 25), (0, 5, 7)))
    _put_word(data, at, _word(data, at) & 0x01FFF07F | value)


def _riscv_call(data: bytearray, at: int, distance: int) -> None:
    _riscv_high(data, at, distance)
    _riscv_low(data, at + 4, distance)


def _nothing(data: bytearray, at: int, distance: int) -> None:
    pass


Write = Callable[[bytearray, int, int], None]

# Relocations that write S + A - P.
RELATIVE: dict[str, dict[int, Write]] = {
    "x86_64": {2: _relative_word, 4: _relative_word},  # PC32, PLT32
    "thumb": {3: _relative_word, 10: _thumb_branch, 30: _thumb_branch},  # REL32, CALL, JUMP24
    "riscv32": {
        16: _riscv_branch,
        17: _riscv_jump,
        18: _riscv_call,
        19: _riscv_call,  # through a procedure linkage table, if there were one
        23: _riscv_high,
        44: _short_branch,
        45: _short_jump,
        51: _nothing,  # RELAX: leave to make it shorter
        57: _relative_word,
    },
}
# RISC-V's PCREL_LO12_I and _S: the symbol is the place of the auipc, whose distance they finish.
RISCV_LOW: dict[int, Write] = {24: _riscv_low, 25: _riscv_low_store}
# RISC-V's ADD32 and SUB32: together they write the difference of two symbols.
RISCV_ADD = {35: 1, 39: -1}


def add_to_word(data: bytearray, at: int, value: int) -> None:
    """Add to the word that is there, modulo 2**32."""
    _put_word(data, at, _word(data, at) + value)


def word_addend(data: bytearray, at: int) -> int:
    """The signed number in a word."""
    return struct.unpack_from("<i", data, at)[0]
