"""The generated parts of pages in docs/, each between two marker lines."""

from __future__ import annotations

import re

from bench.suite import HERE

DOCS = HERE.parent / "docs"


def table(rows: list[list[object]]) -> str:
    """A Markdown table; the first row is its head. Integers get thousands separators."""
    text = [[f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in text]
    lines.insert(1, "|---" + "|---:" * (len(rows[0]) - 1) + "|")
    return "\n".join(lines) + "\n"


def write(page: str, part: str, text: str) -> None:
    """Replace the named part of docs/PAGE. Raises ValueError where the page has no such part."""
    path = DOCS / page
    markers = re.compile(rf"(<!-- {part}: [^\n]*-->\n).*?(<!-- end of {part} -->\n)", re.DOTALL)
    found, count = markers.subn(lambda m: f"{m[1]}\n{text}\n{m[2]}", path.read_text())
    if count != 1:
        raise ValueError(f"docs/{page} needs one part {part!r}, it has {count}")
    path.write_text(found)
