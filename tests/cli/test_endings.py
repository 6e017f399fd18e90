"""How commands end when something happens that is nobody's input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wrt_preflight import cli, pipeline

INPUTS = Path(__file__).parent / "inputs"


@pytest.fixture
def broken(monkeypatch):
    """Makes reading the input fail with an exception."""

    def fail_with(error: BaseException) -> None:
        def read_input(file: str) -> None:
            raise error

        monkeypatch.setattr(pipeline, "read_input", read_input)

    return fail_with


def test_a_bug_is_reported_as_one(broken, capsys):
    broken(KeyError("x"))
    assert cli.main(["check", "some file.wasm"]) == cli.BUG == 70
    assert capsys.readouterr().err == (
        "error: this is a bug in wrt-micro: KeyError: 'x'\n"
        "  hint: please report it, with the input and what this prints: "
        "wrt-micro --debug check 'some file.wasm'\n"
    )


def test_debug_shows_where(broken, capsys):
    broken(KeyError("x"))
    assert cli.main(["--debug", "check", "file.wasm"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_ctrl_c_on_the_host(broken, capsys):
    broken(KeyboardInterrupt())
    assert cli.main(["check", "file.wasm"]) == cli.INTERRUPTED == 130
    assert capsys.readouterr().err == "\nerror: interrupted\n"


COMMANDS = (
    "check numbers.wat",
    "inspect numbers.wat",
    "build numbers.wat -o -",
    "boards",
    "--help",
)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """wrt-micro, with its streams as a shell makes them."""
    start = f"{sys.executable} -m wrt_preflight.cli {command}"
    return subprocess.run(
        start, shell=True, cwd=INPUTS, capture_output=True, text=True, timeout=60
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_behind_standard_output(command):
    done = shell(f"{command} > /dev/full")
    text = "error: standard output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, text)


@pytest.mark.parametrize("command", COMMANDS)
def test_closed_streams(command):
    done = shell(f"{command} >&- <&-")
    assert (done.returncode, "error" in done.stderr) == (0, False), done.stderr
    assert shell(f"{command} >&- <&- 2>&-").returncode == 0


@pytest.mark.micropython
def test_a_program_without_standard_output(runs):
    runs("portable")
    done = shell("run numbers.wat --invoke 'divide(6, 3)' >&-")
    assert (done.returncode, done.stderr) == (0, "")


def has_child(process: subprocess.Popen) -> bool:
    """Whether a process has started another one."""
    found = subprocess.run(["ps", "-A", "-o", "ppid="], capture_output=True, text=True)
    return str(process.pid) in found.stdout.split()


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_ctrl_c_stops_a_guest(engine, micropython):
    if engine == "interp" and not micropython.interpreter:
        pytest.skip(f"interp does not run: {micropython}")
    micropython.runtime()  # compiled before, so that the guest runs when the signal comes
    arguments = ["run", str(INPUTS / "stuck.wat"), "--engine", engine, "--invoke", "forever()"]
    process = subprocess.Popen(
        [sys.executable, "-m", "wrt_preflight.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not has_child(process):
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    time.sleep(1)  # until the guest runs, in the child
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "\nerror: interrupted\n"
