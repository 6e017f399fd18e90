"""Round trips of random types and values: the same results as wasmtime's, for the same component.

WRT_ORACLE_EXAMPLES: how many examples of each kind (40 unless set).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import wrt_micro
from component.generate import PADDING, TYPES, same, values
from component.oracle_programs import echo, relay
from component_text import component, component_image
from wrt_preflight.component import types
from wrt_preflight.component.types import ValType

wasmtime = pytest.importorskip("wasmtime", reason="pip install wasmtime brings the oracle")
wc = pytest.importorskip("wasmtime.component", reason="wasmtime >= 40 has components")

ENCODINGS = st.sampled_from(("utf8", "utf16", "latin1+utf16"))
ZEROS = (0,) * len(PADDING)
EXAMPLES = int(os.environ.get("WRT_ORACLE_EXAMPLES", "40"))
slow = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
CONFIG = wasmtime.Config()
CONFIG.wasm_component_model = True
ENGINE = wasmtime.Engine(CONFIG)


def known(t: ValType) -> bool:
    """Whether wasmtime's Python API has the type."""
    if isinstance(t, types.Map) or isinstance(t, types.List) and t.length is not None:
        return False
    return all(map(known, t.children()))


def classes(t: ValType | None) -> set[type]:
    """The Python classes of a type's values in wasmtime, which decide how cases are told apart."""
    match t:
        case None:
            return {object}
        case types.Primitive(name="bool"):
            return {bool}
        case types.Primitive(name="f32" | "f64"):
            return {float}
        case types.Primitive(name="char" | "string") | types.Enum():
            return {str}
        case types.Primitive():
            return {int}
        case types.List(element=element):
            u8 = isinstance(element, types.Primitive) and element.name == "u8"
            return {bytes} if u8 else {list}
        case types.Record():
            return {wc.Record}
        case types.Tuple():
            return {tuple}
        case types.Flags():
            return {set}
    return {wc.Variant} if tagged(t) else set().union(*(classes(u) for _, u in cases_of(t)))


def cases_of(t: ValType) -> list[tuple[str, ValType | None]]:
    match t:
        case types.Variant(cases=cases):
            return list(cases)
        case types.Option(some=some):
            return [("none", None), ("some", some)]
        case types.Result(ok=ok, error=error):
            return [("ok", ok), ("err", error)]
    raise AssertionError(t)


def tagged(t: ValType) -> bool:
    seen: set[type] = set()
    for _, u in cases_of(t):
        if seen & classes(u):
            return True
        seen |= classes(u)
    return False


def case_and_payload(t: ValType, value: object) -> tuple[str, object]:
    """Of one of our values."""
    if isinstance(t, types.Option):
        if value is None:
            return "none", None
        return "some", value[1] if isinstance(t.some, types.Option) else value
    name, payload = value if isinstance(value, tuple) else (value, None)
    return ("err" if name == "error" and isinstance(t, types.Result) else name), payload


def theirs(t: ValType, value: object) -> object:
    """Our value as wasmtime takes it."""
    match t:
        case types.Record(fields=fields):
            record = wc.Record()
            for label, u in fields:
                setattr(record, label, theirs(u, value[label]))
            return record
        case types.Tuple(types=members):
            return tuple(map(theirs, members, value))
        case types.List(element=element):
            return value if isinstance(value, bytes) else [theirs(element, v) for v in value]
        case types.Variant() | types.Option() | types.Result():
            name, payload = case_and_payload(t, value)
            inner = dict(cases_of(t))[name]
            payload = theirs(inner, payload) if inner else None
            return wc.Variant(name, payload) if tagged(t) else payload
    return value


def agree(t: ValType, ours: object, value: object) -> bool:
    """Whether wasmtime's value is ours."""
    match t:
        case types.Record(fields=fields):
            return all(agree(u, ours[label], getattr(value, label)) for label, u in fields)
        case types.Tuple(types=members):
            return len(ours) == len(value) and all(map(agree, members, ours, value))
        case types.List(element=element) if not isinstance(ours, bytes):
            pairs = zip(ours, value, strict=True)
            return all(agree(element, a, b) for a, b in pairs)
        case types.Variant() | types.Option() | types.Result():
            name, payload = case_and_payload(t, ours)
            inner = dict(cases_of(t))[name]
            if tagged(t):
                return name == value.tag and (not inner or agree(inner, payload, value.payload))
            return agree(inner, payload, value) if inner else value is None
    return same(ours, value)


def compare(t: ValType, text: str, value: object, host: bool = False) -> None:
    whole = types.Tuple((t, *PADDING))
    seen = []

    def answer(v):
        seen.append(v)
        return v

    imports = {"answer": answer} if host else {}
    ours = wrt_micro.load(component_image(text), imports, engine="portable").echo((value, *ZEROS))
    store = wasmtime.Store(ENGINE)
    linker = wc.Linker(ENGINE)
    heard = []
    if host:

        def their_answer(_, v):
            heard.append(v)
            return v

        with linker.root() as root:
            root.add_func("answer", their_answer)
    instance = linker.instantiate(store, wc.Component(ENGINE, component(text)))
    function = instance.get_func(store, "echo")
    result = function(store, theirs(whole, (value, *ZEROS)))
    function.post_return(store)
    assert agree(whole, ours, result), (ours, result)
    assert same(ours, (value, *ZEROS))
    assert len(seen) == len(heard) == host
    if host:
        assert agree(whole, seen[0], heard[0])


@seed(1)
@slow
@given(st.data(), TYPES.filter(known), ENCODINGS)
def test_host_to_guest_to_host(data, t, encoding) -> None:
    compare(t, echo(t, encoding), data.draw(values(t)))


@seed(2)
@slow
@given(st.data(), TYPES.filter(known), ENCODINGS)
def test_through_a_host_import(data, t, encoding) -> None:
    compare(t, relay(t, encoding, None), data.draw(values(t)), host=True)


@seed(3)
@slow
@given(st.data(), TYPES.filter(known), ENCODINGS, ENCODINGS)
def test_guest_to_guest(data, t, first, second) -> None:
    compare(t, relay(t, first, second), data.draw(values(t)))
