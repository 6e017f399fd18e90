"""Functions that only one of the parts that Python asks for calls are in that part."""

from __future__ import annotations

import ast
from collections.abc import Collection

from .rewrite import MAIN
from .scopes import DEFINITIONS, changing_globals, names_used


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
    named = {node: names_used(node) for node in body}
    changing = changing_globals(body)
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
