"""Random modules on our engines and under wasmtime: results, traps, memories, tables, globals.

WRT_DIFFERENTIAL=N compares N modules of each kind instead of the few that `make test` does. To
see one again: `cd tests; python -m differential KIND SEED 1`.
"""

from __future__ import annotations

import os

import pytest

from differential.compare import compare
from wrt_preflight.micropython import find
from wrt_preflight.native import ARCHITECTURES

CHUNK = 50
MORE = int(os.environ.get("WRT_DIFFERENTIAL", "0"))


def chunks(few: int) -> list[range]:
    """Seeds, a few at a time, so that tests can share the work."""
    return [range(first, first + CHUNK) for first in range(0, MORE or few, CHUNK)]


def check(seeds, kind, interpreter, engine, folder):
    found = compare(seeds, kind, interpreter, engine, folder)
    assert not found.differences, "\n".join(found.differences)
    assert found.modules >= len(seeds) * 0.9, "hardly a seed makes a module"
    assert found.calls > 8 * found.modules and found.calls > 1.5 * found.traps


@pytest.mark.micropython
@pytest.mark.parametrize("kind", ["smith", "program"])
@pytest.mark.parametrize("seeds", chunks(150), ids=lambda seeds: f"from{seeds.start}")
def test_interp_is_as_wasmtime(micropython, tmp_path, kind, seeds):
    if not micropython.interpreter:
        pytest.skip("this MicroPython has no native code emitter")
    check(seeds, kind, micropython, "interp", tmp_path)


@pytest.mark.micropython
@pytest.mark.parametrize("kind", ["smith", "program"])
@pytest.mark.parametrize("seeds", chunks(50), ids=lambda seeds: f"from{seeds.start}")
def test_native_is_as_wasmtime(micropython, tmp_path, kind, seeds):
    if micropython.arch not in ARCHITECTURES:
        pytest.skip("no machine code is made for this MicroPython")
    check(seeds, kind, micropython, "native", tmp_path)


@pytest.mark.parametrize("kind", ["smith", "program"])
@pytest.mark.parametrize("seeds", chunks(50), ids=lambda seeds: f"from{seeds.start}")
def test_portable_is_as_wasmtime(tmp_path, kind, seeds):
    check(seeds, kind, find("cpython"), "portable", tmp_path)
