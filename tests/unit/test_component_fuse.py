"""Calls between components as core functions: the check of UTF-8, values, and traps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wrt_micro
from component_text import component_image
from lowered import program, run
from wrt_preflight.component.utf8 import valid_utf8

CHECK = run(
    program(
        '(module (memory $m0 (export "m") 1) (export "valid" (func $utf8.0))' + valid_utf8(0) + ")"
    )
)


def is_valid(data: bytes, at: int = 0) -> bool:
    CHECK.store.memories[0][at : at + len(data)] = data
    return bool(CHECK.valid(at, at + len(data)))


def decodes(data: bytes) -> bool:
    try:
        data.decode()
        return True
    except UnicodeError:
        return False


PIECES = st.one_of(
    st.text(max_size=40).map(str.encode),
    st.binary(max_size=4),
    st.sampled_from(
        [b"a" * 31, b"b" * 64, b"\xc0\x80", b"\xe0\x80\x80", b"\xe0\xa0\x80", b"\xed\xa0\x80"]
        + [b"\xed\x9f\xbf", b"\xf0\x80\x80\x80", b"\xf0\x90\x80\x80", b"\xf4\x8f\xbf\xbf"]
        + [b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xc2", b"\xe1\x80", b"\xf1\x80\x80"]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=6).map(b"".join), st.integers(0, 40))
def test_utf8_is_what_decodes(data, at):
    assert is_valid(data, at) == decodes(data)


@pytest.mark.parametrize("length", range(70))
def test_a_bad_byte_is_found_wherever_it_is(length):
    assert is_valid(b"x" * length)
    for at in {0, length // 2, length - 1} if length else ():
        assert not is_valid(b"x" * at + b"\xff" + b"x" * (length - at - 1))


RELAY = """(core module $R (import "" "f" (func $f (param i32)))
  (func (export "f") (result i32) (call $f (i32.const 32)) (i32.const 32)))
(core instance $r (instantiate $R (with "" (instance (export "f" (func $f'))))))
(alias core export $r "f" (core func $g))"""


def pair(params: str, core: str, result: str = "") -> str:
    """Two components, one of which calls the other: both have f of the same type."""
    out = f"(result {result})" if result else ""
    relay, last = (RELAY, "$g") if result == "string" else ("", "$f'")
    options = '(memory (core memory $libc "m")) (realloc (core func $libc "realloc"))'
    libc = """(core module $Libc (memory (export "m") 1)
        (global $next (mut i32) (i32.const 256))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (global.get $next)
          (global.set $next (i32.add (global.get $next) (i32.const 1024)))))
      (core instance $libc (instantiate $Libc))"""
    return f"""(component
      (component $Callee {libc}
        (core module $M (import "" "m" (memory 1)) (func (export "f") {core}))
        (core instance $m (instantiate $M (with "" (instance
          (export "m" (memory $libc "m"))))))
        (func (export "f") {params} {out} (canon lift (core func $m "f") {options})))
      (component $Caller
        (import "f" (func $f {params} {out})) {libc}
        (core func $f' (canon lower (func $f) {options}))
        {relay}
        (func (export "f") {params} {out} (canon lift (core func {last}) {options})))
      (instance $callee (instantiate $Callee))
      (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
      (export "f" (func $caller "f")))"""


@pytest.mark.parametrize(
    ("type_", "core", "values"),
    [
        ("u8", "i32", [0, 255]),
        ("s8", "i32", [-128, 127]),
        ("s16", "i32", [-32768, 5]),
        ("bool", "i32", [True, False]),
        ("s64", "i64", [-(1 << 63), 7]),
        ("char", "i32", ["a", "\U0010ffff"]),
        ('(enum "a" "b")', "i32", ["a", "b"]),
    ],
)
def test_values_of_one_word_or_two(type_, core, values):
    named = type_
    text = pair(f'(param "x" {named})', f"(param {core}) (result {core}) (local.get 0)", named)
    if "enum" in type_:
        text = pair('(param "x" $E)', f"(param {core}) (result {core}) (local.get 0)", "$E")
        text = text.replace("(component\n", f"(component (type $E {type_})\n", 1)
    app = wrt_micro.load(component_image(text), engine="portable")
    assert [app.f(value) for value in values] == values


def narrow(type_: str, body: str) -> str:
    """A callee whose core function returns what is no value of the type as it stands."""
    return pair("", f"(result i32) {body}", type_)


def test_high_bits_are_ignored_and_characters_are_checked():
    def called(type_, body):
        return wrt_micro.load(component_image(narrow(type_, body)), engine="portable").f()

    assert called("u8", "(i32.const 0x1ff)") == 255
    assert called("s8", "(i32.const 0xff)") == -1
    assert called("bool", "(i32.const 6)") is True
    with pytest.raises(wrt_micro.Trap) as caught:
        called("char", "(i32.const 0xd800)")
    assert caught.value.kind == "invalid_char"


def test_a_text_that_goes_beyond_memory_traps_in_its_own_way():
    body = "(result i32) (i32.store (i32.const 8) (i32.const {})) (i32.store (i32.const 12)"
    body += " (i32.const {})) (i32.const {})"
    wanted = [
        ((65536, 0, 8), None),
        ((65530, 7, 8), "string_out_of_bounds"),
        ((0, 1 << 28, 8), "string_too_long"),
        ((0, 0, 10), "unaligned_pointer"),
        ((0, 0, 65532), "pointer_out_of_bounds"),
    ]
    for numbers, kind in wanted:
        text = pair("", body.format(*numbers), "string")
        app = wrt_micro.load(component_image(text), engine="portable")
        try:
            assert app.f() == "" and kind is None
        except wrt_micro.Trap as trap:
            assert trap.kind == kind and "callee" in trap.instance


def test_a_callee_is_locked_for_good_after_a_trap():
    app = wrt_micro.load(component_image(pair("", "unreachable")), engine="portable")
    for kind in ("unreachable", "cannot_enter"):
        with pytest.raises(wrt_micro.Trap) as caught:
            app.f()
        assert caught.value.kind == kind
    assert list(app._calls.instances.may_enter) == [0, 0, 0]
