"""`wrt-micro run` with programs of WASI: arguments, environment, directories, streams, status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
HELLO = EXAMPLES / "wasi-hello" / "hello.wasm"
COUNT = EXAMPLES / "word-count" / "count.wasm"
SENSOR = EXAMPLES / "i2c-sensor" / "sensor.wasm"
SHOUT = EXAMPLES / "shout" / "shout.wasm"
pytestmark = [pytest.mark.micropython, pytest.mark.usefixtures("micropython")]


def run(*arguments, text: str = "", **env: str) -> tuple[str, str, int]:
    """(standard output, standard error, exit status)"""
    done = subprocess.run(
        [sys.executable, "-m", "wrt_preflight.cli", "run", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | env,
    )
    return done.stdout, done.stderr, done.returncode


def test_arguments_environment_and_status():
    found = run(HELLO, "--env", "NAME=Zoë", "--", "-x", "two words", "--env")
    out = "Hello, Zoë!\nargument 1 is -x\nargument 2 is two words\nargument 3 is --env\n"
    assert found == (out, "", 3)


def test_the_environment_is_not_passed_on_by_itself():
    assert run(HELLO, NAME="Ada")[0] == "Hello, whoever you are!\n"
    assert run(HELLO, "--env", "NAME", NAME="Ada")[0] == "Hello, Ada!\n"


def test_directories(tmp_path):
    (tmp_path / "x").write_text("one two\n")
    line = "1 lines, 2 words, 8 bytes\n"
    guest = run(COUNT, "--dir", f"{tmp_path}::/data", "--", "/data/x")
    assert guest == (f"/data/x: {line}", "", 0)
    assert run(COUNT, "--dir", tmp_path, "--", tmp_path / "x")[0] == f"{tmp_path}/x: {line}"
    out, _, status = run(COUNT, "--", tmp_path / "x")
    assert out.endswith("Capabilities insufficient\n") and status == 1


def test_a_directory_that_is_not_there(tmp_path):
    out, error, status = run(COUNT, "--dir", tmp_path / "none")
    assert (out, status) == ("", 2)
    assert "expected a directory, found" in error and "Traceback" not in error


def test_grants_of_a_file_and_a_board_that_is_simulated(tmp_path):
    grants = tmp_path / "board.json"
    grants.write_text(json.dumps({"port": "simulated", "i2c": {"sensor": {"id": 0}}}))
    out, error, status = run(SENSOR, "--grants", grants)
    assert (out, status) == ("21.50\n" * 3, 0)
    assert error.splitlines()[:2] == ["i2c 0 72 write b'\\x00'", "i2c 0 72 read b'\\x15\\x80'"]
    grants.write_text(json.dumps({"port": "simulated"}))
    assert run(SENSOR, "--grants", grants) == ("no bus is called sensor\n", "", 1)


def test_an_interface_that_the_machine_has_not():
    out, error, status = run(SENSOR)
    assert (out, status) == ("", 1)
    assert "needs i2c, which the port unix does not offer" in error


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "expected JSON"),
        ("[]", "expected a JSON object"),
        ('{"pin": {}}', "nothing is named pin; there are: args"),
    ],
)
def test_grants_that_are_none(tmp_path, content, message):
    (tmp_path / "bad.json").write_text(content)
    _, error, status = run(HELLO, "--grants", tmp_path / "bad.json")
    assert status in (1, 2) and message in error and "Traceback" not in error


def test_standard_input_in_pieces():
    text = "".join(f"line {i} of many, each with some text\n" for i in range(200)) + "the end"
    assert run(SHOUT, text=text) == (text.upper(), "", 0)


def test_standard_input_that_stays_open():
    """What there is comes out before the input ends."""
    command = [sys.executable, "-m", "wrt_preflight.cli", "run", str(SHOUT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"first\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"FIRST\n"
        process.stdin.write(b"second")
        assert process.communicate(timeout=60)[0] == b"SECOND"
        assert process.returncode == 0


@pytest.mark.parametrize(("code", "status"), [(0, 0), (7, 7), (255, 255), (256 + 3, 3)])
def test_the_status_of_a_module(wat, code, status):
    path = wat(
        '(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
        f' (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const {code}))))'
    )
    assert run(path) == ("", "", status)


def test_a_trap_of_a_module(wat):
    path = wat(
        '(module (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))'
        ' (func (export "_start") (drop (call $yield)) unreachable))'
    )
    out, error, status = run(path)
    assert status == 134 and error.startswith("trap: unreachable")


def test_a_function_that_wasi_does_not_have(wat):
    path = wat(
        '(module (import "wasi_snapshot_preview1" "fd_dance" (func $dance))'
        ' (func (export "_start") (call $dance)))'
    )
    out, error, status = run(path)
    assert status == 1
    assert "imports that nobody provides: wasi_snapshot_preview1.fd_dance () -> ()" in error
