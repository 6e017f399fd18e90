"""Values on their way between the host and the device arrive as they were sent."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canonical import canonical
from wrt_preflight.call import device, transport

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), 1 << 64)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
)
keys = st.text() | st.integers() | st.booleans()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.sets(st.text())
        | st.dictionaries(keys, inner)
    ),
    max_leaves=10,
)


@given(values)
def test_values_arrive_on_the_device(value):
    sent = json.loads(json.dumps(transport.to_json(value), ensure_ascii=False))
    assert canonical(device.from_json(sent)) == canonical(value)


@given(values)
def test_values_come_back(value):
    sent = json.loads(json.dumps(device.to_json(value)))
    assert canonical(transport.from_json(sent)) == canonical(value)


def test_nan_and_the_sign_of_zero_arrive():
    for value in (math.nan, -0.0):
        assert repr(device.from_json(transport.to_json(value))) == repr(value)
        assert repr(transport.from_json(device.to_json(value))) == repr(value)


def test_what_lives_on_the_device_stays_there():
    assert transport.from_json(device.to_json(device)) == transport.Untransportable("module")
    with pytest.raises(TypeError, match="a module cannot travel"):
        transport.to_json(device)
