"""Devices that have a key take programs only that are signed with it."""

from __future__ import annotations

import shutil

import pytest

from deploy.programs import FAC

pytestmark = pytest.mark.micropython

FAC_OF_5 = 'import wrt; print(wrt.load("fac").fac(5))'


@pytest.fixture
def key(board, wrt, tmp_path):
    """A key that the board has."""
    path = tmp_path / "my.key"
    wrt("key", "new", path)
    shutil.copy(path, board.folder / "wrt.key")
    return path


def test_a_signed_program_runs(board, wrt, key):
    assert wrt("deploy", FAC, "--key", key, "--port", board.port)[0] == 0
    assert board.run(FAC_OF_5) == "120\n"


def test_an_unsigned_one_is_refused_on_the_desk_and_on_the_board(board, wrt, key, tmp_path):
    status, _, errors = wrt("deploy", FAC, "--port", board.port)
    assert status == 2 and "the device takes signed programs only" in errors
    board.folder.joinpath("wrt.key").unlink()
    assert wrt("deploy", FAC, "--with", "key", "--port", board.port)[0] == 0
    shutil.copy(key, board.folder / "wrt.key")
    assert "the image is not signed" in board.run(FAC_OF_5)


def test_another_key_or_device(board, wrt, key, tmp_path):
    other = tmp_path / "other.key"
    wrt("key", "new", other)
    assert wrt("deploy", FAC, "--key", other, "--port", board.port)[0] == 0
    assert "signed with another key" in board.run(FAC_OF_5)
    more = ["--key", key, "--for-device", "pico-7"]
    assert wrt("deploy", FAC, *more, "--port", board.port)[0] == 0
    assert "the image is for the device pico-7, this is none" in board.run(FAC_OF_5)
    assert board.run(FAC_OF_5.replace('"fac"', '"fac", device="pico-7"')) == "120\n"


def test_a_signed_image_is_deployed_as_it_is(board, wrt, key, tmp_path):
    image = tmp_path / "fac.wrt"
    assert wrt("build", FAC, "-o", image, "--key", key)[0] == 0
    assert wrt("deploy", image, "--port", board.port)[0] == 0
    assert next(board.folder.rglob("image.wrt")).read_bytes() == image.read_bytes()
    assert board.run(FAC_OF_5) == "120\n"
