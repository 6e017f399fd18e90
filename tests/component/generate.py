"""Components, types and values made by hypothesis.

An echo component gives back what it gets: its parameter is so large that it goes through memory,
and its core function returns the pointer it was given. So one core function serves every type.
"""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from wrt_preflight.component import types
from wrt_preflight.component.layout import flatten_type
from wrt_preflight.component.types import PRIMITIVES, ValType

# Makes 17 flat values of any type, which is more than fit in core parameters.
PADDING = (PRIMITIVES["u8"],) * 16

_NAMES = ("a", "b-c", "d", "e-f-g", "h", "i")
_INTEGERS = {"s8": 8, "u8": 8, "s16": 16, "u16": 16, "s32": 32, "u32": 32, "s64": 64, "u64": 64}
_SIMPLE = [PRIMITIVES[n] for n in (*_INTEGERS, "bool", "f32", "f64", "char", "string")]
_KEYS = [PRIMITIVES[n] for n in (*_INTEGERS, "bool", "char", "string")]


def _labelled(inner: st.SearchStrategy, most: int) -> st.SearchStrategy:
    pairs = st.lists(inner, min_size=1, max_size=most)
    return pairs.map(lambda items: tuple(zip(_NAMES, items, strict=False)))


def _compound(inner: st.SearchStrategy[ValType]) -> st.SearchStrategy[ValType]:
    maybe = st.none() | inner
    return st.one_of(
        _labelled(inner, 4).map(types.Record),
        _labelled(maybe, 4).map(types.Variant),
        st.builds(types.List, inner, st.none() | st.integers(1, 4)),
        st.lists(inner, min_size=1, max_size=4).map(tuple).map(types.Tuple),
        st.builds(types.Option, inner),
        st.builds(types.Result, maybe, maybe),
        st.builds(types.Map, st.sampled_from(_KEYS), inner),
    )


# More cases than a byte counts, so that discriminants of two bytes are met too.
_LEAVES = st.sampled_from(
    [
        *_SIMPLE,
        types.Enum(_NAMES),
        types.Enum(tuple(f"case{i}" for i in range(300))),
        types.Flags(_NAMES),
        types.Flags(tuple(f"flag{i}" for i in range(9))),
        types.Flags(tuple(f"flag{i}" for i in range(32))),
    ]
)
TYPES = st.recursive(_LEAVES, _compound, max_leaves=6)


def values(t: ValType) -> st.SearchStrategy:
    """Python values of a type, as lifting gives them."""
    match t:
        case types.Primitive(name=name):
            return _simple(name)
        case types.Record(fields=fields):
            return st.fixed_dictionaries({label: values(u) for label, u in fields})
        case types.Tuple(types=members):
            return st.tuples(*map(values, members))
        case types.Variant(cases=cases):
            return st.one_of(
                st.just(label) if u is None else st.tuples(st.just(label), values(u))
                for label, u in cases
            )
        case types.Enum(labels=labels):
            return st.sampled_from(labels)
        case types.Flags(labels=labels):
            return st.sets(st.sampled_from(labels))
        case types.Option(some=some):
            inner = values(some)
            if isinstance(some, types.Option):
                inner = st.tuples(st.just("some"), inner)
            return st.none() | inner
        case types.Result(ok=ok, error=error):
            return st.one_of(
                st.tuples(st.just(name), values(u) if u else st.none())
                for name, u in (("ok", ok), ("error", error))
            )
        case types.List(element=element, length=length):
            least, most = (0, 5) if length is None else (length, length)
            items = st.lists(values(element), min_size=least, max_size=most)
            return items.map(bytes) if element is PRIMITIVES["u8"] else items
        case types.Map(key=key, value=value):
            return st.dictionaries(values(key), values(value), max_size=4)
    raise AssertionError(t)


