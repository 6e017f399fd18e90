"""Components for comparisons with other implementations: they log what realloc is asked for."""

from __future__ import annotations

from component.generate import PADDING, Text
from wrt_preflight.component import types
from wrt_preflight.component.types import ValType

# Where the room that realloc gives away begins, and where its log does: a word with the address
# of the next entry, then entries of four words. LIMIT: bytes of the memory.
ROOM, LOG, LIMIT = 1024, 0x80000, 0x100000

_CORE = f"""
  (core module $Core
    (memory (export "memory") 16)
    (global $next (mut i32) (i32.const {ROOM}))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $to i32) (local $log i32)
      (local.set $log (i32.load (i32.const {LOG})))
      (if (i32.eqz (local.get $log)) (then (local.set $log (i32.const {LOG + 16}))))
      (i32.store (local.get $log) (local.get 0))
      (i32.store offset=4 (local.get $log) (local.get 1))
      (i32.store offset=8 (local.get $log) (local.get 2))
      (i32.store offset=12 (local.get $log) (local.get 3))
      (i32.store (i32.const {LOG}) (i32.add (local.get $log) (i32.const 16)))
      (local.set $to (i32.and
        (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get 2))))
      (global.set $next (i32.add (local.get $to) (local.get 3)))
      (memory.copy (local.get $to) (local.get 0)
        (select (local.get 1) (local.get 3) (i32.lt_u (local.get 1) (local.get 3))))
      (local.get $to))
    (func (export "echo") (param i32) (result i32) (local.get 0)))
  (core instance $core (instantiate $Core))
"""


def _options(encoding: str) -> str:
    return (
        '(memory (core memory $core "memory")) (realloc (core func $core "realloc")) '
        f"string-encoding={encoding}"
    )


def padded(t: ValType) -> ValType:
    """A tuple of t that is too long for core parameters."""
    return types.Tuple((t, *PADDING))


def _named(t: ValType) -> tuple[str, str, str]:
    """Definitions of a type with exports that name it, as validation asks; imports; its name."""
    text = Text()
    ref = text.ref(padded(t))
    exports, imports = [], []
    for i, line in enumerate(text.lines):
        head, body = line.split(" ", 2)[1], line.split(" ", 2)[2][:-1]
        exports.append(f'(type {head}x {body}) (export {head} "t{i}" (type {head}x))')
        imports.append(f'(type {head}x {body}) (import "t{i}" (type {head} (eq {head}x)))')
    return "\n    ".join(exports), "\n    ".join(imports), ref


def echo(t: ValType, encoding: str) -> str:
    """echo: func(v: T) -> T, answered by the core function itself."""
    exports, _, ref = _named(t)
    return f"""(component
    {exports}
    {_CORE}
    (func (export "echo") (param "v" {ref}) (result {ref})
      (canon lift (core func $core "echo") {_options(encoding)})))"""


def relay(t: ValType, first: str, second: str | None) -> str:
    """echo of a component that asks another one inside, or the host's import "answer" (None)."""
    exports, imports, ref = _named(t)
    count = exports.count("(export ")
    named = " ".join(f'(with "t{i}" (type $t{i}))' for i in range(count))
    inner = ""
    host = ""
    answer = "(func $answer)"
    if second is None:
        host = f'(import "answer" (func $answer (param "v" {ref}) (result {ref})))'
    else:
        inner = f"""
  (component $Second
    {imports}
    {_CORE}
    (func (export "echo") (param "v" {ref}) (result {ref})
      (canon lift (core func $core "echo") {_options(second)})))
  (instance $second (instantiate $Second {named}))"""
        answer = '(func $second "echo")'
    outer = imports if second is None else exports
    return f"""(component
    {outer}
    {host}
  (component $First
    {imports}
    (import "answer" (func $answer (param "v" {ref}) (result {ref})))
    {_CORE}
    (core func $lowered (canon lower (func $answer) {_options(first)}))
    (core module $Relay
      (import "" "answer" (func $answer (param i32 i32)))
      (import "" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
      (func (export "echo") (param i32) (result i32)
        (local $to i32)
        (local.set $to (call $realloc (i32.const 0) (i32.const 0) (i32.const 8)
          (i32.const 65536)))
        (call $answer (local.get 0) (local.get $to))
        (local.get $to)))
    (core instance $relay (instantiate $Relay (with "" (instance
      (export "answer" (func $lowered)) (export "realloc" (func $core "realloc"))))))
    (func (export "echo") (param "v" {ref}) (result {ref})
      (canon lift (core func $relay "echo") {_options(first)})))
  {inner}
  (instance $first (instantiate $First (with "answer" {answer}) {named}))
  (export "echo" (func $first "echo")))"""
