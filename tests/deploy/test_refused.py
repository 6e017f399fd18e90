"""What is refused before anything is changed, each in one sentence."""

from __future__ import annotations

import pytest
from serial.tools.list_ports_common import ListPortInfo

from deploy.boards import other_board
from deploy.programs import EXAMPLES, FAC, GREET, GREETER

pytestmark = pytest.mark.micropython

PIPELINE = EXAMPLES / "pipeline" / "pipeline.wat"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"version": (1, 22, 2)}, "expected MicroPython 1.23 or newer, found micropython 1.22.2"),
        ({"name": "circuitpython"}, "expected MicroPython 1.23 or newer, found circuitpython"),
        (
            {"mpy": 5 | 3 << 8 | 2 << 10},
            "wrt-micro compiles .mpy files of version 6, this firmware loads .mpy files of "
            "version 5",
        ),
        ({"mpy": 0}, "this firmware loads no .mpy files at all"),
    ],
)
def test_another_micropython(new_board, wrt, options, message):
    board = new_board(script=other_board(**options))
    status, _, errors = wrt("deploy", FAC, "--port", board.port)
    assert status == 1 and message in errors and board.port in errors
    assert len(errors.splitlines()) == 2  # a sentence and a hint
    assert list(board.folder.iterdir()) == []


def test_a_firmware_without_native_code_gets_the_portable_engine(new_board, wrt):
    board = new_board(script=other_board(mpy=6))
    status, output, errors = wrt("deploy", FAC, "--port", board.port)
    assert status == 0 and "the portable engine serves, slowly" in errors
    assert list(board.folder.rglob("engine_*.mpy"))
    assert not list(board.folder.rglob("engine/viper*"))
    assert board.run('import wrt; print(wrt.load("fac").fac(6))') == "720\n"
    status, _, errors = wrt("deploy", FAC, "--engine", "interp", "--port", board.port)
    assert status == 2 and "loads none of our machine code" in errors


def test_another_board(board, wrt, tmp_path):
    status, _, errors = wrt("deploy", FAC, "--board", "pico", "--port", board.port)
    assert status == 1
    assert "the device is no Raspberry Pi Pico: its machine code: x64, expected armv6m" in errors
    assert wrt("deploy", FAC, "--board", "unix", "--port", board.port)[0] == 0
    assert wrt("deploy", FAC, "--board", "picco", "--port", board.port)[0] == 2
    image = tmp_path / "fac.wrt"
    wrt("build", FAC, "-o", image)
    assert wrt("deploy", image, "--board", "unix", "--port", board.port)[0] == 0


def test_a_program_that_does_not_fit_the_board_is_refused_before_the_device_is_asked(
    wrt, tmp_path
):
    path = tmp_path / "large.wat"
    path.write_text('(module (memory 16) (func (export "f")))')
    status, _, errors = wrt("deploy", path, "--board", "pico", "--port", "/dev/nobody")
    assert status == 3
    assert "does not fit Raspberry Pi Pico: the heap is" in errors
    assert "wrt-micro check --board pico" in errors


def test_too_little_heap_is_a_note(new_board, wrt):
    board = new_board(heap=80_000)
    status, _, errors = wrt("deploy", PIPELINE, "--port", board.port)
    assert status == 0
    assert "note: the program needs about" in errors and "it may not load" in errors


def test_machine_code_for_another_architecture(board, wrt, tmp_path):
    image = tmp_path / "fac.wrt"
    if wrt("build", FAC, "--engine", "native", "--arch", "armv7m", "-o", image)[0]:
        pytest.skip("machine code cannot be made here: install llvmlite")
    status, _, errors = wrt("deploy", image, "--port", board.port)
    assert status == 1
    assert "the image is machine code for armv7m, the device runs x64" in errors
    status, _, errors = wrt("deploy", FAC, "--engine", "native", "--port", board.port)
    assert (status, errors) == (0, "")
    assert board.run('import wrt; print(wrt.load("fac").fac(7))') == "5040\n"


def test_a_port_that_is_not_there(wrt):
    status, _, errors = wrt("list", "--port", "/dev/nobody")
    assert status == 1
    assert errors.startswith("error: /dev/nobody: the serial port cannot be opened")


@pytest.mark.parametrize("name", ["lib", "a/b", "", "a" * 33, "-x"])
def test_names_that_are_none(board, wrt, name):
    status, _, errors = wrt("deploy", FAC, f"--name={name}", "--port", board.port)
    assert status == (2 if name else 0)
    assert ("is no name for a program on a device" in errors) == bool(name)


def test_an_invalid_program_is_refused_before_the_device_is_asked(wrt, tmp_path):
    path = tmp_path / "wrong.wat"
    path.write_text("(module (func (result i32)))")
    status, _, errors = wrt("deploy", path, "--port", "/dev/nobody")
    assert status == 1 and "wrong.wat" in errors and "/dev/nobody" not in errors


def test_undeploy_of_what_is_not_there(board, wrt):
    status, _, errors = wrt("undeploy", "greeter", "--port", board.port)
    assert status == 2 and "hint: there is none at all" in errors
    wrt("deploy", GREETER, "--port", board.port)
    status, _, errors = wrt("undeploy", "greter", "--port", board.port)
    assert status == 2 and "hint: there are: greeter" in errors
    assert board.run(GREET) == "Hello, Ada!\n"


@pytest.mark.parametrize(
    "names, message",
    [
        ([], "no board is connected with USB"),
        (["/dev/ttyACM1", "/dev/ttyACM0"], "2 boards are connected: /dev/ttyACM0 (A board), "),
        (["/dev/nobody"], "/dev/nobody: the serial port cannot be opened"),
    ],
)
def test_the_only_board_on_usb_is_taken(wrt, monkeypatch, names, message):
    ports = []
    for name in names:
        port = ListPortInfo(name)
        port.vid, port.product = 0x2E8A, "A board"
        ports.append(port)
    ports.append(ListPortInfo("/dev/ttyS0"))  # a serial port that is none on USB
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: ports)
    status, _, errors = wrt("list")
    assert status == (1 if len(names) == 1 else 2) and message in errors
