"""Links between the pages: each leads to a file that is there, and to a heading that it has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click
import pytest

from wrt_preflight.cli import cli

ROOT = Path(__file__).parents[2]
_HIDDEN = (".venv", "node_modules", "build")
_CODE = re.compile(r"^```.*?^```|^ {4}.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)


def pages() -> list[Path]:
    """All pages in Markdown, without those of what is installed."""
    found = ROOT.rglob("*.md")
    return [
        p
        for p in sorted(found)
        if not any(part in _HIDDEN or part.startswith(".") for part in p.relative_to(ROOT).parts)
    ]


@cache
def anchors(page: Path) -> set[str]:
    """Names of a page's headings, made as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    made: dict[str, int] = {}
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        made[name] = made.get(name, -1) + 1
    return {
        name if not n else f"{name}-{n}" for name, last in made.items() for n in range(last + 1)
    }


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    wrong = []
    for link in _LINK.findall(text):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists():
            wrong.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(target.resolve()):
            wrong.append(f"{link}: no such heading")
    assert not wrong


def test_the_guide_names_every_command():
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    names = cli.list_commands(click.Context(cli))
    assert len(names) > 20
    assert [name for name in names if not re.search(rf"wrt-micro {name}\b", guide)] == []
