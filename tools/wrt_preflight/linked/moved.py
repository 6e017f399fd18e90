"""Code that was moved to a part: calls of what was moved with it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Protocol

from .scopes import own_nodes


class Places(Protocol):
    """What is where. classes: of the program. methods: keys of units by name. resident: units
    that stay. heads: entries of parts.
    """

    classes: Collection[str]
    methods: Mapping[str, list[str]]
    resident: set[str]
    heads: set[str]

    def init_of(self, name: str) -> str | None:
        """The key of the __init__ that a class has or inherits."""


def return_object(init: ast.FunctionDef) -> None:
    """Make an __init__ that is a function return its object, from wherever it returns."""
    this = init.args.args[0].arg
    init.body.append(ast.Return(None))
    for node in list(own_nodes(init)):
        if isinstance(node, ast.Return):
            node.value = ast.Name(this, ast.Load())


class Mover(ast.NodeTransformer):
    """Calls of what was moved to a part, in that part."""

    def __init__(self, places: Places, functions: Mapping[str, str]) -> None:
        self.places, self.functions = places, functions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        self.generic_visit(node)
        places = self.places
        if isinstance(function, ast.Name) and function.id in places.classes:
            init = places.init_of(function.id)
            if init in self.functions and init not in places.resident:
                new = ast.parse(f"object.__new__({function.id})", mode="eval").body
                name = ast.Name(self.functions[init], ast.Load())
                return ast.Call(name, [new, *node.args], node.keywords)
        elif isinstance(function, ast.Name) and function.id in self.functions:
            if function.id not in places.heads:
                function.id = self.functions[function.id]
        elif isinstance(function, ast.Attribute):
            if function.attr == "__init__" and isinstance(function.value, ast.Name):
                init = places.init_of(function.value.id)
                if init in self.functions and init not in places.resident:
                    node.func = ast.Name(self.functions[init], ast.Load())
                return node
            of_class = isinstance(function.value, ast.Name) and function.value.id in places.classes
            for key in places.methods.get(function.attr, ()):
                if key in self.functions and key not in places.resident | places.heads:
                    name = ast.Name(self.functions[key], ast.Load())
                    given = node.args if of_class else [function.value, *node.args]
                    return ast.Call(name, given, node.keywords)
        return node
