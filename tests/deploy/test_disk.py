"""Small and full disks, with the file systems of boards."""

from __future__ import annotations

import re

import pytest

from deploy.boards import small_disk
from deploy.programs import FAC, GREET, GREETER
from wrt_preflight.deploy import Filesystem

pytestmark = pytest.mark.micropython

FILESYSTEMS = ["VfsLfs2", "VfsFat"]
FAC_OF_5 = 'import wrt; print(wrt.load("greeter").fac(5))'


@pytest.fixture
def too_small(new_board, wrt, filesystem) -> int:
    """Bytes of a disk that fac fits on, but not what the greeter needs besides."""
    board = new_board(script=small_disk(filesystem, 512 << 10))
    wrt("deploy", FAC, "--port", board.port)
    free = int(board.run("import os; print(os.statvfs('/flash')[3])"))
    return (512 << 10) - 512 * free + (12 << 10)


@pytest.mark.parametrize("filesystem", FILESYSTEMS)
def test_a_program_on_a_board_s_own_file_system(new_board, wrt, filesystem):
    board = new_board(script=small_disk(filesystem, 512 << 10))
    assert wrt("deploy", FAC, "--name", "greeter", "--port", board.port)[0] == 0
    assert board.run(FAC_OF_5) == "120\n"
    assert wrt("deploy", GREETER, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Hello, Ada!\n"
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert board.run("import os; print(os.listdir())") == "[]\n"


@pytest.mark.parametrize("filesystem", FILESYSTEMS)
def test_a_disk_that_is_too_small_is_refused_before_anything_is_copied(
    new_board, wrt, filesystem, too_small
):
    board = new_board(script=small_disk(filesystem, too_small))
    assert wrt("deploy", FAC, "--name", "greeter", "--port", board.port)[0] == 0
    before = board.sent
    status, _, errors = wrt("deploy", GREETER, "--port", board.port)
    assert status == 3 and board.sent - before < 30_000
    assert re.search(r"greeter needs [\d,]+ bytes of flash, [\d,]+ are free", errors)
    assert "the program that is there still works; wrt-micro undeploy greeter" in errors
    assert board.run(FAC_OF_5) == "120\n"


@pytest.mark.parametrize("filesystem", FILESYSTEMS)
def test_a_disk_that_gets_full_on_the_way(new_board, wrt, filesystem, monkeypatch, too_small):
    board = new_board(script=small_disk(filesystem, too_small))
    assert wrt("deploy", FAC, "--name", "greeter", "--port", board.port)[0] == 0
    free = board.run("import os; print(os.statvfs('/flash')[3])")
    space = Filesystem._space
    answers = iter([(1 << 20, 512)])  # what it says before it is copied
    monkeypatch.setattr(Filesystem, "_space", lambda self: next(answers, None) or space(self))
    status, _, errors = wrt("deploy", GREETER, "--port", board.port)
    assert status == 3
    assert re.search(r"greeter needs [\d,]+ bytes of flash, [\d,]+ are free", errors)
    assert board.run(FAC_OF_5) == "120\n"
    after = board.run("import os; print(os.statvfs('/flash')[3])")
    assert int(after) >= int(free) - 4  # but for a folder or two
