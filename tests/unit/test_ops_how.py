"""What docs/instructions.md says of how an instruction runs is what lowering does."""

from __future__ import annotations

import re

import pytest

from wrt_preflight.link import Store
from wrt_preflight.lower import lower
from wrt_preflight.ops.encoding import decode
from wrt_preflight.ops.how import how
from wrt_preflight.ops.instructions import INSTRUCTIONS
from wrt_preflight.ops.machine import BY_NAME
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import read_module


@pytest.mark.parametrize("instruction", INSTRUCTIONS, ids=lambda found: found.name)
def test_rows_that_are_named_exist(instruction):
    for name in re.findall(r"`([^`]+)`", how(instruction)):
        pattern = re.escape(name).replace(r"\*", ".*")
        # memory.copy and table.copy are cold: no rows.
        known = [*BY_NAME, "memory.copy", "table.copy"]
        assert any(re.fullmatch(pattern, row) for row in known), name


CHECKED = [
    found
    for found in INSTRUCTIONS
    if found.params is not None
    and found.results is not None
    and set(found.immediates) <= {"memarg", "memory", "const0"}
]
GLUE = {"ret", "ret32", "ret64", "mov", "mov64"}


@pytest.fixture(scope="module")
def lowered() -> dict:
    """Instruction -> names of the rows of a function with only this instruction."""
    functions = []
    for found in CHECKED:
        params, results = (
            " ".join(side).replace("addr", "i32") for side in (found.params, found.results)
        )
        operands = " ".join(f"local.get {place}" for place in range(len(found.params)))
        functions.append(f"(func (param {params}) (result {results}) {operands} {found.name})")
    module = read_module(to_binary(f"(module (memory 1 1 shared) {' '.join(functions)})".encode()))
    store = Store()
    store.instantiate(module, "main", lambda module, field: None)
    program = lower(store)
    rows = {}
    for found, function in zip(CHECKED, program.functions, strict=False):
        names, at = [], 0
        while at < len(function.code):
            name, _, size = decode(function.code, at)
            names.append(name)
            at += size
        rows[found] = names
    return rows


@pytest.mark.parametrize("instruction", CHECKED, ids=lambda found: found.name)
def test_lowering_does_what_the_page_says(lowered, instruction):
    text, names = how(instruction), [n for n in lowered[instruction] if n not in GLUE]
    if text.startswith("class"):
        assert names == ["slow"]
    elif text.startswith("folded"):
        assert not names
    elif text.startswith("row"):
        assert names, "no row"
        assert all(f"`{name}`" in text for name in names), names
    elif "`host`" in text:
        assert "host" in names
    else:
        said = [name for name in re.findall(r"`([^`]+)`", text) if name not in GLUE]
        # A byte is always aligned.
        byte = re.search("(load|store|rmw)8", instruction.name)
        assert names == (said[1:] if byte else said)


def test_most_instructions_are_checked():
    assert len(CHECKED) > 230
