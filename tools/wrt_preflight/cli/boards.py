"""`wrt-micro boards`: the boards that wrt-micro knows."""

from __future__ import annotations

from dataclasses import asdict

import click

from ..boards import Board, board_files, boards, find_board
from ..errors import UsageError
from . import options
from .console import print_json
from .tables import output, table


@click.command("boards")
@click.argument("name", required=False)
@options.json
@click.option("--toml", "as_toml", is_flag=True, help="Print the board's file, to start your own.")
def command(name: str | None, as_json: bool, as_toml: bool) -> None:
    """List all boards, or show NAME with the source of each fact.

    NAME may also be the path of a TOML file of your own. --board of check, build, run and deploy
    takes the same names.
    """
    if as_toml:
        if name not in board_files():
            raise UsageError("--toml prints the file of one of wrt-micro's boards: name it")
        click.echo(board_files()[name].read_text(encoding="utf-8"), nl=False)
    elif name is None:
        found = boards()
        if as_json:
            print_json([asdict(board) for board in found])
        else:
            _list(found)
    elif as_json:
        print_json(asdict(find_board(name)))
    else:
        _show(find_board(name))


def _list(found: list[Board]) -> None:
    heads = ("name", "board", "MCU", "machine code", "heap>", "flash>", "ROMFS>", "float bits>")
    rows = [
        (b.id, b.name, b.mcu, b.arch, b.heap, b.flash, b.romfs or "none", b.float_bits)
        for b in found
    ]
    output().print(table("boards (sizes in bytes)", heads, rows))


def _show(board: Board) -> None:
    rows = [
        (key, value, board.source.get(key, ""))
        for key, value in asdict(board).items()
        if key not in ("id", "source", "limits")
    ]
    console = output()
    console.print(table(board.id, ("what", "value", "from"), rows))
    limits = [(key, value) for key, value in board.limits.items()]
    console.print(table("default limits", ("name", "value>"), limits))
    console.print(f"(limits: {board.source.get('limits', 'no source')})", style="dim")