def _simple(name: str) -> st.SearchStrategy:
    if name in _INTEGERS:
        bits = _INTEGERS[name]
        low = -(1 << bits - 1) if name[0] == "s" else 0
        return st.integers(low, low + (1 << bits) - 1)
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    return {
        "bool": st.booleans(),
        "f32": st.floats(width=32, allow_nan=False),
        "f64": st.floats(allow_nan=False),
        "char": st.characters(exclude_categories=["Cs"]),
        "string": text | st.text("aé", max_size=8) | st.text("aéz☃𝄞", max_size=8),
    }[name]


def same(a: object, b: object) -> bool:
    """Whether two lifted values are the same, down to the sign of zero."""
    if isinstance(a, float) and isinstance(b, float):
        return struct.pack("<d", a) == struct.pack("<d", b)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


class Text:
    """Type definitions in WAT, as they are needed."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def ref(self, t: ValType) -> str:
        """A type in place: its keyword, or the name of its definition."""
        if isinstance(t, types.Primitive):
            return t.name
        body = self._body(t)
        self.lines.append(f"(type $t{len(self.lines)} {body})")
        return f"$t{len(self.lines) - 1}"

    def _body(self, t: ValType) -> str:
        match t:
            case types.Record(fields=fields):
                return f"(record{self._all('field', fields)})"
            case types.Variant(cases=cases):
                return f"(variant{self._all('case', cases)})"
            case types.Tuple(types=members):
                return f"(tuple {' '.join(map(self.ref, members))})"
            case types.Enum(labels=labels):
                return "(enum " + " ".join(f'"{label}"' for label in labels) + ")"
            case types.Flags(labels=labels):
                return "(flags " + " ".join(f'"{label}"' for label in labels) + ")"
            case types.Option(some=some):
                return f"(option {self.ref(some)})"
            case types.Result(ok=ok, error=error):
                text = "(result" + (f" {self.ref(ok)}" if ok else "")
                return text + (f" (error {self.ref(error)})" if error else "") + ")"
            case types.List(element=element, length=length):
                return f"(list {self.ref(element)}{'' if length is None else f' {length}'})"
            case types.Map(key=key, value=value):
                return f"(map {self.ref(key)} {self.ref(value)})"
        raise AssertionError(t)

    def _all(self, keyword: str, members: tuple[tuple[str, ValType | None], ...]) -> str:
        return "".join(
            f' ({keyword} "{label}"{f" {self.ref(t)}" if t else ""})' for label, t in members
        )


# A bump allocator, and a core function that gives back the pointer it gets.
CORE = """
  (core module $Core
    (memory (export "memory") {memory64}16)
    (global $next (mut {ptr}) ({ptr}.const 1024))
    (func $realloc (export "realloc") (param {ptr} {ptr} {ptr} {ptr}) (result {ptr})
      (local $to {ptr})
      (local.set $to ({ptr}.and
        ({ptr}.add (global.get $next) ({ptr}.sub (local.get 2) ({ptr}.const 1)))
        ({ptr}.sub ({ptr}.const 0) (local.get 2))))
      (global.set $next ({ptr}.add (local.get $to) (local.get 3)))
      (memory.copy (local.get $to) (local.get 0)
        (select (local.get 1) (local.get 3) ({ptr}.lt_u (local.get 1) (local.get 3))))
      (local.get $to))
    (func (export "echo") (param {ptr}) (result {ptr}) (local.get 0))
    (func (export "post") (param {ptr}) (global.set $next ({ptr}.const 1024))))
  (core instance $core (instantiate $Core))
