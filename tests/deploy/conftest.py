"""Boards to deploy to, and programs."""

from __future__ import annotations

import pytest

from deploy.board import Board
from wrt_preflight.cli import main


@pytest.fixture
def new_board(micropython, tmp_path):
    """Makes boards: new_board(script="") -> Board, with an empty folder if none is given."""
    made = []

    def make(folder=None, **options) -> Board:
        folder = folder or tmp_path / f"board{len(made)}"
        folder.mkdir(exist_ok=True)
        made.append(Board(micropython.command, folder, **options))
        return made[-1]

    yield make
    for board in made:
        board.close()


@pytest.fixture
def board(new_board):
    """A board as boards are."""
    return new_board()


@pytest.fixture
def wrt(capfd):
    """Runs a command in this process: wrt("list", ...) -> (exit status, output, errors)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        return status, *capfd.readouterr()

    return run
