"""Programs for WASI on a board: what they may use is deployed with them."""

from __future__ import annotations

import json
import subprocess

import pytest

from deploy.programs import EXAMPLES

pytestmark = pytest.mark.micropython

HELLO = EXAMPLES / "wasi-hello" / "hello.wasm"
COUNT = EXAMPLES / "word-count" / "count.wasm"


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
def grants(tmp_path):
    """Writes a file for --grants."""

    def write(**given):
        path = tmp_path / "grants.json"
        path.write_text(json.dumps(given))
        return path

    return write


def test_it_starts_at_boot(board, wrt, boot, grants):
    given = grants(args=["hello", "x"], env={"NAME": "board"})
    options = ["--main", "--grants", given, "--port", board.port]
    status, output, errors = wrt("deploy", HELLO, *options)
    assert (status, errors) == (0, "") and "main.py starts hello at boot" in output
    assert boot(board) == "Hello, board!\nargument 1 is x\n"
    # Without them nothing is given.
    assert wrt("deploy", HELLO, "--main", "--port", board.port)[0] == 0
    assert boot(board) == "Hello, whoever you are!\n"


def test_directories_of_the_board(board, wrt, boot, grants):
    (board.folder / "data").mkdir()
    (board.folder / "data" / "poem").write_text("one two\n")
    given = grants(args=["count", "/data/poem"], dirs={"/data": str(board.folder / "data")})
    options = ["--main", "--grants", given, "--port", board.port]
    assert wrt("deploy", COUNT, *options)[0] == 0
    assert boot(board) == "/data/poem: 1 lines, 2 words, 8 bytes\n"


def test_a_host_module_says_what_a_program_may_use(board, wrt, boot, tmp_path):
    host = tmp_path / "my_host.py"
    host.write_text('wasi = {"args": ["hello"], "env": {"NAME": "host module"}}\n')
    options = ["--main", "--host", host, "--port", board.port]
    assert wrt("deploy", HELLO, *options)[0] == 0
    assert boot(board) == "Hello, host module!\n"


def test_grants_that_are_no_json(board, wrt, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    status, _, errors = wrt("deploy", HELLO, "--grants", bad, "--port", board.port)
    assert status == 2 and "expected JSON" in errors
    assert list(board.folder.iterdir()) == []
