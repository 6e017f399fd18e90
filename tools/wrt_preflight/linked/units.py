"""What the functions, methods, classes and variables of a module use: what split.py decides by."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from .scopes import DEFINITIONS, bound_names
from .walk import walk

_CHANGES = (
    *("append", "extend", "insert", "pop", "popitem", "setdefault", "update", "clear"),
    *("add", "discard", "remove"),
)


@dataclass(slots=True)
class Unit:
    """A function, a method, a class without its methods, or another statement of a module.

    called, values: names that are called, and those that are used otherwise. methods, attributes:
    likewise. inits: classes whose __init__ is called by name. checked: classes that are only asked
    about. stays: it makes functions.
    """

    node: ast.stmt
    owner: str | None = None
    called: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    inits: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)
    stays: bool = False

    @property
    def key(self) -> str:
        name = self.node.name if isinstance(self.node, (*DEFINITIONS, ast.ClassDef)) else ""
        return f"{self.owner}.{name}" if self.owner else name


class _Uses(ast.NodeVisitor):
    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def visit_Call(self, node: ast.Call) -> None:
        unit = self.unit
        function = node.func
        if isinstance(function, ast.Name):
            unit.called.add(function.id)
        elif isinstance(function, ast.Attribute):
            if function.attr == "__init__" and isinstance(function.value, ast.Name):
                unit.inits.add(function.value.id)
                unit.checked.add(function.value.id)
            else:
                if function.attr != "__init__":  # that of super() is in `inits`
                    unit.methods.add(function.attr)
                self.visit(function.value)
        else:
            self.visit(function)
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(function, ast.Name) and function.id == "isinstance":
            unit.checked |= {n.id for n in walk(values.pop(1)) if isinstance(n, ast.Name)}
        for value in values:
            self.visit(value)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type:
            self.unit.checked |= {n.id for n in walk(node.type) if isinstance(n, ast.Name)}
        for statement in node.body:
            self.visit(statement)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.unit.values.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.unit.attributes.add(node.attr)  # a property may be all that there is to be set
        self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.unit.attributes.add(node.value)  # for getattr

    def visit_FunctionDef(self, node: ast.AST) -> None:
        if node is not self.unit.node:
            self.unit.stays = True
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.unit.checked |= {base.id for base in node.bases if isinstance(base, ast.Name)}
        for statement in node.body:
            if node is self.unit.node and isinstance(statement, DEFINITIONS):
                for value in [*statement.decorator_list, *statement.args.defaults]:
                    self.visit(value)
            else:
                self.visit(statement)

    def visit_Global(self, node: ast.Global) -> None:
        self.unit.values |= set(node.names)


def unit_of(node: ast.stmt, owner: str | None = None) -> Unit:
    unit = Unit(node, owner)
    _Uses(unit).visit(node)
    return unit


def is_plain(node: ast.stmt) -> bool:
    """Whether a statement gives a name a value that may be there twice."""
    if any(isinstance(inner, ast.Dict) and not inner.keys for inner in walk(node)):
        return False  # somebody will fill it
    return isinstance(node, ast.Assign) and all(
        isinstance(
            inner,
            ast.Constant
            | ast.Tuple
            | ast.Dict
            | ast.Set
            | ast.expr_context
            | ast.UnaryOp
            | ast.USub
            | ast.Name,
        )
        for inner in walk(node.value)
    )


def changed_in_place(body: Iterable[ast.AST]) -> set[str]:
    """Names of what has its items changed: there must be one of it, which stays."""
    found = set()
    for node in (inner for statement in body for inner in walk(statement)):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found |= {n.id for n in walk(node.value) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.Attribute) and node.attr in _CHANGES:
            found |= {n.id for n in walk(node.value) if isinstance(n, ast.Name)}
    return found


def set_attributes(body: Iterable[ast.AST]) -> set[str]:
    """Attributes that objects and classes get, other than methods: what has such a name need not
    be the method of that name."""
    found = set()
    for node in (inner for statement in body for inner in walk(statement)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                if not isinstance(statement, DEFINITIONS):
                    found |= set(bound_names(statement))
    return found
