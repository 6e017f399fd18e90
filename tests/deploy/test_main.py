"""Programs that start at boot."""

from __future__ import annotations

import subprocess

import pytest

from deploy.programs import FAC, GREETER

pytestmark = pytest.mark.micropython

HOST = """
def log(text):
    print("log:", text)

def main(app):
    print(app.greet("boot"))
"""
PRINTS = """(module (import "board" "print" (func $print (param i32)))
(func (export "_start") i32.const 42 call $print))"""


@pytest.fixture
def boot(micropython):
    """What a board prints that starts with main.py."""

    def run(board) -> str:
        done = subprocess.run(
            [*micropython.command, "main.py"], cwd=board.folder, capture_output=True, text=True
        )
        return done.stdout + done.stderr

    return run


@pytest.fixture
def host(tmp_path):
    path = tmp_path / "my_host.py"
    path.write_text(HOST)
    return path


def test_a_host_module_s_main_is_called(board, wrt, boot, host):
    status, output, _ = wrt("deploy", GREETER, "--main", "--host", host, "--port", board.port)
    assert status == 0 and "main.py starts greeter at boot" in output
    assert boot(board) == "log: greeting boot\nHello, boot!\n".replace("log: ", "log: ")
    assert "yes" in wrt("list", "--port", board.port)[1]
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert list(board.folder.iterdir()) == []


def test_the_program_s_own_start(board, wrt, boot, tmp_path):
    program, host = tmp_path / "prints.wat", tmp_path / "host.py"
    program.write_text(PRINTS)
    host.write_text("class board:\n    print = print\n")
    assert wrt("deploy", program, "--main", "--host", host, "--port", board.port)[0] == 0
    assert boot(board) == "42\n"


def test_the_next_program_takes_over(board, wrt, boot, host, tmp_path):
    program = tmp_path / "quiet.wat"
    program.write_text('(module (func (export "_start")))')
    wrt("deploy", GREETER, "--main", "--host", host, "--port", board.port)
    assert wrt("deploy", program, "--main", "--port", board.port)[0] == 0
    assert boot(board) == ""
    wrt("undeploy", "greeter", "--port", board.port)
    assert board.folder.joinpath("main.py").exists()


def test_a_main_py_of_the_user_s_own_is_left_alone(board, wrt, host):
    main = board.folder / "main.py"
    main.write_text("print('mine')\n")
    status, _, errors = wrt("deploy", GREETER, "--main", "--host", host, "--port", board.port)
    assert status == 2 and 'add to it: import wrt; wrt.run("greeter")' in errors
    assert [path.name for path in board.folder.iterdir()] == ["main.py"]
    assert wrt("deploy", GREETER, "--host", host, "--port", board.port)[0] == 0
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert main.read_text() == "print('mine')\n"


def test_what_cannot_start_by_itself_is_refused_before_the_device_is_asked(board, wrt):
    status, _, errors = wrt("deploy", GREETER, "--main", "--port", "/dev/nobody")
    assert status == 2 and "nobody provides what it imports, log" in errors
    status, _, errors = wrt("deploy", FAC, "--main", "--port", board.port)
    assert status == 2 and "it has no function to start with" in errors
    assert list(board.folder.iterdir()) == []
