"""Fixtures that every test folder may use."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from wrt_preflight import micropython as mp
from wrt_preflight.native import ARCHITECTURES
from wrt_preflight.validate import to_binary

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("wrt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wrt")


@pytest.fixture(scope="session")
def micropython() -> mp.MicroPython:
    """The MicroPython that `wrt-micro run` would use; skips where there is only CPython."""
    found = mp.find()
    if found.name != "micropython":
        pytest.skip("no MicroPython here: set MICROPYTHON to the unix port's program")
    return found


@pytest.fixture(scope="session")
def runs(micropython):
    """runs(engine): skips where MicroPython has no machine code for an engine that needs some."""

    def check(engine: str) -> None:
        if engine == "interp" and not micropython.interpreter:
            pytest.skip("this MicroPython has no native code emitter")
        if engine == "native" and micropython.arch not in ARCHITECTURES:
            pytest.skip("no machine code is made for this MicroPython")

    return check


@pytest.fixture
def wat(tmp_path):
    """Writes WebAssembly text as a binary file: wat("(module)", "empty") -> path of empty.wasm."""

    def write(text: str, name: str = "module"):
        path = tmp_path / f"{name}.wasm"
        path.write_bytes(to_binary(text.encode()))
        return path

    return write
