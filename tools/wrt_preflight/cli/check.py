"""`wrt-micro check`: is it valid, what does it need."""

from __future__ import annotations

import click

from .. import pipeline
from ..errors import PreflightError
from ..report import Report, report
from . import options
from .console import print_json
from .tables import output, table


@click.command("check")
@options.file
@options.json
@options.features
@options.lowering
def command(
    file: str,
    as_json: bool,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> int:
    """Validate FILE, and print what it imports, exports and needs.

    Exit status: 0 valid, 1 invalid, 2 wrong usage, 3 valid but over a limit.
    """
    try:
        source = pipeline.read_input(file)
        made = report(
            source, pipeline.to_image(source, options.lower_options(limits, memory), features)
        )
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
        print_json(made.as_json())
    else:
        _print(made)
    return 0


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
    console.print(f"image: {made.image_bytes:,} bytes of flash")
    parts = ", ".join(made.features) or "none besides the main loop"
    console.print(f"engine parts: {parts}")
