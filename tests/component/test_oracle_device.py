"""Random round trips under MicroPython: values, and the bytes in all memories, are those that
CPython has with the portable engine, which test_oracle_definitions.py compares with the
specification. WRT_ORACLE_EXAMPLES: how many examples (40).
"""

from __future__ import annotations

import binascii
import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import wrt_micro
from component.generate import PADDING, TYPES, values
from component.oracle_programs import echo, relay
from component_text import component_image
from wrt_preflight.component import types
from wrt_preflight.component.types import ValType

ENCODING = st.sampled_from(("utf8", "utf16", "latin1+utf16"))
ZEROS = (0,) * len(PADDING)
SCRIPT = Path(__file__).parent / "oracle_device.py"


def literal(value: object) -> str:
    """A value as text that MicroPython reads back to the last bit."""
    if isinstance(value, float):
        return f"F({struct.unpack('<Q', struct.pack('<d', value))[0]})"
    if isinstance(value, tuple):
        return "(" + "".join(literal(v) + "," for v in value) + ")"
    if isinstance(value, list):
        return "[" + ",".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{literal(k)}:{literal(v)}" for k, v in value.items()) + "}"
    return ascii(value)


def has_map(t: ValType) -> bool:
    return isinstance(t, types.Map) or any(map(has_map, t.children()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Images, and a file of lines for oracle_device.py."""
    path = tmp_path_factory.mktemp("oracle")
    lines = []

    @seed(4)
    @settings(
        max_examples=int(os.environ.get("WRT_ORACLE_EXAMPLES", "40")),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), TYPES, ENCODING, st.none() | ENCODING)
    def collect(data, t, first, second) -> None:
        text = relay(t, first, second) if second else echo(t, first)
        value = (data.draw(values(t)), *ZEROS)
        name = f"{len(lines)}.wrt"
        (path / name).write_bytes(component_image(text))
        app = wrt_micro.load(component_image(text), engine="portable")
        app.echo(value)
        sums = []
        if not has_map(t):  # MicroPython's dict has no order, so neither have the bytes
            sums = [binascii.crc32(memory) for memory in app.store.memories]
        lines.append(f"({name!r}, {literal(value)}, {sums})")

    collect()
    (path / "lines").write_text("\n".join(lines) + "\n")
    return path, len(lines)


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_round_trips(folder, micropython, runs, engine) -> None:
    runs(engine)
    path, count = folder
    done = micropython.run(SCRIPT, [str(path), engine], heap=32 << 20, timeout=300, capture=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"compared {count}\n"
