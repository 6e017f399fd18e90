"""Code words: encode and decode, the dispatch tree, and the fields that bodies use."""

from __future__ import annotations

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wrt_preflight.interp.dialects import Viper
from wrt_preflight.ops import encoding
from wrt_preflight.ops.cold import CLASSES, KINDS, find, number
from wrt_preflight.ops.encoding import CODES, TREE, Leaf, decode, encode
from wrt_preflight.ops.machine import BY_NAME, FIELDS, TABLE, Row

by_name = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
SLOT_KINDS = "rRwWxsv"
SIZES = {"a": 8, "b": 8, "c": 16, "d": 16, "n": 16, "imm": 32}


def fields_of(row: Row):
    """A strategy for the fields of a row. Slots in c and d become byte offsets."""
    limits = {}
    for field in FIELDS:
        if row.kind(field) != "-":
            bits = SIZES[field] - (2 if field in "cd" and row.kind(field) in SLOT_KINDS else 0)
            limits[field] = st.integers(0, (1 << bits) - 1)
    return st.fixed_dictionaries(limits)


@given(st.data())
def test_round_trip(data):
    for row in TABLE:
        fields = data.draw(fields_of(row))
        code = encode(row.name, **fields)
        assert len(code) == row.size
        assert decode(b"before" + code + b"behind", 6) == (row.name, fields, row.size)


@by_name
def test_every_field_at_its_limit(row):
    fields = {
        field: (1 << SIZES[field]) - 1 >> (2 if row.kind(field) in SLOT_KINDS else 0)
        if field in "cd"
        else (1 << SIZES[field]) - 1
        for field in FIELDS
        if row.kind(field) != "-"
    }
    assert decode(encode(row.name, **fields), 0) == (row.name, fields, row.size)


@pytest.mark.parametrize(("field", "most"), [("a", 255), ("b", 255), ("c", 65535)])
def test_what_does_not_fit_is_refused(field, most):
    encode("br_add_ne.w", **{field: most})
    for value in (most + 1, -1):
        with pytest.raises(struct.error):
            encode("br_add_ne.w", **{field: value})


def test_bytes_of_one_instruction():
    """The layout that docs/instructions.md describes."""
    code = CODES["const64.w"]
    assert encode("const64.w", a=1, d=0x2233, n=0x4455, imm=0x66778899) == (
        code + bytes.fromhex("01 00 0000 3322 5544 99887766")
    )
    assert encode("i32.add", a=1, b=2, c=3) == CODES["i32.add"] + bytes.fromhex("01 02 0c00")
    assert encode("i32.add.i", a=1, b=2, c=3) == CODES["i32.add.i"] + bytes.fromhex("01 02 0300")


def test_decode_refuses_other_bytes():
    for code in (b"\2\0\0\0", b"\0\0\0", b""):
        with pytest.raises(ValueError, match="no instruction at offset 0x8"):
            decode(bytes(8) + code + bytes(4) * (len(code) == 4), 8)


def test_codes_are_unique():
    assert len(BY_NAME) == len(TABLE) == len(set(CODES.values())) == len(CODES)
    for code in CODES.values():
        assert len(code) == 4 and max(code[:3]) <= 1


def walk(code: bytes) -> Row:
    """The row that an interpreter finds for a code."""
    node = TREE
    while isinstance(node, encoding.Test):
        value = code[node.byte] & node.mask if node.mask else code[node.byte]
        node = node.yes if value else node.no
    return node.row


@by_name
def test_dispatch_finds_the_row(row):
    assert walk(CODES[row.name]) is row


def test_tree_has_each_row_once():
    def leaves(node):
        if isinstance(node, Leaf):
            return [node.row.name]
        return leaves(node.yes) + leaves(node.no)

    assert sorted(leaves(TREE)) == sorted(BY_NAME)


def test_frequent_rows_are_near_the_root():
    def depths(node, depth=0):
        if isinstance(node, Leaf):
            return {node.row.name: depth}
        return depths(node.yes, depth + 1) | depths(node.no, depth + 1)

    found = depths(TREE)
    weights = {row.name: row.weight for row in TABLE}
    average = sum(found[name] * weight for name, weight in weights.items()) / sum(weights.values())
    assert max(found.values()) <= 12
    assert average < 7 < sum(found.values()) / len(found)


# What the interpreters read for each field.
READS = {
    "a": [r"pc\[4\]"],
    "b": [r"pc\[5\]"],
    "c": [r"ptr16\(pc\)\[3\]"],
    "d": [r"ptr16\(pc\)\[4\]", r"ptr32\(pc\)\[2\]", r"8 \+ int\(pc\)"],
    "n": [r"ptr16\(pc\)\[5\]", r"ptr32\(pc\)\[2\]", r"8 \+ int\(pc\)"],
    "imm": [r"(?<!8 \+ )ptr32\(pc\)\[3\]", r"8 \+ int\(pc\)"],
}


@pytest.mark.parametrize("bits", [64, 32])
@by_name
def test_body_reads_the_fields_of_its_kinds(row, bits):
    """No other field, and each of its own."""
    dialect = Viper(bits)
    body = row.body32 if bits == 32 and row.body32 else row.body
    text = (
        "\n".join(dialect.lines(body))
        .replace("pc = ptr8(8 + int(pc))", "")
        .replace("pc = ptr8(16", "")
    )
    read = {field for field, forms in READS.items() if any(re.search(f, text) for f in forms)}
    declared = {field for field in FIELDS if row.kind(field) != "-"}
    if row.name == "slow":  # a cold class reads the others
        read = declared
    assert read == declared


def test_cold_numbers_are_found_by_name():
    for class_name, rows in KINDS.items():
        for index, (name, kinds) in enumerate(rows.items()):
            assert find(name) == (class_name, index, kinds)
            assert number(class_name, index) == CLASSES.index(class_name) << 8 | index
    with pytest.raises(KeyError):
        find("memory.shrink")
