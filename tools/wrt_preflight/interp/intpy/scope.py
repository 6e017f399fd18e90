"""What the reader asks of a function's syntax, and the names of a function being read."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable

from .tree import Expr, Var


class RestrictionError(Exception):
    """The function uses something that is not in the restricted language."""


def definition_of(function: Callable) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return tree.body[0]


def returns(stmts: list[ast.stmt]) -> bool:
    """Does a return or a trap stand anywhere in the statements?"""
    return any(
        isinstance(node, ast.Return) or is_trap(node) for stmt in stmts for node in ast.walk(stmt)
    )


def is_trap(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "trap"
    )


def ends(stmts: list[ast.stmt]) -> bool:
    """Do all paths through the statements return or trap?"""
    if not stmts:
        return False
    last = stmts[-1]
    if isinstance(last, ast.Return) or is_trap(last):
        return True
    return isinstance(last, ast.If) and ends(last.body) and ends(last.orelse)


def structured(stmts: list[ast.stmt]) -> bool:
    """Can every return be expressed by putting what follows it into an else?"""
    for index, stmt in enumerate(stmts):
        if isinstance(stmt, ast.If) and returns([stmt]):
            then, other, rest = stmt.body, stmt.orelse, stmts[index + 1 :]
            if ends(then):
                return structured(then) and structured(other + rest)
            if ends(other):
                return structured(other) and structured(then + rest)
            return not rest and structured(then) and structured(other)
    return True


class Scope:
    """One function being read: its names, and where its results go.

    once: the body stands in a loop that runs once, and a return leaves it with a break.
    """

    def __init__(self, function: Callable, results: tuple[Var, ...]) -> None:
        self.function = function
        self.definition = definition_of(function)
        self.names: dict[str, Expr] = {}
        self.results = results
        self.once = not structured(self.definition.body)
        self.globals = inspect.getclosurevars(function).nonlocals | function.__globals__
        self.assigned = {
            node.id
            for node in ast.walk(self.definition)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }


def result_types(definition: ast.FunctionDef) -> tuple[str, ...]:
    """Types named in a return annotation: none, one, or tuple[...]."""
    note = definition.returns
    if note is None or (isinstance(note, ast.Constant) and note.value is None):
        return ()
    if isinstance(note, ast.Subscript):
        return tuple(item.id for item in note.slice.elts)
    return (note.id,)
