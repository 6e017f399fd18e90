"""`wrt-micro check`: is it valid, what does it need, does it fit a board."""

from __future__ import annotations

from dataclasses import asdict

import click

from .. import pipeline
from ..boards import find_board
from ..budget.advice import Advice, advise
from ..budget.program import CODE, Budget, make_budget
from ..errors import PreflightError
from ..report import Report, report
from . import options
from .console import print_json
from .tables import output, table

DOES_NOT_FIT = 3


@click.command("check")
@options.file
@options.json
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
    board: str | None,
    engine: str | None,
    load_options: tuple[tuple[str, int], ...],
    strip: bool,
    keep: tuple[str, ...],
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> int:
    """Validate FILE, and print what it imports, exports and needs.

    With --board also what it takes of that board's flash and heap, whether it fits, and which
    options would make it fit.

    Exit status: 0 valid, and it fits; 1 invalid; 2 wrong usage; 3 valid, but it does not fit.
    """
    budget, advice = None, []
    try:
        target = find_board(board) if board else None
        source = pipeline.read_input(file)
        chosen = options.lower_options(limits, memory)
        if source.kind != "image":
            chosen = options.with_stripping(chosen, strip, keep)
            chosen = target.lower_options(chosen) if target else chosen
        built = pipeline.to_image(source, chosen, features)
        made = report(source, built)
        if target:
            budget = make_budget(built.image, target, engine, dict(load_options), built.module)
            advice = advise(built, budget)
    except PreflightError as error:
        if not as_json:
            raise
        print_json(
            {
                "file": error.file or file,
                "ok": False,
                "error": {
                    "kind": type(error).__name__,
                    "message": error.message,
                    "offset": error.offset,
                    "hint": error.hint,
                },
            }
        )
        return error.exit_code
    if as_json:
        print_json(made.as_json() | (_budget_json(budget, advice) if budget else {}))
    else:
        _print(made)
        if budget:
            _print_budget(budget, advice)
    return 0 if budget is None or budget.fits else DOES_NOT_FIT


def _budget_json(budget: Budget, advice: list[Advice]) -> dict:
    return {"budget": budget.as_json() | {"advice": [asdict(item) for item in advice]}}


def _print_budget(budget: Budget, advice: list[Advice]) -> None:
    console = output()
    board = budget.board
    code = [row for row in budget.rows if row.group == CODE]
    rows = [(row.name, row.heap, row.flash) for row in budget.rows if row.group != CODE]
    rows.insert(0, ("runtime and engine", sum(r.heap for r in code), sum(r.flash for r in code)))
    rows = [("all", budget.heap, budget.flash), *(row for row in rows if row[1] or row[2])]
    rows.append(("there is", board.free, budget.flash_free))
    title = f"on {board.name}, engine {budget.engine} (bytes)"
    console.print(table(title, ("what", "heap>", f"flash ({budget.place})>"), rows))
    console.print(f"largest: {budget.largest.name}, {budget.largest.heap:,} bytes of heap")
    if budget.fits:
        console.print(f"fits: {-budget.over:,} bytes of heap are left", style="bold green")
        return
    console.print("does not fit:", style="bold red")
    for reason in budget.reasons:
        console.print(f"  {reason}", markup=False)
    if advice:
        heads = ("option", "saves>", "alone enough", "what it means")
        rows = [(a.option, a.saves, "yes" if a.enough else "", a.what) for a in advice]
        console.print(table("what would help", heads, rows))


def _print(made: Report) -> None:
    console = output()
    console.print(f"{made.file}: valid {made.kind}", style="bold", markup=False)
    if made.wit:
        console.print(f"\n{made.wit}", markup=False)
    for title, heads, rows in (
        ("imports", ("name", "type"), () if made.wit else made.imports),
        ("exports", ("name", "type"), () if made.wit else made.exports),
        ("limits", ("name", "value>", "unit", "why"), made.limits),
        ("memory in RAM", ("what", "bytes>"), [*made.ram.items(), ("total", made.ram_total)]),
    ):
        if rows:
            console.print(table(title, heads, rows))
    before = f", {made.unstripped_bytes:,} before; {made.stripped}" if made.stripped else ""
    console.print(f"image: {made.image_bytes:,} bytes of flash{before}", markup=False)
    parts = ", ".join(made.features) or "none besides the main loop"
    console.print(f"engine parts: {parts}")
