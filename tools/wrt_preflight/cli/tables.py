"""Tables for people, on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# Without a terminal nothing is wrapped to a width that the reader does not have.
WIDE = 160


def output() -> Console:
    """A console on standard output."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table with a title above it; a head that ends with `>` stands over right-aligned cells."""
    made = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None)
    for head in heads:
        justify = "right" if head.endswith(">") else "left"
        made.add_column(head.removesuffix(">"), justify=justify, header_style="dim")
    for row in rows:
        # Text, because a name such as [method]point.x must not be taken for markup.
        made.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    return made
