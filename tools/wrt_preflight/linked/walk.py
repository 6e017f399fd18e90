"""Nodes of a syntax tree, as `ast.walk` has them, without contexts and operators.

These say nothing here and are half of all nodes, and to walk is most of the time that linking
takes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SKIPPED = {"ctx", "op", "ops"}
_fields: dict[type, tuple[str, ...]] = {}


def children(node: ast.AST) -> list[ast.AST]:
    """Those right below a node, in their order."""
    kind = node.__class__
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(name for name in kind._fields if name not in _SKIPPED)
    found: list[ast.AST] = []
    for name in names:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, those that are nearer first."""
    waiting = [node]
    for inner in waiting:
        waiting += children(inner)
        yield inner
