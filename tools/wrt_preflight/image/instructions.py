"""Machine instructions of an image as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..ops.cold import CLASSES, KINDS
from ..ops.encoding import BRANCH_BIAS, decode
from ..ops.machine import BY_NAME

PAIRS = "WR"
SLOTS = "wrxWRsv"


@dataclass(frozen=True, slots=True)
class Instruction:
    """offset: image offset. text: mnemonic and operands. size: bytes."""

    offset: int
    text: str
    size: int


def disassemble(
    data: bytes, start: int, end: int, name: Callable[[int], str]
) -> Iterator[Instruction]:
    """The instructions between two image offsets. name: of the function at a header offset.

    Slots are r0, pairs r0:1, callee frames @0, addresses 0x10, constants #1. The entries of a
    br_table, and words that are no instruction, come as `word`.
    """
    offset = start
    while offset < end:
        try:
            mnemonic, fields, size = decode(data, offset)
        except ValueError:
            mnemonic, fields, size = "", {}, end + 1
        if offset + size > end:
            yield _word(data, offset)
            offset += 4
            continue
        yield Instruction(offset, _text(mnemonic, fields, offset, name), size)
        offset += size
        if mnemonic == "br_table":
            # c + 1 distances, each from its own place, padded to a whole code word.
            for _ in range(fields["c"] + 1):
                if offset + 4 <= end:
                    distance = int.from_bytes(data[offset : offset + 4], "little", signed=True)
                    yield Instruction(offset, f"word 0x{offset + distance:x}", 4)
                    offset += 4


def _word(data: bytes, offset: int) -> Instruction:
    value = int.from_bytes(data[offset : offset + 4], "little")
    return Instruction(offset, f"word #{value}", 4)


def _text(mnemonic: str, fields: dict[str, int], offset: int, name: Callable[[int], str]) -> str:
    if mnemonic == "slow":
        return _slow(fields)
    row = BY_NAME[mnemonic]
    operands = [_operand(row.kind(f), value, offset, name) for f, value in fields.items()]
    return f"{mnemonic:<16} {', '.join(operands)}".rstrip()


def _operand(kind: str, value: int, offset: int, name: Callable[[int], str]) -> str:
    if kind in PAIRS:
        return f"r{value}:{value + 1}"
    if kind in SLOTS:
        return f"{'@' if kind in 'sv' else 'r'}{value}"
    if kind == "j":
        return f"0x{offset + value - BRANCH_BIAS:x}"
    return name(value) if kind == "f" else f"#{value}"


def _slow(fields: dict[str, int]) -> str:
    """A cold instruction; its fields c and d hold byte offsets of slots."""
    number = fields["n"]
    class_name = CLASSES[number >> 8] if number >> 8 < len(CLASSES) else f"class{number >> 8}"
    names = list(KINDS.get(class_name, {}).items())
    index = number & 0xFF
    if index >= len(names):
        slots = [fields["a"], fields["b"], fields["c"] // 4, fields["d"] // 4]
        operands = [f"r{slot}" for slot in slots]
        mnemonic = f"{class_name}.{index}"
    else:
        mnemonic, kinds = names[index]
        values = (fields["a"], fields["b"], fields["c"] // 4, fields["d"] // 4)
        operands = [
            f"r{value}" if kind in SLOTS else f"#{value}"
            for kind, value in zip(kinds, values, strict=False)
            if kind != "-"
        ]
    return f"{mnemonic:<16} {', '.join([*operands, '#' + str(fields['imm'])])}"
