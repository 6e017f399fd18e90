"""`wrt-micro size`: where the bytes of a program are."""

from __future__ import annotations

from pathlib import Path

import click

from .. import pipeline
from ..boards import find_board
from ..budget.program import make_budget
from ..errors import UsageError
from ..size.bars import show
from ..size.page import page
from ..size.tree import flash, heap
from . import options
from .console import note, print_json
from .tables import output


@click.command("size")
@options.file
@options.json
@click.option("--html", metavar="OUT", help="Write a page with treemaps, which stands alone.")
@options.board
@click.option(
    "--engine",
    type=click.Choice(["interp", "portable"]),
    help="With --board: the engine that is to run it there; interp if left out.",
)
@options.load
@options.stripping
@options.features
@options.lowering
def command(
    file: str,
    as_json: bool,
    html: str | None,
    board: str | None,
    engine: str | None,
    load_options: tuple[tuple[str, int], ...],
    strip: bool,
    keep: tuple[str, ...],
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Show where the bytes of FILE are, a module, a component or an image.

    Flash by function, data segment, table and section; with --board also the runtime that goes
    with it, and the heap of that board by use.
    """
    target = find_board(board) if board else None
    source = pipeline.read_input(file)
    chosen = options.lower_options(limits, memory)
    if source.kind != "image":
        chosen = options.with_stripping(chosen, strip, keep)
        chosen = target.lower_options(chosen) if target else chosen
    built = pipeline.to_image(source, chosen, features)
    budget = None
    if target:
        budget = make_budget(built.image, target, engine, dict(load_options), built.module)
    trees = [flash(built.image, budget)]
    if budget:
        trees.append(heap(built.image, budget))
    if as_json:
        print_json({tree.name: tree.as_json() for tree in trees})
    if html:
        _write(Path(html), page(source.name, trees, budget))
        note(f"{html}: open it in a browser")
    if not as_json and not html:
        console = output()
        for tree in trees:
            show(console, tree, depth=3 if len(trees) > 1 else 2)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", file=str(path)) from None
