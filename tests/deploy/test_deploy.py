"""Programs on a board, and what happens when something goes wrong on the way there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import tty

import pytest

from deploy.programs import FAC, GREET, GREETER, start

pytestmark = pytest.mark.micropython

# Another version of the greeter.
GREETS_OTHERWISE = GREETER.read_text().replace("Hello, ", "Servus ")


@pytest.fixture
def other(tmp_path):
    path = tmp_path / "greeter.wat"
    path.write_text(GREETS_OTHERWISE)
    return path


def sent(output: str) -> int:
    """The bytes that were sent, as deploy says."""
    return int(re.search(r"([\d,]+) sent, verified", output)[1].replace(",", ""))


def files(board) -> dict[str, bytes]:
    return {
        str(path.relative_to(board.folder)): path.read_bytes()
        for path in board.folder.rglob("*")
        if path.is_file()
    }


def test_a_program_is_there_runs_is_listed_and_goes(board, wrt):
    status, output, errors = wrt("deploy", GREETER, "--port", board.port)
    assert (status, errors) == (0, "")
    assert sent(output) == sum(map(len, files(board).values())) - len("0123456789ab")
    assert 'app = wrt.load("greeter", {...})  # imports: log' in output
    assert board.run(GREET) == "Hello, Ada!\n"
    status, output, _ = wrt("list", "--json", "--port", board.port)
    (program,) = json.loads(output)["programs"]
    assert (program["name"], program["where"], program["main"]) == ("greeter", "flash", False)
    assert wrt("undeploy", "greeter", "--port", board.port)[:2] == (0, "greeter: removed\n")
    assert list(board.folder.iterdir()) == []
    assert "no programs" in wrt("list", "--port", board.port)[1]


def test_what_is_there_is_not_sent_again(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    before = files(board)
    status, output, _ = wrt("deploy", GREETER, "--port", board.port)
    assert (status, sent(output)) == (0, 0)
    assert files(board) == before


def test_modules_of_the_runtime_are_shared_until_the_last_program_goes(board, wrt):
    wrt("deploy", GREETER, "--with", "packages", "--with", "leaks", "--port", board.port)
    options = ["--name", "Fac-2", "--with", "packages", "--port", board.port]
    status, output, _ = wrt("deploy", FAC, *options)
    assert (status, sent(output) < 10_000) == (0, True)
    assert list(board.folder.rglob("leaks.mpy"))
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert board.run('import wrt; print(wrt.load("Fac-2").fac(5))') == "120\n"
    assert not list(board.folder.rglob("leaks.mpy"))
    # Linked again it needs none of them.
    assert wrt("deploy", FAC, "--name", "Fac-2", "--port", board.port)[0] == 0
    assert not [path for path in files(board) if path.startswith("wrt/lib")]
    assert board.run('import wrt; print(wrt.load("Fac-2").fac(5))') == "120\n"


def test_a_new_version_takes_the_place_of_the_old_one(board, wrt, other):
    wrt("deploy", GREETER, "--port", board.port)
    before = files(board)
    assert wrt("deploy", other, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Servus Ada!\n"
    assert len(files(board)) == len(before)
    kept = files(board).keys() & before.keys()
    assert kept == {"wrt/__init__.mpy", "wrt/greeter/current"}


@pytest.mark.parametrize("count", [2_000, 15_000, 30_000, None])
def test_an_interrupted_deployment_leaves_the_old_program_and_goes_on(board, wrt, other, count):
    """The host's process is killed: after so many bytes, or just before the switch."""
    wrt("deploy", FAC, "--name", "greeter", "--port", board.port)
    process = start("deploy", other, "--port", board.port)
    if count:
        board.after(count, process.kill)
    else:
        board.on(b"'move', '%s/wrt/greeter/current.new'" % bytes(board.folder), process.kill)
    assert process.wait(timeout=30) == -signal.SIGKILL
    board.restart()
    assert board.run('import wrt; print(wrt.load("greeter").fac(5))') == "120\n"
    there = files(board)
    status, output, _ = wrt("deploy", other, "--port", board.port)
    assert status == 0
    assert board.run(GREET) == "Servus Ada!\n"
    assert not [path for path in files(board) if path.endswith((".part", ".new"))]
    kept = [path for path in files(board) if path in there and path.endswith(".mpy")]
    assert sent(output) <= sum(len(files(board)[path]) for path in files(board)) - sum(
        len(there[path]) for path in kept
    )


def test_ctrl_c_stops_it_and_the_old_program_runs_at_once(board, wrt, other):
    wrt("deploy", FAC, "--name", "greeter", "--port", board.port)
    process = start("deploy", other, "--port", board.port)
    board.after(2_000, lambda: process.send_signal(signal.SIGINT))
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "\nerror: interrupted\n")
    assert board.run('import wrt; print(wrt.load("greeter").fac(5))') == "120\n"


