"""Attributes that only ever have one value: what an image decides often leaves them so.

Where no function takes a resource, `visitors` of a call is always empty; reads of it are then
that constant, and what it decides is decided (fold.py).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from .scopes import bound_names
from .walk import walk

_UNKNOWN = object()


def settled_attributes(body: list[ast.stmt], kept: Collection[str]) -> dict[str, object]:
    """Values by attribute. kept: attributes that others set, or have on objects of their own.

    An attribute that is asked for by a string, as `getattr` does, is none of them.
    """
    values: dict[str, set[tuple[type, object]]] = {}
    strings = set()
    for node in body:
        for name, value in _stores(node):
            values.setdefault(name, set()).add(value)
        for inner in walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                strings.add(inner.value)
    known = {}
    for name in values.keys() - strings - set(kept):
        (_, value), *others = values[name]
        if not others and value is not _UNKNOWN and name[:2] != "__":
            known[name] = value
    return known


def _stores(node: ast.stmt) -> Iterator[tuple[str, tuple[type, object]]]:
    """What a statement sets attributes to: (name, (type, value))."""
    known: set[int] = set()
    for inner in walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Attribute):
                    known.add(id(target))
                    yield target.attr, _value(inner.value)
        elif isinstance(inner, ast.Attribute):
            if not isinstance(inner.ctx, ast.Load) and id(inner) not in known:
                yield inner.attr, _value(None)
        elif isinstance(inner, ast.ClassDef):
            for statement in inner.body:
                given = statement.value if isinstance(statement, ast.Assign) else None
                for name in bound_names(statement):
                    yield name, _value(given)


def _value(node: ast.expr | None) -> tuple[type, object]:
    """Of an expression, if it is a constant. The type tells True from 1."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes | float):
        return type(node.value), node.value
    if isinstance(node, ast.Tuple) and not node.elts:
        return tuple, ()
    return object, _UNKNOWN
