"""Which engine runs where."""

import sys
from types import SimpleNamespace

import pytest

import wrt_micro
from sample_program import sample_program
from wrt_micro import engine
from wrt_preflight import image
from wrt_preflight.mpy_compile import ARCHITECTURES, INTERPRETERS

IMAGE = image.write(sample_program()).data
IMPORTS = {"env": {"log": lambda a, b: a}}


def machine(arch: int | None, bits: int, name: str = "micropython") -> SimpleNamespace:
    """What sys tells about a MicroPython whose native code has an architecture number."""
    implementation = SimpleNamespace(name=name)
    if arch is not None:
        implementation._mpy = arch << 10 | 3 << 8 | 6
    return SimpleNamespace(implementation=implementation, maxsize=(1 << bits - 1) - 1)


@pytest.mark.parametrize("arch", range(1, 12))
def test_each_architecture_has_its_form(monkeypatch, arch):
    name = ARCHITECTURES[arch]
    monkeypatch.setattr(engine, "sys", machine(arch, 64 if name == "x64" else 32))
    assert engine.viper_form() == INTERPRETERS[name]


@pytest.mark.parametrize("found", [machine(0, 64), machine(None, 32), machine(2, 64, "cpython")])
def test_without_native_code_there_is_no_form(monkeypatch, found):
    monkeypatch.setattr(engine, "sys", found)
    assert engine.viper_form() is None


def test_portable_serves_where_interp_cannot():
    app = wrt_micro.load(IMAGE, IMPORTS)
    assert app.engine == "portable" and app.add(1, 2) == 3
    with pytest.raises(wrt_micro.LimitError, match="interp does not run here.*engine='portable'"):
        wrt_micro.load(IMAGE, IMPORTS, engine="interp")


def test_a_missing_file_is_a_clear_refusal(monkeypatch):
    monkeypatch.setitem(sys.modules, "wrt_micro.engine.portable.loop", None)
    with pytest.raises(wrt_micro.LimitError, match="no engine runs here .*portable.loop"):
        wrt_micro.load(IMAGE, IMPORTS)


def test_viper_code_that_does_not_load_falls_back(monkeypatch):
    monkeypatch.setattr(engine, "viper_form", lambda: "viper64")
    app = wrt_micro.load(IMAGE, IMPORTS)  # CPython cannot import the module micropython
    assert app.engine == "portable"
