"""How many bytes of machine stack one activation of a function takes, read from its code.

On x64 LLVM is asked to write it down. The code of the others is easy to walk, so their functions
are searched for what moves the stack pointer down. A prologue stands once in a function; should
a call also need room for arguments, that is added as if all such calls happened at once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .object import LinkerError, Object, Section, Symbol
from .target import Target


def frame_sizes(obj: Object, target: Target) -> dict[str, int]:
    """Name -> bytes of every function that the object defines."""
    sizes = {}
    for symbol in obj.symbols:
        if not symbol.function or symbol.section is None:
            continue
        section = obj.sections[symbol.section]
        if target.name == "x64":
            size = obj.frames.get((symbol.section, symbol.value))
            if size is None:
                raise LinkerError(f"LLVM did not write down the frame of {symbol.name}")
            sizes[symbol.name] = size
        elif target.thumb:
            sizes[symbol.name] = _thumb(symbol, section)
        else:
            sizes[symbol.name] = _riscv(symbol, section)
    return sizes


def depths(obj: Object, sizes: dict[str, int]) -> dict[str, int]:
    """Name -> bytes below its caller that a function of a library object takes with all that it
    calls. Every function has a section of its own there.

    Raises LinkerError for one that calls itself: LLVM took its code for what it is to do.
    """
    owners = {s.section: s.name for s in obj.symbols if s.function and s.section is not None}
    numbers = {name: number for number, name in owners.items()}

    def depth(number: int, callers: tuple[int, ...]) -> int:
        if number in callers:
            raise LinkerError(f"the library's {owners[number]} calls itself")
        called = set()
        for relocation in obj.sections[number].relocations:
            symbol = relocation.symbol
            called.add(numbers.get(symbol.name) if symbol.section is None else symbol.section)
        callers += (number,)
        deepest = (depth(callee, callers) for callee in called & owners.keys())
        return sizes[owners[number]] + max(deepest, default=0)

    return {name: depth(number, ()) for number, name in owners.items()}


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


def _unknown(symbol: Symbol, at: int, code: int) -> LinkerError:
    return LinkerError(f"{symbol.name} + {at - symbol.value}: what does {code:#x} do to sp?")


def thumb_code(symbol: Symbol, section: Section) -> Iterator[tuple[int, int, int | None]]:
    """(offset, first half, second half or None) of a function's instructions."""
    marks = sorted(section.marks)
    at, end = symbol.value, symbol.value + symbol.size
    is_code = True
    for offset, code in marks:
        if offset <= at:
            is_code = code
    changes = dict(marks)
    while at < end:
        is_code = changes.get(at, is_code)
        if not is_code:
            at += 1
            continue
        (first,) = struct.unpack_from("<H", section.data, at)
        if first >> 11 in (0b11101, 0b11110, 0b11111):
            yield at, first, struct.unpack_from("<H", section.data, at + 2)[0]
            at += 4
        else:
            yield at, first, None
            at += 2


def _thumb(symbol: Symbol, section: Section) -> int:
    size = 0
    literals = {}
    for at, first, second in thumb_code(symbol, section):
        if second is None:
            size += _thumb_narrow(symbol, section, at, first, literals)
        else:
            size += _thumb_wide(symbol, at, first, second)
    return size


def _thumb_narrow(
    symbol: Symbol, section: Section, at: int, code: int, literals: dict[int, int]
) -> int:
    if code >> 9 == 0b1011010:  # push
        return 4 * (code & 0x1FF).bit_count()
    if code >> 7 == 0b101100001:  # sub sp, #n
        return 4 * (code & 0x7F)
    if code >> 11 == 0b01001:  # ldr r, [pc, #n]
        place = (at + 4 & ~3) + 4 * (code & 0xFF)
        if place + 4 <= len(section.data):
            (literals[code >> 8 & 7],) = struct.unpack_from("<i", section.data, place)
    if code & 0xFF87 == 0x4485:  # add sp, r
        register = code >> 3 & 15
        if register not in literals:
            raise _unknown(symbol, at, code)
        return max(0, -literals[register])
    return 0


