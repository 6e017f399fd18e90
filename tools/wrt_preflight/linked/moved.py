"""Code that was moved to a part: calls of what was moved with it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .scopes import own_nodes

if TYPE_CHECKING:
    from .split import _Splitter


def return_object(init: ast.FunctionDef) -> None:
    """Make an __init__ that is a function return its object, from wherever it returns."""
    this = init.args.args[0].arg
    init.body.append(ast.Return(None))
    for node in list(own_nodes(init)):
        if isinstance(node, ast.Return):
            node.value = ast.Name(this, ast.Load())


class Mover(ast.NodeTransformer):
    """Calls of what was moved to a part, in that part."""

    def __init__(self, splitter: _Splitter, functions: Mapping[str, str]) -> None:
        self.splitter, self.functions = splitter, functions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        self.generic_visit(node)
        splitter = self.splitter
        if isinstance(function, ast.Name) and function.id in splitter.classes:
            init = splitter.init_of(function.id)
            if init in self.functions and init not in splitter.resident:
                new = ast.parse(f"object.__new__({function.id})", mode="eval").body
                name = ast.Name(self.functions[init], ast.Load())
                return ast.Call(name, [new, *node.args], node.keywords)
        elif isinstance(function, ast.Name) and function.id in self.functions:
            if function.id not in splitter.heads:
                function.id = self.functions[function.id]
        elif isinstance(function, ast.Attribute):
            if function.attr == "__init__" and isinstance(function.value, ast.Name):
                init = splitter.init_of(function.value.id)
                if init in self.functions and init not in splitter.resident:
                    node.func = ast.Name(self.functions[init], ast.Load())
                return node
            of_class = (
                isinstance(function.value, ast.Name) and function.value.id in splitter.classes
            )
            for key in splitter.methods.get(function.attr, ()):
                if key in self.functions and key not in splitter.resident | splitter.heads:
                    name = ast.Name(self.functions[key], ast.Load())
                    given = node.args if of_class else [function.value, *node.args]
                    return ast.Call(name, given, node.keywords)
        return node
