"""Script values become words and patterns of words."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from wrt_preflight import wast
from wrt_preflight.wast.values import alternatives, words


@pytest.mark.parametrize(
    "value, expected",
    [
        ({"type": "i32", "value": "-1"}, [0xFFFFFFFF]),
        ({"type": "f32", "value": "1065353216"}, [0x3F800000]),
        ({"type": "i64", "value": "-2"}, [0xFFFFFFFE, 0xFFFFFFFF]),
        ({"type": "f64", "value": "4607182418800017408"}, [0, 0x3FF00000]),
        ({"type": "externref", "value": "0"}, [1]),
        ({"type": "externref", "value": "null"}, [0]),
        ({"type": "refnull"}, [0]),
    ],
)
def test_words(value, expected):
    assert words(value) == expected


def test_a_function_cannot_be_passed():
    with pytest.raises(ValueError, match="cannot pass a funcref"):
        words({"type": "funcref"})


@pytest.fixture
def accepts(monkeypatch):
    """accepts(expected, words): what the device's program decides about these words."""
    monkeypatch.syspath_prepend(Path(wast.__file__).parent)
    device = importlib.import_module("device_core")
    return lambda expected, found: not device.judge_words(found, 0, alternatives(expected))


@pytest.mark.parametrize(
    "kind, canonical, arithmetic, neither",
    [
        ("f32", [0xFFC00000], [0x7FC00001], [0x7FA00000]),
        ("f64", [0, 0x7FF80000], [5, 0xFFF80000], [1, 0x7FF00000]),
    ],
)
def test_nans(accepts, kind, canonical, arithmetic, neither):
    exactly = [{"type": kind, "value": "nan:canonical"}]
    any_quiet = [{"type": kind, "value": "nan:arithmetic"}]
    assert accepts(exactly, canonical) and accepts(any_quiet, canonical)
    assert not accepts(exactly, arithmetic) and accepts(any_quiet, arithmetic)
    assert not accepts(exactly, neither) and not accepts(any_quiet, neither)


def test_either_and_references(accepts):
    expected = [
        {
            "type": "either",
            "values": [{"type": "i32", "value": "1"}, {"type": "i32", "value": "2"}],
        },
        {"type": "funcref"},
    ]
    assert accepts(expected, [1, 100]) and accepts(expected, [2, 4])
    assert not accepts(expected, [3, 100])
    assert not accepts(expected, [1, 0])