def _thumb_wide(symbol: Symbol, at: int, first: int, second: int) -> int:
    if first == 0xE92D:  # push.w, as stmdb sp!
        return 4 * second.bit_count()
    if first == 0xF84D and second & 0xFFF == 0xD04:  # push.w of one register, as str
        return 4
    if first & 0xFFBF == 0xED2D and second & 0xE00 == 0xA00:  # vpush
        return 4 * (second & 0xFF)
    if second & 0x8F00 != 0x0D00:  # not into sp
        return 0
    number = (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 | second & 0xFF
    if first & 0xFBFF == 0xF2AD:  # subw sp, sp, #n
        return number
    if first & 0xFBFF == 0xF1AD:  # sub.w sp, sp, #n
        return _modified_immediate(number)
    if first & 0xFFEF == 0xEBAD:  # sub.w sp, sp, r
        raise _unknown(symbol, at, first << 16 | second)
    return 0


def _modified_immediate(number: int) -> int:
    """Thumb's 12 bits for a constant of 32."""
    low = number & 0xFF
    if number >> 10 == 0:
        return low * (1, 0x10001, 0x1000100, 0x1010101)[number >> 8]
    rotation = number >> 7
    value = number & 0x7F | 0x80
    return (value >> rotation | value << (32 - rotation)) & 0xFFFFFFFF


def _riscv(symbol: Symbol, section: Section) -> int:
    """What is below moves the stack pointer (x2) by a constant, or by one made just before."""
    size = 0
    constants: dict[int, int] = {}
    at, end = symbol.value, symbol.value + symbol.size
    while at < end:
        (half,) = struct.unpack_from("<H", section.data, at)
        if half & 3 != 3:
            size += max(0, -_riscv_narrow(half, constants))
            at += 2
            continue
        (word,) = struct.unpack_from("<I", section.data, at)
        opcode, rd, rs1, rs2 = word & 0x7F, word >> 7 & 31, word >> 15 & 31, word >> 20 & 31
        immediate = _signed(word >> 20, 12)
        if opcode == 0x37:  # lui
            constants[rd] = _signed(word >> 12, 20) << 12
        elif opcode == 0x13 and word >> 12 & 7 == 0:  # addi
            if rd == 2 and rs1 == 2:
                size += max(0, -immediate)
            elif rs1 == 0 or rs1 in constants:
                constants[rd] = constants.get(rs1, 0) + immediate
        elif opcode == 0x33 and rd == 2 and rs1 == 2:  # add, sub
            if rs2 not in constants:
                raise _unknown(symbol, at, word)
            size += max(0, constants[rs2] if word >> 30 else -constants[rs2])
        at += 4
    return size


def _riscv_narrow(half: int, constants: dict[int, int]) -> int:
    """How far a compressed instruction moves the stack pointer."""
    register = half >> 7 & 31
    immediate = _signed((half >> 12 & 1) << 5 | half >> 2 & 31, 6)
    kind = half >> 13, half & 3
    if kind == (3, 1) and register == 2:  # c.addi16sp
        fields = ((12, 9), (4, 8), (3, 7), (5, 6), (6, 4), (2, 5))
        bits = sum((half >> source & 1) << place for source, place in fields)
        return _signed(bits, 10)
    if kind == (0, 1) and register == 2:  # c.addi
        return immediate
    if kind == (3, 1):  # c.lui
        constants[register] = immediate << 12
    elif kind == (2, 1):  # c.li
        constants[register] = immediate
    elif kind == (0, 1) and register in constants:
        constants[register] += immediate
    elif kind == (4, 2) and register == 2 and half >> 12 & 1:  # c.add
        return constants.get(half >> 2 & 31, 0)
    return 0
