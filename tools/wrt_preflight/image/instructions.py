"""Machine instructions of an image as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..interp.numeric import INSTRUCTIONS
from ..ops.cold import CLASSES, KINDS
from ..ops.encoding import BRANCH_BIAS, decode
from ..ops.machine import BY_NAME
from ..wasm.types import slots as slots_of

PAIRS = "WR"
SLOTS = "wrxWRsv"
_NUMERIC = {
    (class_name, number): (name, params, results)
    for name, (class_name, number, params, results) in INSTRUCTIONS.items()
}


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
    for offset, mnemonic, fields, size in walk(data, start, end):
        if mnemonic:
            yield Instruction(offset, _text(mnemonic, fields, offset, name), size)
        elif fields:
            yield Instruction(offset, f"word 0x{fields['target']:x}", size)
        else:
            value = int.from_bytes(data[offset : offset + 4], "little")
            yield Instruction(offset, f"word #{value}", size)


def walk(data: bytes, start: int, end: int) -> Iterator[tuple[int, str, dict[str, int], int]]:
    """(image offset, mnemonic, fields as encode takes them, size) of the instructions in a range.

    A word that is none has an empty mnemonic; if it is an entry of a br_table, its field is the
    image offset of the target.
    """
    offset = start
    while offset < end:
        try:
            mnemonic, fields, size = decode(data, offset)
        except ValueError:
            mnemonic, fields, size = "", {}, end + 1
        if offset + size > end:
            yield offset, "", {}, 4
            offset += 4
            continue
        yield offset, mnemonic, fields, size
        offset += size
        if mnemonic == "br_table":
            # c + 1 distances follow, each from the br_table.
            table = offset - size
            for _ in range(fields["c"] + 1):
                if offset + 4 <= end:
                    distance = int.from_bytes(data[offset : offset + 4], "little", signed=True)
                    yield offset, "", {"target": table + distance}, 4
                    offset += 4


def _text(mnemonic: str, fields: dict[str, int], offset: int, name: Callable[[int], str]) -> str:
    if mnemonic == "slow":
        return _slow(fields)
    row = BY_NAME[mnemonic]
    if mnemonic == "const64.w":
        value = fields["imm"] << 32 | fields["n"] << 16 | fields["d"]
        return f"{mnemonic:<16} {_operand('W', fields['a'], offset, name)}, #{value}"
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
    number, index = fields["n"] >> 8, fields["n"] & 0xFF
    class_name = CLASSES[number] if number < len(CLASSES) else f"class{number}"
    slots = (fields["a"], fields["b"], fields["c"] // 4, fields["d"] // 4)
    rows = list(KINDS.get(class_name, {}).items())
    if index < len(rows):
        mnemonic, kinds = rows[index]
        operands = [
            f"{'r' if kind in SLOTS else '#'}{slot}"
            for kind, slot in zip(kinds, slots, strict=False)
            if kind != "-"
        ]
        operands.append(f"#{fields['imm']}")
    elif (class_name, index) in _NUMERIC:
        mnemonic, params, results = _NUMERIC[class_name, index]
        operands = [_slots(slots[0], results)]
        if len(params) > 3:  # they stand one behind the other
            operands.append(_slots(slots[1], params))
        else:
            operands += [_slots(slot, (t,)) for slot, t in zip(slots[1:], params, strict=False)]
    else:
        mnemonic, operands = f"{class_name}.{index}", [f"r{slot}" for slot in slots]
    return f"{mnemonic:<16} {', '.join(operands)}"


def _slots(first: int, types: tuple[str, ...]) -> str:
    """The slots of values that stand one behind the other."""
    last = first + sum(map(slots_of, types)) - 1
    return f"r{first}" if last == first else f"r{first}:{last}"
