"""A function that only returns a short expression stands, as that, where it is called."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Collection

from .calls import Known, known_functions
from .scopes import SCOPES
from .weight import CALL, FUNCTION, weight


def inline_expressions(body: list[ast.stmt], kept: Collection[str]) -> list[ast.stmt]:
    """The statements of a module. kept: names and attributes that others use."""
    while True:
        done = []
        for known in known_functions(body, kept):
            values = _replacements(known)
            if values is not None:
                for call, value in zip(known.calls, values, strict=True):
                    _put(value, call)
                done.append(known.node)
                break  # what else is known has changed
        if not done:
            return body
        body = [node for node in body if node not in done]
        for node in body:
            if isinstance(node, ast.ClassDef):
                node.body = [inner for inner in node.body if inner not in done] or [ast.Pass()]


def _replacements(known: Known) -> list[ast.expr] | None:
    """What each call becomes, if all can, and it is worth it."""
    node = known.node
    if isinstance(node, ast.AsyncFunctionDef) or len(node.body) != 1:
        return None
    (statement,) = node.body
    if not isinstance(statement, ast.Return) or statement.value is None:
        return None
    value = statement.value
    inside = list(ast.walk(value))
    if any(isinstance(inner, (*SCOPES, ast.Yield, ast.YieldFrom, ast.Await)) for inner in inside):
        return None
    uses = Counter(inner.id for inner in inside if isinstance(inner, ast.Name))
    names = [argument.arg for argument in node.args.args]
    own = weight(value) - sum(uses[name] for name in names)
    if own > CALL + (FUNCTION + weight(value)) / len(known.calls):
        return None
    found = []
    for call in known.calls:
        given = known.given(call)
        if given is None or call in ast.walk(node):
            return None
        if known.owner:
            given[names[0]] = call.func.value
        if not _can_move(given, uses, value):
            return None
        made = _Putter(given).visit(copy.deepcopy(value))
        found.append(made)
    return found


def _can_move(given: dict[str, ast.expr], uses: Counter[str], value: ast.expr) -> bool:
    """Whether arguments can stand where the expression uses them, and mean the same there."""
    active = [name for name, argument in given.items() if not _is_simple(argument)]
    if not active:
        return True
    calls = any(isinstance(inner, ast.Call) for inner in ast.walk(value))
    return len(active) == 1 and uses[active[0]] == 1 and not calls


def _is_simple(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name | ast.Constant)


class _Putter(ast.NodeTransformer):
    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.given.get(node.id, node))


def _put(value: ast.expr, call: ast.Call) -> None:
    """Make a call another expression, in place, whatever holds it."""
    call.__class__ = value.__class__
    call.__dict__.clear()
    call.__dict__.update(value.__dict__)
