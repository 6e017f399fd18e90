"""Damaged modules: a PreflightError or a module, never another exception."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from wrt_preflight.errors import PreflightError
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import decode, decode_body, read_module

TEXTS = (
    b"""(module $everything
      (type $t (func (param i32 (ref null $t)) (result i64 funcref)))
      (rec (type $a (sub (func (param (ref null $b))))) (type $b (func)))
      (import "m" "f" (func (type $b)))
      (import "m" "t" (table i64 1 2 externref))
      (import "m" "mem" (memory i64 3 (pagesize 1)))
      (import "m" "g" (global (mut f64)))
      (import "m" "e" (tag (type $b)))
      (table $init 1 (ref func) (ref.func 0))
      (memory 1 2 shared)
      (tag $tag (param i32 i64))
      (global $g i64 (i64.mul (i64.const -3) (i64.const 0x1234567890)))
      (export "run" (func $run)) (export "g" (global $g))
      (start $start)
      (elem (table $init) (i32.const 0) func $start) (elem funcref (ref.null func))
      (elem declare func $run)
      (data (i32.const 8) "some bytes") (data "more")
      (func $start)
      (func $run (param $x i32) (result i64) (local $y f32) (local $z i64)
        (block $out (result i32)
          (try_table (catch $tag 0) (catch_all_ref 0)
            (throw $tag (i32.const 1) (i64.const 2)))
          unreachable)
        drop
        (memory.init 1 1 (i32.const 0) (i32.const 0) (i32.const 1))
        (i64.atomic.rmw16.cmpxchg_u 1 offset=64 (i32.const 0) (i64.const 1) (i64.const 2))))""",
    b"""(module
      (memory (export "memory") 1)
      (func $fac (export "fac") (param $n i64) (result i64)
        (if (result i64) (i64.eqz (local.get $n))
          (then (i64.const 1))
          (else (i64.mul (local.get $n) (call $fac (i64.sub (local.get $n) (i64.const 1)))))))
      (func (export "pick") (param i32) (result i32)
        (block (block (block (br_table 0 1 2 (local.get 0)))
          (return (i32.const 100000))) (return (i32.load offset=4 (i32.const 0))))
        (i32.trunc_sat_f64_u (f64.const 0.5))))""",
)


@cache
def modules() -> list[bytes]:
    return [to_binary(text) for text in TEXTS]


def read_all(data: bytes) -> None:
    try:
        module = read_module(data, "damaged.wasm")
        for code in module.code:
            decode_body(module, code)
    except PreflightError as error:
        assert error.file == "damaged.wasm"
        assert 0 <= error.offset <= len(data)
        assert error.message.isprintable()


def test_the_whole_modules_read():
    for data in modules():
        module = read_module(data)
        assert [len(decode_body(module, code)) for code in module.code][-1] > 15


def test_every_truncation():
    for data in modules():
        for size in range(len(data)):
            read_all(data[:size])


def test_every_bit_flip():
    for data in modules():
        for bit in range(len(data) * 8):
            damaged = bytearray(data)
            damaged[bit // 8] ^= 1 << bit % 8
            read_all(bytes(damaged))


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_bytes_replaced_removed_and_inserted(draw):
    data = bytearray(draw.draw(st.sampled_from(modules())))
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.integers(0, len(data)))
        removed = draw.draw(st.integers(0, 3))
        data[place : place + removed] = draw.draw(st.binary(max_size=6))
    read_all(bytes(data))


@given(st.binary(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_bytes_as_sections(content):
    read_all(b"\0asm\x01\0\0\0" + content)


@given(st.sampled_from(range(14)), st.binary(max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_bytes_as_the_content_of_a_section(id, content):
    read_all(b"\0asm\x01\0\0\0" + bytes([id, len(content)]) + content)


@given(st.binary(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_bytes_as_instructions(body):
    try:
        decode(body, 0, len(body))
    except PreflightError as error:
        assert 0 <= error.offset <= len(body)
