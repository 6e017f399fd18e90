"""Sizes as a page of HTML with treemaps. It stands alone: no script, nothing from a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ..budget.program import Budget
from .squarify import Box, squarify
from .tree import Part

WIDTH, HEIGHT = 1200.0, 560.0  # of a treemap, in its own units
HEAD = 20.0  # of the strip with a group's name
GAP = 2.0
LETTER, LINE = 7.2, 15.0  # of a label
_COLORS = 8


def page(name: str, trees: Sequence[Part], budget: Budget | None) -> str:
    """The page for a program of that name."""
    title = f"{name}: where the bytes are"
    body = [f"<h1>{escape(title)}</h1>"]
    if budget:
        said = "fits" if budget.fits else "does not fit: " + "; ".join(budget.reasons)
        body.append(
            f'<p class="{"fits" if budget.fits else "over"}">{escape(budget.board.name)}, engine '
            f"{budget.engine}: {escape(said)}. Heap: {budget.heap:,} of {budget.board.free:,} "
            f"bytes. Flash: {budget.flash:,} of {budget.flash_free:,} bytes.</p>"
        )
    for tree in trees:
        body += [*_treemap(tree), *_list(tree)]
    return _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(body))


def _treemap(tree: Part) -> Iterator[str]:
    yield f"<h2>{escape(tree.name)}: {tree.size:,} bytes</h2>"
    yield (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="Treemap of {escape(tree.name)}, listed below">'
    )
    groups = [part for part in tree.largest_first() if part.size]
    boxes = squarify([part.size for part in groups], (0, 0, WIDTH, HEIGHT))
    for color, (part, box) in enumerate(zip(groups, boxes, strict=True)):
        yield from _part(part, box, tree.size, color % _COLORS, 0, part.name)
    yield "</svg>"


def _part(part: Part, box: Box, whole: int, color: int, level: int, path: str) -> Iterator[str]:
    left, top, width, height = box
    share = 100 * part.size / whole
    tip = f"{path}: {part.size:,} bytes, {share:.1f} %" + (f"\n{part.detail}" * bool(part.detail))
    width, height = max(width - GAP, 0.1), max(height - GAP, 0.1)
    yield f'<g class="c{color} l{min(level, 2)}"><title>{escape(tip)}</title>'
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'
    )
    inner = [child for child in part.largest_first() if child.size]
    room = height - HEAD - GAP
    if inner and room > LINE and width > 3 * LETTER:
        yield from _label(part, left, top, width, HEAD, bold=True)
        area = (left + GAP, top + HEAD, width - GAP, room)
        boxes = squarify([child.size for child in inner], area)
        for child, spot in zip(inner, boxes, strict=True):
            yield from _part(child, spot, whole, color, level + 1, f"{path} / {child.name}")
    else:
        yield from _label(part, left, top, width, height, bold=False)
    yield "</g>"


def _label(
    part: Part, left: float, top: float, width: float, height: float, bold: bool
) -> Iterator[str]:
    """The name, cut to what fits, and the size where there is room for it."""
    letters = int((width - 8) / LETTER)
    if letters < 3 or height < LINE:
        return
    size = f"{part.size:,}"
    name = part.name
    if bold and letters >= len(name) + len(size) + 2:
        name = f"{name}  {size}"
    if len(name) > letters:
        name = name[: letters - 1] + "…"
    kind = ' class="group"' if bold else ""
    yield f'<text x="{left + 5:.1f}" y="{top + 14:.1f}"{kind}>{escape(name)}</text>'
    if not bold and height >= 2 * LINE + 4 and letters >= len(size):
        yield f'<text x="{left + 5:.1f}" y="{top + 14 + LINE:.1f}" class="size">{size}</text>'


def _list(tree: Part) -> Iterator[str]:
    yield f"<details><summary>{escape(tree.name)} as a list</summary><table>"
    yield "<tr><th>what<th>bytes<th>share<th></tr>"
    yield from _lines(tree, tree.size, 0)
    yield "</table></details>"


def _lines(part: Part, whole: int, level: int) -> Iterator[str]:
    for child in part.largest_first():
        share = 100 * child.size / max(whole, 1)
        yield (
            f'<tr><td style="padding-left:{1.5 * level + 0.3:g}em">{escape(child.name)}'
            f"<td>{child.size:,}<td>{share:.1f} %<td>{escape(child.detail)}</tr>"
        )
        yield from _lines(child, whole, level + 1)


_HUES = (205, 25, 145, 275, 350, 50, 180, 310)
_STYLE = """
:root { color-scheme: light dark; --text: #1c2330; --back: #ffffff; --dim: #5b6575;
  --line: #ffffff; --s: 48%; --l0: 78%; --l1: 86%; --l2: 91%; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8ecf2; --back: #14181f; --dim: #98a2b3; --line: #14181f;
    --s: 32%; --l0: 30%; --l1: 24%; --l2: 19%; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 1240px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin: 1.6em 0 .4em; }
svg { width: 100%; height: auto; display: block; }
svg text { font: 12px ui-monospace, monospace; fill: var(--text); pointer-events: none; }
svg text.group { font-weight: 600; } svg text.size { fill: var(--dim); }
rect { stroke: var(--line); stroke-width: 1; }
g:hover > rect { stroke: var(--text); }
.fits { color: #1a7f37; } .over { color: #c93c37; }
details { margin: .6em 0 2em; } summary { cursor: pointer; color: var(--dim); }
table { border-collapse: collapse; font-size: 13px; } th { text-align: left; color: var(--dim); }
td, th { padding: .1em .8em .1em .3em; } td:nth-child(2), td:nth-child(3) { text-align: right;
  font-variant-numeric: tabular-nums; } td:nth-child(4) { color: var(--dim); }
""" + "\n".join(
    f".c{number}.l{level} > rect {{ fill: hsl({hue} var(--s) var(--l{level})); }}"
    for number, hue in enumerate(_HUES)
    for level in range(3)
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<p class="dim">Hold the pointer over a rectangle to read what it is. Made by wrt-micro size.</p>
</body>
</html>
"""
