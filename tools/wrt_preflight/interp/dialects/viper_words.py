"""Where viper code finds words: fields, slots, the thread record, descriptors."""

from __future__ import annotations

# Raw fields of the instruction at pc.
FIELDS = {
    "a": "pc[4]",
    "b": "pc[5]",
    "c": "ptr16(pc)[3]",
    "d": "ptr16(pc)[4]",
    "n": "ptr16(pc)[5]",
}

# Byte offsets from fp of the slots that fields name. The wide fields hold byte offsets already.
OFFSETS = {
    "a": "(pc[4] << 2)",
    "b": "(pc[5] << 2)",
    "c": "ptr16(pc)[3]",
    "d": "ptr16(pc)[4]",
}

# The words in the slots.
SLOTS = {
    "A": "fp[pc[4]]",
    "B": "fp[pc[5]]",
    "C": "ptr32(ptr16(pc)[3] + int(fp))[0]",
    "D": "ptr32(ptr16(pc)[4] + int(fp))[0]",
}


def address(index: int, bits: int) -> str:
    """The machine address in words index, index + 1 of the thread record."""
    return f"st[{index}] | (st[{index + 1}] << 32)" if bits == 64 else f"st[{index}]"


def base(pointer: str, bits: int) -> str:
    """The machine address in the first two words of a descriptor."""
    return f"({pointer}[0] | ({pointer}[1] << 32))" if bits == 64 else f"{pointer}[0]"
