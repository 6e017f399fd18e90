"""Addresses that loads and stores compute themselves, where wrapping around 2^32 allows it."""

from __future__ import annotations

import pytest
import wasmtime

import wrt_micro
from lowered import program, rows, run
from wrt_preflight.validate import to_binary

SIZE = 1 << 16


def text(address: str, offset: int = 0, access: str = "i32.load") -> str:
    result = access[:3] if "load" in access else "i32"
    value = f"({access[:3]}.const 77)" if "store" in access else ""
    body = f"({access} offset={offset} {address} {value})"
    if value:
        body += "(i32.load8_u (i32.const 0))"
    return f"""(module (memory 1)
      (data (i32.const 0) "\\11\\22\\33\\44\\55\\66\\77\\88") (data (i32.const 65528) "abcdefgh")
      (func (export "f") (param i32 i32) (result {result}) {body}))"""


X = "(local.get 0)"
Y = "(local.get 1)"
MASKED = "(i32.and (local.get 0) (i32.const 255))"


def plus(left: str, right: str | int) -> str:
    return f"(i32.add {left} {right if isinstance(right, str) else f'(i32.const {right})'})"


def shifted(left: str, count: int) -> str:
    return f"(i32.shl {left} (i32.const {count}))"


ADDRESS = ("memory.address", "i32.load")
FORMS = [
    # plain: the offset is proved by the memory's minimum, up to what fits the field
    (X, 0, "i32.load", ("i32.load",)),
    (X, 65528, "i32.load", ("i32.load",)),
    (X, 65532, "i32.load", ADDRESS),
    (X, SIZE, "i32.load", ADDRESS),
    (X, 0xFFFFFFFF, "i32.load", ("memory.address", "trap", "i32.load")),
    # .a: slot + constant modulo 2^32, without an offset, or where the sum cannot wrap
    (plus(X, 4), 0, "i32.load", ("i32.load.a",)),
    (plus(X, 65535), 0, "i32.load", ("i32.load.a",)),
    (plus(X, 65536), 0, "i32.load", ("i32.add.w", "i32.load")),
    (plus(X, -4), 0, "i32.load", ("i32.sub.i", "i32.load")),
    (plus(X, 4), 8, "i32.load", ("i32.add.i", "i32.load")),
    (plus(MASKED, 4), 8, "i32.load", ("i32.and.i", "i32.load")),
    (plus(MASKED, 65535), 0, "i32.load", ("i32.and.i", "i32.load.a")),
    (plus(MASKED, 65535), 8, "i32.load", ("i32.and.i", "i32.add.i", "i32.load")),
    (plus(X, 4), 0, "i32.load8_u", ("i32.load8_u.a",)),
    (plus(X, 4), 0, "i64.load", ("i64.load.a",)),
    (plus(X, 4), 0, "i32.load8_s", ("i32.add.i", "i32.load8_s")),  # has no such form
    (plus(X, 4), 0, "i32.store16", ("const", "i32.store16.a", "const", "i32.load8_u")),
    # .x4: (slot << 2) + constant
    (shifted(X, 2), 0, "i32.load", ("i32.load.x4",)),
    (plus(shifted(X, 2), 60), 0, "i32.load", ("i32.load.x4",)),
    (shifted(X, 2), 4, "i32.load", ("i32.shl.i", "i32.load")),
    (shifted(MASKED, 2), 4, "i32.load", ("i32.and.i", "i32.load.x4")),
    (shifted(X, 3), 0, "i32.load", ("i32.shl.i", "i32.load")),
    (shifted(X, 2), 0, "i32.load16_u", ("i32.shl.i", "i32.load16_u")),
    (shifted(X, 2), 0, "i32.store", ("const", "i32.store.x4", "const", "i32.load8_u")),
    # .rr: slot + slot, without an offset
    (plus(X, Y), 0, "i32.load", ("i32.load.rr",)),
    (plus(X, Y), 0, "i32.load8_u", ("i32.load8_u.rr",)),
    (plus(X, Y), 4, "i32.load", ("i32.add", "i32.load")),
    (plus(X, Y), 0, "i64.load", ("i32.add", "i64.load")),
]


@pytest.mark.parametrize(("address", "offset", "access", "names"), FORMS)
def test_form(address, offset, access, names):
    assert tuple(rows(text(address, offset, access))) == names


@pytest.mark.parametrize("memory", ["0 1", "3 100 (pagesize 1)"])
@pytest.mark.parametrize("address", [plus(X, 4), shifted(X, 2), X])
def test_nothing_is_proved_by_a_memory_without_bytes(memory, address):
    """The forms compare with length - width, which must not be negative."""
    source = f"""(module (memory {memory}) (func (export "f") (param i32) (result i32)
      (i32.load {address})))"""
    assert rows(source)[-2:] == ["memory.address", "i32.load"]


def test_64_bit_addresses_have_no_such_forms():
    source = """(module (memory i64 1) (func (export "f") (param i64) (result i32)
      (i32.load (i64.add (local.get 0) (i64.const 4)))))"""
    assert rows(source) == ["i64.add.i", "i64.saturate", "i32.load"]


def test_a_value_used_twice_is_computed_once():
    source = f"""(module (memory 1) (func (export "f") (param i32) (result i32) (local i32)
      (i32.add (i32.load (local.tee 1 {plus(X, 8)})) (i32.load (local.get 1)))))"""
    names = rows(source)
    assert names.count("i32.load") == 2 and "i32.load.a" not in names


def test_a_local_that_changes_is_fetched_before():
    source = """(module (memory 1) (data (i32.const 8) "\\07") (func (export "f") (param i32)
      (result i32) (i32.add (local.get 0) (i32.const 8)) (local.set 0 (i32.const 1000))
      (i32.load)))"""
    assert run(program(source)).f(0) == 7


# ---------------------------------------------------------------- as wasmtime
EDGES = (0, 1, 4, 64, 16382, 16383, 65524, 65528, 65529, 65532, 65533, 65536, 0x3FFFFFFF)
EDGES += (0x40000000, 0x7FFFFFFF, 0x80000000, 0xFFFF0000, 0xFFFF0001, 0xFFFFFFFC, 0xFFFFFFFF)


def outcome(call, trap) -> int | str:
    try:
        return call()
    except trap:
        return "trap"


@pytest.mark.parametrize(("address", "offset", "access", "names"), FORMS)
def test_edges_are_as_in_wasmtime(address, offset, access, names):
    """Around the memory's end and around 2^32."""
    source = text(address, offset, access)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    theirs = wasmtime.Instance(
        store, wasmtime.Module(engine, to_binary(source.encode())), []
    ).exports(store)["f"]
    made = program(source)
    ours = run(made).f
    seen = set()
    for x in EDGES:
        for y in (0, 4, 0xFFFFFFF8, x):
            signed = [value - (1 << 32) if value >> 31 else value for value in (x, y)]
            expected = outcome(lambda: theirs(store, *signed), wasmtime.Trap)  # noqa: B023
            found = outcome(lambda: ours(*signed), wrt_micro.Trap)  # noqa: B023
            assert found == expected, (hex(x), hex(y))
            seen.add(expected == "trap")
    assert True in seen or MASKED in address
