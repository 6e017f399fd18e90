"""`python -m wrt_preflight.image.docs FOLDER`: writes the tables of docs/ that come from code.

A table stands between `<!-- table NAME -->` and `<!-- end -->`; the rest of a page is left alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..load_options import OPTIONS
from . import format as fmt

PAGES = ("image-format.md", "limits.md")
_BLOCK = re.compile(r"(<!-- table ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_RECORDS = {
    record.name.replace(" ", "-"): record
    for record in (fmt.HEADER, fmt.DIRECTORY, fmt.FUNCTION, fmt.INSTANCE, fmt.EXPORT, fmt.IMPORT)
    + (fmt.MEMORY, fmt.SEGMENT, fmt.TABLE, fmt.HANDLER, fmt.SIGNATURE)
}


def tables() -> dict[str, str]:
    """The tables by name, as Markdown."""
    made = {name: _record(record) for name, record in _RECORDS.items()}
    made["sections"] = _table(
        ("id", "section", "counts", "holds"),
        (
            (str(s.id), s.name, f"{s.record.name}s" if s.record else "", s.meaning)
            for s in fmt.SECTIONS + fmt.OPTIONAL
        ),
    )
    made["features"] = _table(
        ("bit", "class"), ((str(i), name) for i, name in enumerate(fmt.CLASSES))
    )
    made["options"] = _table(
        ("option of load()", "unit", "default", "meaning"),
        (
            (f"`{name}`", unit, "the image's" if default is None else str(default), meaning)
            for name, unit, default, meaning in OPTIONS
        ),
    )
    return made


def _record(record: fmt.Record) -> str:
    rows = (
        (str(record.offset(name)), re.sub(r"bytes(\d+)", r"\1 bytes", kind), f"`{name}`", meaning)
        for name, kind, meaning in record.fields
    )
    return _table(("at", "type", "field", "meaning"), rows) + f"\n{record.size} bytes.\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def refresh(page: str) -> str:
    """A page with every table made anew. Raises KeyError for a table that nobody makes."""
    made = tables()
    return _BLOCK.sub(lambda match: f"{match[1]}{made[match[2]]}{match[3]}", page)


if __name__ == "__main__":
    for name in PAGES:
        path = Path(sys.argv[1]) / name
        path.write_text(refresh(path.read_text()))
