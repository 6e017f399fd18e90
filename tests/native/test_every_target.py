"""Every instruction becomes machine code for every processor."""

from __future__ import annotations

import pytest

from native.every_instruction import text
from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions
from wrt_preflight.lower.context import Context
from wrt_preflight.native.compile import compile_blob
from wrt_preflight.native.target import TARGETS
from wrt_preflight.native.translate import translate
from wrt_preflight.ops.instructions import INSTRUCTIONS
from wrt_preflight.validate import to_binary, validate
from wrt_preflight.wasm import decode_body, read_module


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    data = to_binary(text().encode())
    validate(data, "every instruction")
    module = read_module(data, "every instruction")
    store.instantiate(module, "every", lambda module, name: None)
    return store


def test_the_module_has_every_instruction(store):
    module = store.instances[0].module
    found = {i.name for code in module.code for _, i, _ in decode_body(module, code)}
    assert found == {instruction.name for instruction in INSTRUCTIONS}


@pytest.mark.parametrize("name", TARGETS)
def test_every_instruction_becomes_code(store, name):
    target = TARGETS[name]
    context = Context(store, LowerOptions(memory_reserve=1 << 16))
    headers = [64 + 32 * i for i in range(len(store.functions) + 1)]
    translation = translate(store, context, target, headers)
    wanted = {s for f in translation.functions for s in (f.symbol, f.shim) if s}
    blob = compile_blob(translation.ir, target, sorted(wanted))
    assert wanted <= set(blob.offsets)
    assert translation.throws and translation.inits == [len(store.functions)]
