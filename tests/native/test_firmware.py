"""Machine code on real firmware: MicroPython's qemu port, on the processors that QEMU emulates.

WRT_QEMU_PORT is the folder ports/qemu of a MicroPython checkout in which boards have been built:
`make BOARD=MPS2_AN385 MICROPY_HEAP_SIZE=1000000`, likewise MPS2_AN500 (a Cortex-M7 with an FPU)
and VIRT_RV32. What is not there is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import wasmtime

from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions
from wrt_preflight.micropython import MicroPython
from wrt_preflight.mpy_compile import MPY_VERSION

PORT = os.environ.get("WRT_QEMU_PORT", "")
ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = [p.with_suffix(".wat") for p in sorted((ROOT / "bench" / "programs").glob("*.c"))]
AMOUNT = 5  # what run(n) is asked for: every program has something to do, and is done soon
BOARDS = {
    "MPS2_AN385": ("armv7m", "qemu-system-arm", "-machine mps2-an385"),
    "MPS2_AN500": ("armv7emdp", "qemu-system-arm", "-machine mps2-an500"),
    "VIRT_RV32": ("rv32imc", "qemu-system-riscv32", "-machine virt -bios none -cpu rv32"),
}
SCRIPT = """
import gc
import wrt_micro

for name in {names}:
    gc.collect()
    app = wrt_micro.load("/remote/%s.wrt" % name)
    print(name, app.run({amount}))
    app = None
app = wrt_micro.load("/remote/greeter.wrt", {{"log": print}})
print(app.greet("Ada"))
"""


@pytest.fixture(params=BOARDS)
def board(request):
    """(architecture, terminal) of a board that runs."""
    architecture, qemu, options = BOARDS[request.param]
    firmware = Path(PORT) / f"build-{request.param}" / "firmware.elf"
    if not PORT:
        pytest.skip("set WRT_QEMU_PORT to MicroPython's ports/qemu with boards built")
    if not firmware.exists() or not shutil.which(qemu):
        pytest.skip(f"needs {qemu} and {firmware}")
    command = [qemu, *options.split(), "-display", "none", "-monitor", "none", "-semihosting"]
    process = subprocess.Popen(
        [*command, "-serial", "pty", "-kernel", str(firmware)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield architecture, re.search(r"/dev/pts/\d+", process.stdout.readline())[0]
    finally:
        process.kill()
        process.wait()


def expected(program: Path) -> int:
    """What run(AMOUNT) returns under wasmtime."""
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, program.read_text())
    run = wasmtime.Instance(store, module, []).exports(store)["run"]
    return run(store, AMOUNT)


def write(source: Path, architecture: str, folder: Path) -> None:
    built = pipeline.build(pipeline.read_input(str(source)), LowerOptions(native=architecture))
    (folder / f"{source.stem}.wrt").write_bytes(built.image.data)
    (folder / f"{source.stem}_native.mpy").write_bytes(built.module)


def test_programs_and_a_component(board, tmp_path):
    architecture, terminal = board
    assert len(PROGRAMS) > 8
    runtime = MicroPython(("",), "micropython", (1, 23, 0), MPY_VERSION, architecture, False)
    folder = tmp_path / "board"
    shutil.copytree(runtime.runtime(), folder)
    for source in [*PROGRAMS, ROOT / "examples" / "greeter" / "greeter.wat"]:
        write(source, architecture, folder)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(names=[path.stem for path in PROGRAMS], amount=AMOUNT))
    command = [sys.executable, "-m", "mpremote", "connect", terminal, "resume"]
    command += ["mount", str(folder), "run", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    lines = done.stdout.replace("\r", "").splitlines()
    wanted = [f"{path.stem} {expected(path)}" for path in PROGRAMS]
    assert lines[1:] == [*wanted, "greeting Ada", "Hello, Ada!"], done.stdout + done.stderr