"""


def core(memory64: bool) -> str:
    return CORE.format(ptr="i64" if memory64 else "i32", memory64="i64 " if memory64 else "")


def options(encoding: str) -> str:
    return (
        '(memory (core memory $core "memory")) (realloc (core func $core "realloc")) '
        f"string-encoding={encoding}"
    )


def echo(t: ValType, encoding: str, memory64: bool = False) -> str:
    """A component with echo: func(v: T) -> T, where T is a tuple of t and PADDING."""
    text = Text()
    ref = text.ref(types.Tuple((t, *PADDING)))
    lines = "\n  ".join(text.lines)
    return f"""(component
  {lines}
  {core(memory64)}
  (func (export "echo") (param "v" {ref}) (result {ref})
    (canon lift (core func $core "echo") {options(encoding)}
      (post-return (core func $core "post")))))"""


def relay(t: ValType, first: str, second: str, memory64: bool = False) -> str:
    """A component whose echo is answered by a second component inside, through a first one.

    first, second: their string encodings. memory64: the first one has a 64-bit memory.
    """
    text = Text()
    ref = text.ref(types.Tuple((t, *PADDING)))
    lines = "\n    ".join(text.lines)
    ptr = "i64" if memory64 else "i32"
    size = f"({ptr}.const 65536)"
    return f"""(component
  (component $Second
    {lines}
    {core(False)}
    (func (export "echo") (param "v" {ref}) (result {ref})
      (canon lift (core func $core "echo") {options(second)}
        (post-return (core func $core "post")))))
  (component $First
    {lines}
    (import "echo" (func $echo (param "v" {ref}) (result {ref})))
    {core(memory64)}
    (core func $lowered (canon lower (func $echo) {options(first)}))
    (core module $Relay
      (import "" "echo" (func $echo (param {ptr} {ptr})))
      (import "" "realloc"
        (func $realloc (param {ptr} {ptr} {ptr} {ptr}) (result {ptr})))
      (func (export "echo") (param {ptr}) (result {ptr})
        (local $to {ptr})
        (local.set $to
          (call $realloc ({ptr}.const 0) ({ptr}.const 0) ({ptr}.const 8) {size}))
        (call $echo (local.get 0) (local.get $to))
        (local.get $to)))
    (core instance $relay (instantiate $Relay (with "" (instance
      (export "echo" (func $lowered)) (export "realloc" (func $core "realloc"))))))
    (func (export "echo") (param "v" {ref}) (result {ref})
      (canon lift (core func $relay "echo") {options(first)}
        (post-return (core func $core "post")))))
  (instance $second (instantiate $Second))
  (instance $first (instantiate $First (with "echo" (func $second "echo"))))
  (export "echo" (func $first "echo")))"""


def forward(t: ValType, encodings: tuple[str, ...]) -> str:
    """A component with f: func(v: T), which calls the import g: func(v: T) with what it got.

    encodings: a component for each, f of one calling f of the next, the last one calling g. The
    values stand flat in core parameters if there are no more than 16 of them.
    """
    text = Text()
    ref = text.ref(t)
    lines = "\n    ".join(text.lines)
    flat = flatten_type(t, 4)
    flat = flat if len(flat) <= 16 else ("i32",)
    params = f"(param {' '.join(flat)})"
    passed = " ".join(f"(local.get {i})" for i in range(len(flat)))
    parts = []
    for i, encoding in enumerate(encodings):
        parts.append(f"""
  (component $C{i}
    {lines}
    (import "g" (func $g (param "v" {ref})))
    {core(False)}
    (core func $lowered (canon lower (func $g) {options(encoding)}))
    (core module $Forward
      (import "" "g" (func $g {params}))
      (func (export "f") {params} (call $g {passed})))
    (core instance $forward (instantiate $Forward
      (with "" (instance (export "g" (func $lowered))))))
    (func (export "f") (param "v" {ref})
      (canon lift (core func $forward "f") {options(encoding)})))""")
    last = len(encodings) - 1
    for i in range(last, -1, -1):
        given = "(func $g)" if i == last else f'(func $c{i + 1} "f")'
        parts.append(f"""
  (instance $c{i} (instantiate $C{i} (with "g" {given})))""")
    return f"""(component
    {lines}
    (import "g" (func $g (param "v" {ref})))
    {"".join(parts)}
    (export "f" (func $c0 "f")))"""
