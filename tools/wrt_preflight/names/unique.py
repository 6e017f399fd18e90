"""Strongly-unique names: no two of a scope may become one identifier (Name Uniqueness)."""

from __future__ import annotations

from collections.abc import Iterable

from .extern import PlainName, parse_extern


def canonical_form(name: str) -> str:
    """What names are compared by. Raises ReadError for what is no name."""
    parsed = parse_extern(name)
    if not isinstance(parsed, PlainName):
        return name.lower()
    lower = str(parsed).lower()
    if parsed.member is None:
        return lower
    label, _, member = lower.partition("]")[2].partition(".")
    return label if label == member else f"{label}.{member}"


def clash(names: Iterable[str]) -> tuple[str, str] | None:
    """The first name that is too much like an earlier one, and that one; None if all differ."""
    seen: dict[str, str] = {}
    for name in names:
        form = canonical_form(name)
        if form in seen:
            return name, seen[form]
        seen[form] = name
    return None
