"""Translated code, run in this process: scripts of the specification, and facts of our own."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
import wasmtime
from click.testing import CliRunner

from bench.suite import BENCHMARKS
from conformance import suites
from native.in_process import FUEL, YIELDS, Machine, Trap
from native.scripts import run_script
from wrt_preflight.cli import cli
from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions
from wrt_preflight.native.target import TARGETS
from wrt_preflight.native.translate import record, scan
from wrt_preflight.ops.traps import TRAPS
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import read_module

X64 = TARGETS["x64"]
# Code for other processors, as far as x64 can run it: what each does differently.
ANOTHER = "soft floats, aligned accesses"
VARIANTS = {
    "x64": X64,
    ANOTHER: replace(X64, hard_f32=False, hard_f64=False, unaligned=False, small=True),
    "soft f64": replace(X64, hard_f64=False),
}
OFFICIAL = (
    "scalar/f32.wast", "scalar/f64_bitwise.wast", "scalar/float_exprs.wast",
    "scalar/conversions.wast", "scalar/i64.wast", "mixed/br_table.wast", "scalar/loop.wast",
    "scalar/call_indirect.wast", "mixed/align.wast", "mixed/linking.wast",
    "exceptions/try_table.wast", "exceptions/throw_ref.wast", "tail-call/return_call.wast",
    "tail-call/return_call_indirect.wast", "function-references/return_call_ref.wast",
    "memory64/bulk64.wast", "threads/atomic.wast",
)  # fmt: skip


def scripts() -> list:
    """Core scripts of our own, and some of the official ones."""
    own = [p for p in sorted(suites.OWN.glob("*.wast")) if not p.stem.startswith("component")]
    return own + [suites.ROOT / "core" / name for name in OFFICIAL]


def machine(text: str, **options) -> Machine:
    """A module in text form as the only instance of a store; it is not instantiated."""
    module = read_module(to_binary(text.encode()), "test")
    store = Store()
    store.instantiate(module, "main", lambda module, name: None)
    limits = options.pop("limits", LowerOptions())
    return Machine(store, limits, **options)


def call(machine: Machine, name: str, *words: int) -> list[int]:
    """Calls an export with words; the first four words of the stack afterwards."""
    machine.call(machine.store.instances[0].exports[name].index, list(words))
    return list(machine.stack[:4])


@pytest.fixture
def caller_tails(monkeypatch):
    """Callers make the tail calls, as where LLVM does not promise them."""
    monkeypatch.setattr(scan, "promises_tail_calls", lambda target: False)


def check_script(script: Path, variant: str, folder: Path) -> None:
    if not script.exists():
        pytest.skip(suites.MISSING)
    passed, faults = run_script(script, folder, target=VARIANTS[variant])
    assert not faults
    assert passed


@pytest.mark.parametrize("script", scripts(), ids=suites.name_of)
def test_script(script, tmp_path_factory):
    check_script(script, "x64", tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("script", scripts(), ids=suites.name_of)
def test_script_for_another_processor(script, caller_tails, tmp_path_factory):
    check_script(script, ANOTHER, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("script", ["f64.wast", "conversions.wast"])
def test_script_with_one_soft_float_type(script, tmp_path_factory):
    script = suites.ROOT / "core" / "scalar" / script
    check_script(script, "soft f64", tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)
def test_benchmark_as_wasmtime(benchmark):
    ours = machine(benchmark.path.read_text())
    ours.instantiate(0)
    words = call(ours, "run", 2 * benchmark.small_n)
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, benchmark.wasm())
    theirs = wasmtime.Instance(store, module, []).exports(store)["run"](
        store, 2 * benchmark.small_n
    )
    found = words[0] if benchmark.bits == 32 else words[0] | words[1] << 32
    assert found == theirs & (1 << benchmark.bits) - 1


# ---------------------------------------------------------------- limits
def test_endless_recursion_exhausts_the_stack():
    guest = machine('(module (func $f (export "f") (param i32) (result i32) '
                    "(call $f (i32.add (local.get 0) (i32.const 1)))))")  # fmt: skip
    with pytest.raises(Trap) as trap:
        call(guest, "f", 0)
    assert trap.value.number == TRAPS["call_stack_exhausted"]
    assert trap.value.pc == guest.headers[0] + 12


LOOPS = """(module
  (func (export "count") (param i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $even (export "even") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 1))
      (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (return_call $even (i32.sub (local.get 0) (i32.const 1))))))
  (func $down (export "down") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $down (i32.sub (local.get 0) (i32.const 1))))
  (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "calls") (param i32)
    (loop
      (drop (call $leaf (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
"""


@pytest.mark.parametrize("name", ["count", "even", "down", "calls"])
def test_whatever_repeats_uses_fuel(name):
    repeats(name)


def test_tail_calls_of_the_caller_use_fuel(caller_tails):
    repeats("even")
    repeats("down")


def repeats(name: str) -> None:
    guest = machine(LOOPS)
    turns = 10 * FUEL
    call(guest, name, turns)
    assert turns / FUEL - 1 <= guest.record[YIELDS] <= 3 * turns / FUEL
    assert 1 <= guest.record[record.FUEL] <= FUEL


COUNTED = """(module
  (func (export "f") (param i32) (result i32) (local i32 i32)
    (loop $outer
      (local.set 1 (i32.const {first}))
      (loop $inner
        (local.set 2 (i32.add (local.get 2) (i32.const 1)))
        {more}
        (br_if $inner {test}))
      (br_if $outer (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 2)))
"""
STEP = "(local.tee 1 (i32.add (local.get 1) (i32.const {})))"


@pytest.mark.parametrize(
    "first, test, more, turns, known",
    [
        (0, f"(i32.ne {STEP.format(4)} (i32.const 4000))", "", 1000, True),
        (-300, STEP.format(3), "", 100, True),
        (7, f"(i32.ne {STEP.format(-1)} (i32.const 0))", "", 7, True),
        (0, f"(i32.ne {STEP.format(1)} (i32.const 20000))", "", 20000, False),
        (0, f"(i32.lt_u {STEP.format(3)} (i32.const 10))", "", 4, False),
        (0, STEP.format(1 << 30), "", 4, False),
        (0, f"(i32.ne {STEP.format(1)} (i32.const 10))",
         "(local.set 1 (i32.add (local.get 1) (i32.const 1)))", 5, False),
        (0, f"(i32.ne {STEP.format(1)} (i32.const 9))",
         "(br_if $inner (i32.eq (local.get 2) (i32.const 3)))", 10, False),
    ],
)  # fmt: skip
def test_fuel_of_loops_that_are_counted(first, test, more, turns, known):
    """Known or not, each turn takes 1; a loop that is known takes all of it at once."""
    guest = machine(COUNTED.format(first=first, test=test, more=more))
    assert ("@pay(" in guest.translation.ir) == known
    assert call(guest, "f", 1)[0] == turns
    assert used(guest) == turns + 1


def test_fuel_that_is_taken_in_advance_is_paid():
    test = f"(i32.ne {STEP.format(1)} (i32.const 4000))"
    guest = machine(COUNTED.format(first=0, more="", test=test))
    assert call(guest, "f", 100)[0] == 100 * 4000
    assert used(guest) == 100 * 4001


def used(guest: Machine) -> int:
    """The fuel that the first call of a machine has taken."""
    return FUEL * (guest.record[YIELDS] + 1) - guest.record[record.FUEL]


def test_fuel_that_is_left_comes_back():
    guest = machine(LOOPS)
    call(guest, "count", 100)
    assert guest.record[record.FUEL] == FUEL - 100


# ---------------------------------------------------------------- memory
MEMORY = """(module (memory (export "memory") 1 3)
  (func (export "load") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "far") (param i32) (result i32) (i32.load offset=65533 (local.get 0)))
  (func (export "beyond") (param i32) (result i32) (i32.load offset=262144 (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size)))
"""


@pytest.mark.parametrize("reserve", [0, 2 << 16])
def test_bounds_and_growth(reserve):
    guest = machine(MEMORY, limits=LowerOptions(memory_reserve=reserve))

    def fails(name, address):
        with pytest.raises(Trap) as trap:
            call(guest, name, address)
        assert trap.value.number == TRAPS["out_of_bounds_memory"]

    def check(length):
        guest.memories[0][length - 4 : length] = b"\x01\x02\x03\x04"
        assert call(guest, "load", length - 12)[0] == 0x04030201
        for address in (length - 11, length, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF):
            fails("load", address)
        fails("beyond", 0)

    check(1 << 16)
    fails("far", 0)
    assert call(guest, "grow", 3)[0] == 0xFFFFFFFF
    if not reserve:
        assert call(guest, "grow", 1)[0] == 0xFFFFFFFF
        assert call(guest, "grow", 0)[0] == 1
        return
    assert call(guest, "grow", 2)[0] == 1
    assert call(guest, "size")[0] == 3
    check(3 << 16)
    fails("far", 2 << 16)


def test_a_short_memory_tells_where_the_access_ends():
    guest = machine(MEMORY, limits=LowerOptions(memory_bytes=4096))
    assert call(guest, "size")[0] == 1
    with pytest.raises(Trap) as trap:
        call(guest, "load", 5000)
    assert trap.value.address == 5012
    with pytest.raises(Trap) as trap:
        call(guest, "load", 0xFFFFFFFF)
    assert trap.value.address == 0xFFFFFFFF


# ---------------------------------------------------------------- the host
def test_host_calls_get_words_and_give_words():
    seen = []

    def host(machine, number, words):
        seen.append((number, list(words[:6])))
        words[0], words[1], words[2] = 5, 0x11111111, 0x22222222
        return 0

    guest = machine(
        '(module (import "a" "other" (func)) (import "a" "f" '
        "(func $f (param i32 i64 f32 f64) (result i32 i64)))"
        ' (func (export "f") (param i32 i64 f32 f64) (result i64 i32)'
        " (local i64) (call $f (local.get 0) (local.get 1) (local.get 2) (local.get 3))"
        " (local.set 4) (local.set 0) (local.get 4) (local.get 0)))",
        host=host,
    )
    number = struct.unpack("<2I", struct.pack("<d", 1.5))
    words = call(guest, "f", 1, 2, 3, 0x3F800000, *number)
    assert seen == [(1, [1, 2, 3, 0x3F800000, *number])]
    assert words[:3] == [0x11111111, 0x22222222, 5]


def test_a_trap_of_the_host_ends_the_call():
    guest = machine(
        '(module (import "a" "f" (func $f)) (func (export "f") (call $f)))',
        host=lambda machine, number, words: TRAPS["host"],
    )
    with pytest.raises(Trap) as trap:
        call(guest, "f")
    assert trap.value.number == TRAPS["host"]


# ---------------------------------------------------------------- floats
NANS = """(module (memory 1)
  (func (export "div") (param f64 f64) (result f64) (f64.div (local.get 0) (local.get 1)))
  (func (export "neg") (param f64 f64) (result f64)
    (f64.neg (f64.add (local.get 0) (local.get 1))))
  (func (export "root") (param f64 f64) (result f64)
    (f64.store (i32.const 0) (f64.sqrt (local.get 0))) (f64.load (i32.const 0)))
  (func (export "sum") (param f64 f64) (result f64) (local f64) (local i32)
    (loop
      (local.set 2 (f64.add (local.get 2) (local.get 0)))
      (br_if 0 (i32.lt_u (local.tee 3 (i32.add (local.get 3) (i32.const 1))) (i32.const 9))))
    (local.get 2))
  (func (export "same") (param f64 f64) (result f64) (local f64)
    (local.set 2 (local.get 0)) (local.get 2)))
"""
CANONICAL, NEGATIVE = 0x7FF8 << 48, 0xFFF8 << 48


@pytest.mark.parametrize("name", ["div", "neg", "root", "sum", "same"])
@pytest.mark.parametrize("variant", ["x64", ANOTHER])
def test_deterministic_nans(name, variant):
    guest = machine(NANS, deterministic=True, target=VARIANTS[variant])
    payload = 0xFFF8000000012345

    def result(a: int, b: int) -> int:
        low, high, *_ = call(guest, name, *struct.unpack("<4I", struct.pack("<2Q", a, b)))
        return low | high << 32

    expected = {"neg": NEGATIVE, "same": payload}.get(name, CANONICAL)
    assert result(payload, 0) == expected
    zero_or_minus_one = 0xBFF0 << 48 if name == "root" else 0
    if name in ("div", "root"):
        assert result(zero_or_minus_one, 0) == CANONICAL


def test_an_operation_with_one_or_zero_quiets_a_nan():
    operations = {
        "one": "(f32.mul (local.get 0) (f32.const 1))",
        "zero": "(f32.sub (local.get 0) (f32.const 0))",
        "minus": "(f32.add (local.get 0) (f32.const -0))",
        "both": "(f32.demote_f64 (f64.promote_f32 (local.get 0)))",
        "local": "(local.set 1 (f32.const 1)) (f32.div (local.get 0) (local.get 1))",
    }
    functions = " ".join(
        f'(func (export "{name}") (param f32) (result f32) (local f32) {code})'
        for name, code in operations.items()
    )
    guest = machine(f"(module {functions})")
    for name in operations:
        assert call(guest, name, 0x7FA00000)[0] & 0x7FC00000 == 0x7FC00000, name


def test_the_option_reaches_the_translator(tmp_path):
    """A NaN's bits become code only where they are asked for."""
    path = tmp_path / "nans.wat"
    path.write_text(NANS)
    modules = []
    for flags in ([], ["--deterministic"]):
        out = tmp_path / f"{len(flags)}.wrt"
        arguments = ["build", str(path), "--engine", "native", "--arch", "x64", *flags]
        assert CliRunner().invoke(cli, [*arguments, "-o", str(out)]).exit_code == 0
        modules.append((tmp_path / f"{len(flags)}_native.mpy").read_bytes())
    nan = struct.pack("<Q", CANONICAL)
    assert [nan in module for module in modules] == [False, True]
