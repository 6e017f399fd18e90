"""Strings of modules that a program forgets are forgotten with them.

A short string of a module becomes a name of the interpreter, which keeps it for good. In what is
imported once, and let go, they are pieces of a long one, which is an object like others.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..firmware_names import KNOWN
from .names import FIRMWARE
from .texts import SHORT
from .walk import children, walk

_MARGIN = " " * (SHORT + 1)  # the whole of them is longer than a name in any case


def hide_strings(tree: ast.Module, main: ast.Module) -> None:
    """Change a module that passes, in place. main: the one that stays, with names of its own."""
    known = KNOWN | _names(main)
    found: dict[str, int] = {}
    length = 0
    for text in sorted({node.value for node in _strings(tree)} - known):
        if len(text) <= SHORT:
            found[text] = length
            length += len(text)
    if not found:
        return
    taken = _names(tree)
    name = next(name for name in FIRMWARE if name not in taken)
    tree.body = [_Pieces(name, found).visit(node) for node in tree.body]
    imports = (ast.Import, ast.ImportFrom)
    at = next(i for i, node in enumerate(tree.body) if not isinstance(node, imports))
    tree.body[at:at] = ast.parse(f"{name} = {''.join(found) + _MARGIN!r}").body


def _names(tree: ast.Module) -> set[str]:
    """Everything that is a name in a module, or a string."""
    fields = (field for node in walk(tree) for _, field in ast.iter_fields(node))
    return {field for field in fields if isinstance(field, str)}


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Not those in f-strings, where nothing else can stand."""
    for child in children(tree):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        elif not isinstance(child, ast.JoinedStr):
            yield from _strings(child)


class _Pieces(ast.NodeTransformer):
    def __init__(self, name: str, found: dict[str, int]) -> None:
        self.name, self.found = name, found

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str) or node.value not in self.found:
            return node
        first = self.found[node.value]
        return ast.parse(f"{self.name}[{first}:{first + len(node.value)}]", mode="eval").body

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node
