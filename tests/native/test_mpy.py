"""Native modules: what the container says, and that MicroPython imports and runs them."""

from __future__ import annotations

import pytest

from native.guest import guest_blob
from wrt_preflight.mpy_file import read_mpy
from wrt_preflight.native.mpy import write_mpy
from wrt_preflight.native.target import TARGETS

CONSTANTS = {"build": 0xFEDC_BA98, "board": "PICO2", "digest": bytes(range(256)), "none": b""}


@pytest.mark.parametrize("name", TARGETS)
def test_a_module_is_read_back(name):
    blob = guest_blob(name).data
    file = read_mpy(write_mpy(blob, TARGETS[name], CONSTANTS))
    assert file.architecture == name
    assert file.names == ["native", "entry", *CONSTANTS]
    assert file.constants == list(CONSTANTS.values())
    (entry,) = file.functions.values()
    assert (list(file.functions), entry.kind, entry.data) == (["entry"], "viper", blob)


# Under the unix port: constants can be read, the code is called, and leaves for its host.
SCRIPT = """
import array, gc, sys, uctypes
import made
assert made.build == 0xFEDCBA98 and made.board == "PICO2", made.build
assert made.digest == bytes(range(256)) and made.none == b""
st = array.array("I", [0] * 44)
stack = array.array("I", [0] * 2048)
image = array.array("I", [0] * 4 + [0, int(sys.argv[1]), 0, 0])
for word, buffer in ((8, image), (10, stack)):
    address = uctypes.addressof(buffer)
    st[word] = address & 0xFFFFFFFF
    st[word + 1] = address >> 32
st[12] = 8192
st[36] = 4096
st[37] = 8192
st[38] = 512

def call(n, depth):
    return call(n, depth - 1) if depth else made.entry(st)

st[0] = 16
stack[0] = 50
status = made.entry(st)
calls = moved = 0
while status:
    gc.collect()
    assert (status, st[4]) == (1, 7), (status, st[4])
    at = st[5] >> 2
    stack[at] *= 2
    stack[at + 1] = 1
    calls += 1
    status = call(0, 40)
    if status == 4:
        moved += 1
        status = made.entry(st)
print(calls, moved, stack[0])
"""


@pytest.mark.micropython
def test_micropython_imports_and_runs_a_module(micropython, tmp_path):
    if micropython.arch != "x64":
        pytest.skip(f"the blob is for x64, this is {micropython}")
    blob = guest_blob("x64")
    (tmp_path / "made.mpy").write_bytes(write_mpy(blob.data, TARGETS["x64"], CONSTANTS))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = micropython.run(script, [str(blob.offsets["shim_hosts"])], capture=True, timeout=60)
    assert done.stdout.split() == ["50", "50", str(sum(2 * i + 1 for i in range(50)))], done


@pytest.mark.micropython
def test_micropython_refuses_other_architectures(micropython, tmp_path):
    if micropython.arch != "x64":
        pytest.skip(f"the refusal is for x64, this is {micropython}")
    made = write_mpy(guest_blob("rv32imc").data, TARGETS["rv32imc"], {})
    (tmp_path / "made.mpy").write_bytes(made)
    script = tmp_path / "script.py"
    script.write_text("import made")
    done = micropython.run(script, [], capture=True, timeout=60)
    assert done.returncode
    assert "incompatible .mpy arch" in done.stdout + done.stderr
