"""Sizes as bars in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .tree import Part

BAR = 30  # columns of the longest bar
MOST = 12  # parts of a part that are shown; the others are one line
_EIGHTHS = " ▏▎▍▌▋▊▉"


def show(console: Console, whole: Part, depth: int = 2) -> None:
    """Print a tree, the largest parts first. depth: levels below the whole."""
    title = f"\n{whole.name}: {whole.size:,} bytes"
    table = Table(title=title, title_justify="left", title_style="bold", box=None)
    for head, justify in (("what", "left"), ("bytes", "right"), ("", "right"), ("", "left")):
        table.add_column(head, justify=justify, header_style="dim", no_wrap=bool(not head))
    longest = max((part.size for part in whole.parts), default=0)
    _rows(table, whole, whole.size, longest, 0, depth, console.encoding)
    console.print(table)


def _rows(
    table: Table, part: Part, whole: int, longest: int, level: int, depth: int, encoding: str
) -> None:
    shown = part.largest_first()
    for child in shown[:MOST]:
        name = Text("  " * level + child.name, style="bold" if child.parts and not level else "")
        share = f"{100 * child.size / max(whole, 1):.1f} %"
        table.add_row(name, f"{child.size:,}", share, _bar(child.size, longest, level, encoding))
        if level + 1 < depth and len(child.parts) > 1:
            _rows(table, child, whole, longest, level + 1, depth, encoding)
    if len(shown) > MOST:
        rest = sum(child.size for child in shown[MOST:])
        name = Text("  " * level + f"{len(shown) - MOST} more", style="dim")
        share = f"{100 * rest / max(whole, 1):.1f} %"
        table.add_row(name, f"{rest:,}", share, _bar(rest, longest, level, encoding))


def _bar(size: int, longest: int, level: int, encoding: str) -> Text:
    eighths = round(8 * BAR * size / max(longest, 1))
    if "utf" in encoding.lower():
        text = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    else:
        text = "#" * (eighths // 8)
    return Text(text, style=("cyan", "blue", "magenta")[min(level, 2)])
