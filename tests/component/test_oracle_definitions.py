"""What crosses boundaries, byte for byte and realloc by realloc, as the specification's own
definitions.py does it.

WRT_DEFINITIONS: the path of that file (WebAssembly/component-model,
design/mvp/canonical-abi/definitions.py). WRT_ORACLE_EXAMPLES: examples of each kind (40).
"""

from __future__ import annotations

import importlib.util
import os
import struct
import sys

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import wrt_micro
from component.generate import PADDING, TYPES, same, values
from component.oracle_programs import LIMIT, LOG, ROOM, echo, padded, relay
from component_text import component_image
from wrt_preflight.component import types
from wrt_preflight.component.types import PRIMITIVES, ValType

PATH = os.environ.get("WRT_DEFINITIONS")
pytestmark = pytest.mark.skipif(
    not PATH,
    reason="set WRT_DEFINITIONS to design/mvp/canonical-abi/definitions.py of a checkout of"
    " github.com/WebAssembly/component-model",
)
ENCODINGS = ("utf8", "utf16", "latin1+utf16")
ENCODING = st.sampled_from(ENCODINGS)
ZEROS = (0,) * len(PADDING)
slow = settings(
    max_examples=int(os.environ.get("WRT_ORACLE_EXAMPLES", "40")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def spec():
    """The module of the specification, with NaNs as in its deterministic profile."""
    found = importlib.util.spec_from_file_location("canonical_abi_definitions", PATH)
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # where dataclasses look for it
    found.loader.exec_module(module)
    module.DETERMINISTIC_PROFILE = True
    return module


class Side:
    """A component's memory and its realloc, as oracle_programs has them."""

    def __init__(self, spec, encoding: str) -> None:
        self.spec = spec
        self.bytes = bytearray(LIMIT)
        self.next = ROOM
        self.calls: list[tuple[int, int, int, int]] = []
        memory = spec.MemInst(self.bytes, "i32")
        options = spec.LiftLowerOptions(encoding, memory, None)
        self.cx = spec.LiftLowerContext(options, None)
        self.cx.reallocate = self.realloc

    def realloc(self, old: int, old_size: int, alignment: int, size: int) -> int:
        self.calls.append((old, old_size, alignment, size))
        to = self.next + alignment - 1 & -alignment
        self.next = to + size
        count = min(old_size, size)
        self.bytes[to : to + count] = self.bytes[old : old + count]
        return to

    def lower(self, value: object, t: object) -> int:
        """Lowers the only parameter; the pointer to it."""
        return self.spec.lower_flat_values(self.cx, 16, [value], [t])[0]

    def lift(self, ptr: int, t: object) -> object:
        return self.spec.load(self.cx, ptr, t)


def translate(spec, t: ValType | None) -> object:
    """One of our types as one of the specification's."""

    def of(u: ValType | None) -> object:
        return translate(spec, u)

    match t:
        case None:
            return None
        case types.Primitive(name=name):
            return getattr(spec, f"{name.capitalize()}Type")()
        case types.Record(fields=fields):
            return spec.RecordType([spec.FieldType(label, of(u)) for label, u in fields])
        case types.Variant(cases=cases):
            return spec.VariantType([spec.CaseType(label, of(u)) for label, u in cases])
        case types.Tuple(types=members):
            return spec.TupleType(list(map(of, members)))
        case types.Enum(labels=labels):
            return spec.EnumType(list(labels))
        case types.Flags(labels=labels):
            return spec.FlagsType(list(labels))
        case types.Option(some=some):
            return spec.OptionType(of(some))
        case types.Result(ok=ok, error=error):
            return spec.ResultType(of(ok), of(error))
        case types.List(element=element, length=length):
            return spec.ListType(of(element), length)
        case types.Map(key=key, value=value):
            return spec.MapType(of(key), of(value))
    raise AssertionError(t)


def value_of(t: ValType, value: object) -> object:
    """One of our values as one of the specification's. A string is the host's, so it is UTF-8."""
    match t:
        case types.Primitive(name="string"):
            return value, "utf8", len(value.encode())
        case types.Record(fields=fields):
            return {label: value_of(u, value[label]) for label, u in fields}
        case types.Tuple(types=members):
            pairs = zip(members, value, strict=True)
            return {str(i): value_of(u, v) for i, (u, v) in enumerate(pairs)}
        case types.Enum():
            return {value: None}
        case types.Flags(labels=labels):
            return {label: label in value for label in labels}
        case types.Option(some=some):
            if value is None:
                return {"none": None}
            return {"some": value_of(some, value[1] if isinstance(some, types.Option) else value)}
        case types.Result() | types.Variant():
            name, payload = value if isinstance(value, tuple) else (value, None)
            inner = dict(types.despecialize(t).cases)[name]
            return {name: value_of(inner, payload) if inner else None}
        case types.List(element=element):
            return [value_of(element, v) for v in value]
        case types.Map(key=key, value=inner):
            return [{"0": value_of(key, k), "1": value_of(inner, v)} for k, v in value.items()]
    return value


def check(side: Side, memory: bytearray) -> None:
    """The same reallocs were asked for, and the memory holds the same bytes."""
    end = struct.unpack_from("<I", memory, LOG)[0] or LOG + 16
    calls = [struct.unpack_from("<4I", memory, at) for at in range(LOG + 16, end, 16)]
    assert calls == side.calls
    assert memory[:LOG] == side.bytes[:LOG]


@seed(1)
@slow
@given(data=st.data(), t=TYPES, encoding=ENCODING)
def test_host_to_guest(spec, data, t, encoding) -> None:
    value = (data.draw(values(t)), *ZEROS)
    app = wrt_micro.load(component_image(echo(t, encoding)), engine="portable")
    assert same(app.echo(value), value)
    side = Side(spec, encoding)
    whole = translate(spec, padded(t))
    ptr = side.lower(value_of(padded(t), value), whole)
    check(side, app.store.memories[0])
    assert side.lift(ptr, whole).keys() == {str(i) for i in range(len(value))}


def guest_to_guest(spec, t: ValType, value: object, first: str, second: str) -> None:
    app = wrt_micro.load(component_image(relay(t, first, second)), engine="portable")
    assert same(app.echo(value), value)
    one, two = Side(spec, first), Side(spec, second)
    whole = translate(spec, padded(t))
    ptr = one.lower(value_of(padded(t), value), whole)
    to = one.realloc(0, 0, 8, 65536)
    there = two.lower(one.lift(ptr, whole), whole)
    spec.store(one.cx, two.lift(there, whole), whole, to)
    check(two, app.store.memories[0])
    check(one, app.store.memories[1])


@seed(2)
@slow
@given(data=st.data(), t=TYPES, first=ENCODING, second=ENCODING)
def test_guest_to_guest(spec, data, t, first, second) -> None:
    guest_to_guest(spec, t, (data.draw(values(t)), *ZEROS), first, second)


TEXTS = ("", "a", "hello", "é", "aé", "éa", "☃", "a☃", "é☃", "𝄞", "aé☃𝄞", "é" * 60, "a" * 60 + "☃")


@pytest.mark.parametrize("second", ENCODINGS)
@pytest.mark.parametrize("first", ENCODINGS)
def test_strings_in_every_pair_of_encodings(spec, first, second) -> None:
    strings = types.List(PRIMITIVES["string"], None)
    guest_to_guest(spec, strings, (list(TEXTS), *ZEROS), first, second)
    for text in TEXTS:
        guest_to_guest(spec, PRIMITIVES["string"], (text, *ZEROS), first, second)


def test_nans(spec) -> None:
    for name in ("f32", "f64"):
        t = types.List(PRIMITIVES[name], None)
        app = wrt_micro.load(component_image(relay(t, "utf8", "utf8")), engine="portable")
        value = ([float("nan"), -0.0, float("inf")], *ZEROS)
        assert str(app.echo(value)[0]) == "[nan, -0.0, inf]"
        side = Side(spec, "utf8")
        side.lower(value_of(padded(t), value), translate(spec, padded(t)))
        check(side, app.store.memories[0])
