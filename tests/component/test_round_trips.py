"""Random types and values through components, on CPython with the portable engine."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wrt_micro
from component.generate import PADDING, TYPES, echo, forward, relay, same, values
from component_text import component_image
from wrt_preflight.component import types
from wrt_preflight.component.types import PRIMITIVES

ENCODINGS = ("utf8", "utf16", "latin1+utf16")
ZEROS = (0,) * len(PADDING)


@cache
def load(text: str) -> object:
    return wrt_micro.load(component_image(text), engine="portable")


def check(text: str, value: object) -> None:
    got = load(text).echo((value, *ZEROS))
    assert same(got, (value, *ZEROS)), (got[0], value)


slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(st.data(), TYPES, st.sampled_from(ENCODINGS), st.booleans())
def test_host_to_guest_to_host(data, t, encoding, memory64) -> None:
    check(echo(t, encoding, memory64), data.draw(values(t)))


@slow
@given(st.data(), TYPES, st.sampled_from(ENCODINGS), st.sampled_from(ENCODINGS), st.booleans())
def test_guest_to_guest(data, t, first, second, memory64) -> None:
    check(relay(t, first, second, memory64), data.draw(values(t)))


@slow
@given(st.data(), TYPES, st.lists(st.sampled_from(ENCODINGS), min_size=1, max_size=3))
def test_flat_from_host_through_guests_to_host(data, t, encodings) -> None:
    value = data.draw(values(t))
    seen = []
    image = component_image(forward(t, tuple(encodings)))
    wrt_micro.load(image, {"g": seen.append}, engine="portable").f(value)
    assert len(seen) == 1 and same(seen[0], value), (seen, value)


@pytest.mark.parametrize("second", ENCODINGS)
@pytest.mark.parametrize("first", ENCODINGS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_strings_between_all_encodings(data, first, second) -> None:
    text = relay(types.List(PRIMITIVES["string"], None), first, second)
    check(text, data.draw(values(types.List(PRIMITIVES["string"], None))))


def test_fixed_length_list_of_records() -> None:
    record = types.Record((("x", PRIMITIVES["u8"]), ("y", PRIMITIVES["string"])))
    t = types.List(record, 3)
    value = [{"x": i, "y": "é" * i} for i in range(3)]
    for encoding in ENCODINGS:
        check(echo(t, encoding), value)
        check(relay(t, "utf8", encoding), value)


def test_nan_is_canonical_on_the_way() -> None:
    t = types.List(PRIMITIVES["f64"], None)
    got = load(relay(t, "utf8", "utf8")).echo(([float("nan"), -0.0], *ZEROS))
    assert got[0][0] != got[0][0] and same(got[0][1], -0.0)
