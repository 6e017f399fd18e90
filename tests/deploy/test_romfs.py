"""Programs in ROMFS: on the unix port, whose VfsRom reads a partition that is a buffer here."""

from __future__ import annotations

import re
import signal

import pytest

from deploy.boards import REMOUNT, romfs
from deploy.programs import FAC, GREET, GREETER, start
from deploy.test_deploy import sent
from wrt_preflight.deploy.romfs import romfs_image

pytestmark = pytest.mark.micropython

FAC_OF_5 = 'import wrt; print(wrt.load("fac").fac(5))'


@pytest.mark.parametrize("size", range(0, 150, 7))
@pytest.mark.parametrize("large", [0, 100, 16_300])
def test_images_are_aligned_whatever_is_around_them(size, large):
    files = {"a/b.bin": bytes(size), "a/c/image.wrt": b"IMAGE" + bytes(large), "z": b"z"}
    files["b/image.wrt"] = b"OTHER" + bytes(size)
    image = romfs_image(files)
    assert len(image) % 2 == 0
    assert image.index(b"IMAGE") % 4 == 0 and image.index(b"OTHER") % 4 == 0


@pytest.fixture
def board(new_board):
    return new_board(script=romfs(256 << 10))


def test_a_program_runs_from_romfs_and_the_file_system_stays_empty(board, wrt):
    status, output, errors = wrt("deploy", GREETER, "--port", board.port)
    assert (status, errors) == (0, "") and "bytes in ROMFS" in output
    assert board.run(REMOUNT + GREET) == "Hello, Ada!\n"
    assert list(board.folder.iterdir()) == []
    assert "romfs" in wrt("list", "--port", board.port)[1]
    assert sent(wrt("deploy", GREETER, "--port", board.port)[1]) == 0


def test_the_last_program_leaves_an_empty_romfs(board, wrt):
    wrt("deploy", FAC, "--port", board.port)
    board.run(REMOUNT)
    assert wrt("undeploy", "fac", "--port", board.port)[0] == 0
    assert board.run(REMOUNT + "import os; print(os.listdir('/rom'))") == "[]\n"


def test_the_image_is_read_in_place(board, wrt):
    wrt("deploy", FAC, "--port", board.port)
    code = """
import wrt, vfs, uctypes
file = open(wrt.path("fac"), "rb")
at = uctypes.addressof(memoryview(file)) - uctypes.addressof(vfs.rom_ioctl(2, 0))
print(at % 4, 0 < at < 256 << 10)
"""
    assert board.run(REMOUNT + code) == "0 True\n"


def test_what_else_is_in_romfs_stays(board, wrt):
    image = romfs_image({"data/table.bin": bytes(range(256)), "lib/mine.py": b"x = 7\n"})
    board.folder.joinpath("romfs.bin").write_bytes(image)
    board.restart()
    wrt("deploy", GREETER, "--port", board.port)
    board.run(REMOUNT)
    wrt("deploy", FAC, "--port", board.port)
    assert board.run(REMOUNT + GREET) == "Hello, Ada!\n"
    assert board.run(FAC_OF_5) == "120\n"
    code = "import mine; print(mine.x, len(open('/rom/data/table.bin', 'rb').read()))"
    assert board.run(code) == "7 256\n"
    assert wrt("undeploy", "greeter", "--port", board.port)[0] == 0
    assert board.run(REMOUNT + FAC_OF_5 + "; " + code) == "120\n7 256\n"


def test_one_that_is_interrupted_is_no_romfs_and_goes_on(board, wrt):
    image = romfs_image({"lib/mine.py": b"x = 7\n"})
    board.folder.joinpath("romfs.bin").write_bytes(image)
    board.restart()
    wrt("deploy", FAC, "--port", board.port)
    board.run(REMOUNT)
    process = start("deploy", GREETER, "--port", board.port)
    board.after(58_000, process.kill)
    assert process.wait(timeout=30) == -signal.SIGKILL
    assert "ENODEV" in board.run(REMOUNT)
    status, output, errors = wrt("list", "--port", board.port)
    assert "no programs" in output and "the ROMFS was not written completely" in errors
    status, output, _ = wrt("deploy", GREETER, "--port", board.port)
    assert status == 0
    whole = int(re.search(r"([\d,]+) bytes in ROMFS", output)[1].replace(",", ""))
    assert sent(output) < whole
    assert board.run(REMOUNT + GREET) == "Hello, Ada!\n"
    assert board.run(FAC_OF_5 + "; import mine; print(mine.x)") == "120\n7\n"
    assert "not written completely" not in wrt("list", "--port", board.port)[2]


def test_a_partition_that_is_too_small(new_board, wrt):
    board = new_board(script=romfs(32 << 10))
    status, _, errors = wrt("deploy", GREETER, "--port", board.port)
    assert status == 3
    assert "the ROMFS would have" in errors and "the partition has 32,768" in errors
    assert wrt("deploy", GREETER, "--to", "flash", "--port", board.port)[0] == 0
    assert board.run(GREET) == "Hello, Ada!\n"


def test_a_board_without_romfs(micropython, new_board, wrt):
    status, _, errors = wrt("deploy", FAC, "--to", "romfs", "--port", new_board().port)
    assert status == 2 and "no ROMFS partition" in errors
