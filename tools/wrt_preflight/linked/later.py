"""Functions that only one of the parts that Python asks for calls are in that part."""

from __future__ import annotations

import ast
from collections.abc import Collection

from .rewrite import MAIN
from .units import DEFINITIONS
from .walk import walk


def move_later(body: list[ast.stmt], kept: Collection[str]) -> None:
    """Set `part` of such functions. kept: globals that others use.

    One that refers to a global that changes stays: it would have what that was when its part was
    imported.
    """
    functions = {
        node.name: node
        for node in body
        if isinstance(node, DEFINITIONS) and node.part == MAIN and node.name not in kept
    }
    named = {node: _names(node) for node in body}
    changing = {
        name
        for node in body
        for inner in walk(node)
        if isinstance(inner, ast.Global)
        for name in inner.names
    }
    users: dict[str, list[ast.stmt]] = {}
    for node, names in named.items():
        for name in names & functions.keys():
            if functions[name] is not node:
                users.setdefault(name, []).append(node)
    moved = True
    while moved:
        moved = False
        for name, nodes in users.items():
            node = functions[name]
            parts = {user.part for user in nodes}
            if node.part == MAIN and MAIN not in parts and len(parts) == 1:
                if not named[node] & changing:
                    (node.part,) = parts
                    moved = True


def _names(node: ast.stmt) -> set[str]:
    """Names that a statement refers to, or imports from other parts."""
    found = set()
    for inner in walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.ImportFrom):
            found |= {alias.name for alias in inner.names}
    return found