def test_a_board_that_was_left_in_the_middle_of_a_call_is_taken_up_again(board, wrt, other):
    """Nobody pulled the plug: the board still waits for the rest of what it was sent."""
    process = start("deploy", other, "--port", board.port)
    board.after(20_000, process.kill)
    process.wait(timeout=30)
    assert wrt("deploy", other, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Servus Ada!\n"


def test_something_that_only_prints_is_no_board(wrt, monkeypatch):
    """Without a deadline this would never end: there is always one more byte."""
    monkeypatch.setattr("wrt_preflight.deploy.connection.START_TIMEOUT", 1)
    master, slave = os.openpty()
    tty.setraw(slave)
    ended = threading.Event()

    def chatter() -> None:
        while not ended.is_set():
            if select.select([], [master], [], 0.1)[1]:
                os.write(master, b"busy\r\n")

    thread = threading.Thread(target=chatter)
    thread.start()
    try:
        status, _, errors = wrt("list", "--port", os.ttyname(slave))
    finally:
        ended.set()
        thread.join()
        os.close(master)
        os.close(slave)
    assert status == 1
    assert "not a MicroPython that can be stopped with Ctrl-C (it went on for 1 s" in errors


def test_a_program_that_runs_is_stopped(board, wrt):
    board.run("", "exec", "--no-follow", "while True: print('busy')")

    def interrupt(data: bytes) -> bytes:
        """What Ctrl-C does to a board; the unix port has signals for it."""
        if b"\x03" in data:
            os.kill(board.process.pid, signal.SIGINT)
            board.change = lambda data: data
        return data

    board.change = interrupt
    assert wrt("deploy", GREETER, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Hello, Ada!\n"


def test_progress_is_shown_on_a_terminal_only(board, wrt):
    master, slave = os.openpty()
    command = [sys.executable, "-m", "wrt_preflight.cli", "deploy", str(GREETER)]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(
        [*command, "--port", board.port], stdout=subprocess.PIPE, stderr=slave, env=environment
    )
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while data := os.read(master, 4096):
            shown += data
    os.close(master)
    assert process.wait(timeout=30) == 0
    assert b"copying greeter" in shown and b"kB" in shown
    assert process.stdout.read().endswith(b"# imports: log\n")


def test_a_cable_that_is_pulled_is_a_message_and_the_next_run_goes_on(new_board, wrt):
    board = new_board()
    board.after(30_000, board.pull)
    status, _, errors = wrt("deploy", GREETER, "--port", board.port)
    assert status == 1
    assert re.search(r"the connection was lost .*; [\d,]+ of [\d,]+ bytes were sent", errors)
    assert "the same command goes on where this one stopped" in errors
    there = sum(map(len, files(board).values()))
    again = new_board(folder=board.folder)
    status, output, _ = wrt("deploy", GREETER, "--port", again.port)
    assert status == 0 and there > 10_000
    assert sent(output) < sum(map(len, files(again).values())) - 10_000
    assert again.run(GREET) == "Hello, Ada!\n"


def test_a_damaged_file_on_the_board_is_sent_again(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    (path,) = board.folder.rglob("wrt_*_1.mpy")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)
    status, output, _ = wrt("deploy", GREETER, "--port", board.port)
    assert (status, sent(output)) == (0, len(data))
    assert board.run(GREET) == "Hello, Ada!\n"


def test_a_program_whose_list_of_files_is_damaged_is_left_alone(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    (path,) = board.folder.rglob("files.json")
    path.write_text("{damaged")
    wrt("deploy", FAC, "--port", board.port)
    assert wrt("undeploy", "fac", "--port", board.port)[0] == 0
    assert board.run(GREET) == "Hello, Ada!\n"
    assert wrt("deploy", GREETER, "--port", board.port)[0] == 0
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert list(board.folder.iterdir()) == []


def test_power_that_fails_while_fat_replaces_a_file(board, wrt, other):
    """FAT removes the old file before it renames the new one."""
    wrt("deploy", GREETER, "--port", board.port)
    folder = board.folder / "wrt" / "greeter"
    folder.joinpath("current").rename(folder / "current.new")
    assert board.run(GREET) == "Hello, Ada!\n"
    process = start("deploy", other, "--port", board.port)
    board.on(b"'begin'", process.kill)
    process.wait(timeout=30)
    board.restart()
    assert board.run(GREET) == "Hello, Ada!\n"
    assert wrt("deploy", other, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Servus Ada!\n"


def test_bytes_damaged_on_the_way_are_found(board, wrt, other):
    wrt("deploy", GREETER, "--port", board.port)

    def damage(data: bytes) -> bytes:
        at = data.find(b"'put', '") + 20
        if at < 20 or at >= len(data):
            return data
        board.change = lambda data: data
        return data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]

    board.change = damage
    status, _, errors = wrt("deploy", other, "--port", board.port)
    assert status == 1 and "on the device is not what was sent" in errors
    assert board.run(GREET) == "Hello, Ada!\n"
    assert wrt("deploy", other, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Servus Ada!\n"


def test_a_component_without_its_host_says_what_is_missing(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    assert "imports that nobody provides: log" in board.run('import wrt; wrt.load("greeter")')
    assert "no program nobody is here" in board.run('import wrt; wrt.load("nobody")')


def test_the_path_of_the_image_and_the_runtime_are_there_to_ask_for(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    code = 'import wrt; print(wrt.path("greeter")); print(wrt.runtime("greeter").Trap.__name__)'
    path, trap = board.run(code).splitlines()
    assert path.startswith(str(board.folder)) and path.endswith("/image.wrt")
    assert trap == "Trap"
