"""Opcode bytes of the register machine: the dispatch tree, the encoder and the disassembler.

The first three bytes of a code word answer the cheapest test a viper loop has, "is this byte
zero"; the fourth is a set of bits inside one group. The tree is shaped by the rows' weights, so
frequent instructions sit near the root. Both word sizes share it: an image runs on either.
"""

from __future__ import annotations

import heapq
import struct
from dataclasses import dataclass

from .machine import BY_NAME, TABLE
from .row import FIELDS, Row

BRANCH_BIAS = 32768  # added to a branch's displacement, so that its field is unsigned
LEVELS = 3  # of the tree that a byte each answers


@dataclass(frozen=True)
class Leaf:
    """The end of the way: one row."""

    row: Row


@dataclass(frozen=True)
class Test:
    """`pc[byte]` non-zero, or `pc[byte] & mask` where mask is not 0."""

    byte: int
    mask: int
    yes: Leaf | Test
    no: Leaf | Test


def _huffman(rows: list[Row], depth: int) -> list | Row:
    """Nested pairs of rows, no deeper than `depth`; weights are flattened until it fits."""
    power = 1.0
    while True:
        heap = [(r.weight**power, i, r) for i, r in enumerate(rows)]
        heapq.heapify(heap)
        fresh = len(rows)
        while len(heap) > 1:
            light, heavy = heapq.heappop(heap), heapq.heappop(heap)
            heapq.heappush(heap, (light[0] + heavy[0], fresh, [heavy[2], light[2]]))
            fresh += 1
        tree = heap[0][2]
        if _depth(tree) <= depth:
            return tree
        power *= 0.9


def _depth(tree: list | Row) -> int:
    return 0 if isinstance(tree, Row) else 1 + max(map(_depth, tree))


def _leaves(tree: list | Row) -> list[Row]:
    return [tree] if isinstance(tree, Row) else _leaves(tree[0]) + _leaves(tree[1])


def _group(rows: list[Row], prefix: bytes, codes: dict[str, bytes]) -> Leaf | Test:
    """Rows that share their first three bytes: the hottest has a zero byte, the others bits."""
    hottest, *rest = sorted(rows, key=lambda r: -r.weight)
    codes[hottest.name] = prefix + b"\0"
    if not rest:
        return Leaf(hottest)

    def split(tree: list | Row, level: int, bits: int) -> Leaf | Test:
        if isinstance(tree, Row):
            codes[tree.name] = prefix + bytes([bits | 0x80])
            return Leaf(tree)
        mask = 1 << level
        return Test(
            3, mask, split(tree[0], level + 1, bits | mask), split(tree[1], level + 1, bits)
        )

    return Test(3, 0, split(_huffman(rest, 7), 0, 0), Leaf(hottest))


def _shape(tree: list | Row, level: int, prefix: bytes, codes: dict[str, bytes]) -> Leaf | Test:
    if level == LEVELS or isinstance(tree, Row):
        return _group(_leaves(tree), prefix.ljust(LEVELS, b"\0"), codes)
    yes = _shape(tree[0], level + 1, prefix + b"\1", codes)
    return Test(level, 0, yes, _shape(tree[1], level + 1, prefix + b"\0", codes))


CODES: dict[str, bytes] = {}
TREE = _shape(_huffman(TABLE, 14), 0, b"", CODES)
_NAMES = {code: name for name, code in CODES.items()}


def _byte_offsets(row: Row) -> list[str]:
    """The 16-bit fields that hold a slot: as a byte offset, which spares the loop a shift."""
    return [field for field in ("c", "d") if row.kind(field) in "rRwWxsv"]


def encode(
    name: str, a: int = 0, b: int = 0, c: int = 0, d: int = 0, n: int = 0, imm: int = 0
) -> bytes:
    """One instruction, 8 or 16 bytes. Slots are slot numbers, whichever the field; the rest is
    written as given.

    Raises KeyError if no row has the name, struct.error if a field has no room for its value.
    """
    row = BY_NAME[name]
    values = dict(a=a, b=b, c=c, d=d, n=n, imm=imm)
    for field in _byte_offsets(row):
        values[field] *= 4
    word = CODES[name] + struct.pack("<BBH", values["a"], values["b"], values["c"])
    if row.size == 16:
        word += struct.pack("<HHI", values["d"], values["n"], values["imm"] & 0xFFFFFFFF)
    return word


def decode(code: bytes, offset: int) -> tuple[str, dict[str, int], int]:
    """(name, fields as encode takes them, size) of the instruction at a byte offset.

    Raises ValueError where the bytes are no instruction.
    """
    name = _NAMES.get(bytes(code[offset : offset + 4]))
    if name is None:
        raise ValueError(f"no instruction at offset 0x{offset:x}")
    row = BY_NAME[name]
    values = list(struct.unpack_from("<BBH", code, offset + 4))
    if row.size == 16:
        values += struct.unpack_from("<HHI", code, offset + 8)
    fields = {f: v for f, v in zip(FIELDS, values, strict=False) if row.kind(f) != "-"}
    for field in _byte_offsets(row):
        fields[field] //= 4
    return name, fields, row.size
