"""The layout of a treemap: rectangles whose areas are sizes, as square as they can be.

Squarified treemaps (Bruls, Huizing, van Wijk, 2000).
"""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]  # left, top, width, height


def squarify(sizes: Sequence[float], box: Box) -> list[Box]:
    """A rectangle for each size, in that order, that fill the box. The sizes descend, above 0."""
    left, top, width, height = box
    total = sum(sizes)
    boxes: list[Box] = []
    rest = list(sizes)
    while rest:
        scale = width * height / total
        short = min(width, height)
        row = [rest[0] * scale]
        while len(row) < len(rest):
            longer = [*row, rest[len(row)] * scale]
            if _worst(longer, short) > _worst(row, short):
                break
            row = longer
        depth = sum(row) / short
        at = 0.0
        for area in row:
            length = area / depth
            across = width >= height
            boxes.append(
                (left, top + at, depth, length) if across else (left + at, top, length, depth)
            )
            at += length
        total -= sum(rest[: len(row)])
        rest = rest[len(row) :]
        if width >= height:
            left, width = left + depth, width - depth
        else:
            top, height = top + depth, height - depth
    return boxes


def _worst(row: Sequence[float], short: float) -> float:
    """How far from square the worst of a row is: its longer side by its shorter one."""
    total = sum(row)
    return max(
        short * short * max(row) / (total * total), total * total / (short * short * min(row))
    )
