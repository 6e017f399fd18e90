"""The instruction table against wasm-tools: opcodes, immediates and types of every row."""

from __future__ import annotations

import pytest

from wrt_preflight.ops.instructions import BY_NAME, BY_OPCODE, INSTRUCTIONS
from wrt_preflight.validate import to_binary, validate
from wrt_preflight.wasm import RefType, decode_body, read_module

# How each kind of immediate is written in text, and what the decoder must make of it. Where an
# instruction has several, each value differs, so that an exchange would show.
SAMPLES = {
    "block": ("(result i64)", "i64"),
    "label": ("7", 7),
    "labels": ("4 5 6", (4, 5, 6)),
    "func": ("300", 300),
    "type": ("(type 2)", 2),
    "local": ("200", 200),
    "global": ("9", 9),
    "tag": ("11", 11),
    "data": ("12", 12),
    "elem": ("13", 13),
    "memarg": ("14 offset=0x1ffffffff align=1", (0, 14, 0x1FFFFFFFF)),
    "valtypes": ("(result externref)", (RefType(True, "extern"),)),
    "heap": ("noextern", "noextern"),
    "i32": ("-2147483648", -(2**31)),
    "i64": ("-9223372036854775808", -(2**63)),
    "f32": ("-nan:0x200001", 0xFFA00001),
    "f64": ("-0x1p-1074", 0x8000000000000001),
    "catches": (
        "(catch 1 2) (catch_ref 3 4) (catch_all 5) (catch_all_ref 6)",
        (("catch", 1, 2), ("catch_ref", 3, 4), ("catch_all", None, 5), ("catch_all_ref", None, 6)),
    ),
    "const0": ("", 0),
}
TEXT_ORDER = {  # text puts the table or memory first where the binary has it last
    ("type", "table"): (1, 0),
    ("elem", "table"): (1, 0),
    ("data", "memory"): (1, 0),
}
# `table` and `memory` may stand twice.
INDICES = {"table": (15, 16), "memory": (17, 18)}


def _sample(instruction):
    """(text of the immediates, their decoded form)"""
    pairs = []
    for place, kind in enumerate(instruction.immediates):
        if kind in INDICES:
            value = INDICES[kind][place]
            pairs.append((str(value), value))
        else:
            pairs.append(SAMPLES[kind])
    order = TEXT_ORDER.get(instruction.immediates, range(len(pairs)))
    text = " ".join(pairs[place][0] for place in order)
    if instruction.immediates == ("type",):  # call_ref takes a bare index, unlike call_indirect
        text = "2"
    return text, tuple(value for _, value in pairs)


def _text_name(instruction):
    return "select" if instruction.name == "select_t" else instruction.name


OPENERS = ("block", "loop", "if", "try_table")


@pytest.fixture(scope="module")
def encoded():
    """Instruction -> what the decoder finds in the text form of it, all from one module."""
    functions = []
    for instruction in INSTRUCTIONS:
        text = f"{_text_name(instruction)} {_sample(instruction)[0]}"
        if instruction.name in OPENERS:
            text += " end"
        elif instruction.name == "else":
            text = "if else end"
        elif instruction.name == "end":
            text = ""
        functions.append(f"(func {text})")
    types = "(type (func)) (type (func)) (type (func))"
    module = read_module(to_binary(f"(module {types} {' '.join(functions)})".encode()))
    bodies = [decode_body(module, code) for code in module.code]
    return dict(zip(INSTRUCTIONS, bodies, strict=True))


@pytest.mark.parametrize("instruction", INSTRUCTIONS, ids=lambda found: found.name)
def test_opcode_and_immediates(encoded, instruction):
    body = encoded[instruction]
    place = 1 if instruction.name == "else" else 0
    _, found, immediates = body[place]
    assert found is instruction
    assert immediates == _sample(instruction)[1]


def test_lookups_have_every_row():
    assert len(BY_OPCODE) == len(BY_NAME) == len(INSTRUCTIONS) == 282
    assert BY_NAME["i64.add128"] is BY_OPCODE[0xFC, 0x13]
    assert repr(BY_NAME["i32.add"]) == "<i32.add>"


# Valid immediates for modules in which an instruction's types are checked. {m}: memory and table 0
# have 32-bit addresses, 1 has 64-bit ones.
VALID = {
    "block": "",
    "local": "0",
    "global": "0",
    "table": "{m}",
    "memory": "{m}",
    "memarg": "{m}",
    "data": "0",
    "elem": "0",
    "func": "0",
    "heap": "func",
    "i32": "1",
    "i64": "1",
    "f32": "1",
    "f64": "1",
    "const0": "",
}
FIXED = [
    found
    for found in INSTRUCTIONS
    if found.params is not None and found.results is not None and found.name != "local.get"
]


@pytest.mark.parametrize("memory, address", [("0", "i32"), ("1", "i64")])
def test_fixed_types_are_what_wasm_tools_says(memory, address):
    """Operands from parameters, results returned: any other type would not validate."""
    functions = []
    for instruction in FIXED:
        kinds = instruction.immediates
        texts = [VALID[kinds[place]] for place in TEXT_ORDER.get(kinds, range(len(kinds)))]
        immediates = " ".join(texts).format(m=memory)
        params, results = (
            " ".join(side).replace("addr", address)
            for side in (instruction.params, instruction.results)
        )
        operands = " ".join(f"local.get {place}" for place in range(len(instruction.params)))
        body = f"{operands} {instruction.name} {immediates}"
        functions.append(f"(func (param {params}) (result {results}) {body})")
    shared = "(memory 1 1 shared) (memory i64 1 1 shared)"
    tables = "(table 1 funcref) (table i64 1 funcref)"
    segments = '(data "x") (elem funcref)'
    text = f"(module {shared} {tables} {segments} {' '.join(functions)})"
    validate(to_binary(text.encode()))


def test_most_rows_have_fixed_types():
    """The check above covers all but control, variables, references and the like."""
    assert len(FIXED) > 240
