"""A function that only returns a short expression stands, as that, where it is called."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Collection, Iterator

from .calls import Known, known_functions
from .scopes import SCOPES, bound_names, own_nodes, without
from .walk import children, walk
from .weight import CALL, FUNCTION, weight


def inline_expressions(body: list[ast.stmt], kept: Collection[str]) -> list[ast.stmt]:
    """The statements of a module. kept: names and attributes that others use."""
    local = _locals(body)
    while True:
        done = []
        changed: set[str] = set()  # functions with other calls now than were known
        for known in known_functions(body, kept):
            if known.node.name in changed or not _can_be_put(known, local):
                continue
            for call in reversed(known.calls):  # those inside of others first
                changed |= _called(call)
                _put(_made(known, call), call)
            changed |= _called(known.node)
            done.append(known.node)
        if not done:
            return body
        body = without(body, done)


def _called(node: ast.AST) -> set[str]:
    """Names of the functions and methods that code calls."""
    calls = (inner.func for inner in walk(node) if isinstance(inner, ast.Call))
    return {getattr(function, "id", getattr(function, "attr", "")) for function in calls}


def _locals(body: list[ast.stmt]) -> set[str]:
    """Names of variables. Globals have others (merge.py); what Python has may be among them."""
    found = {inner.arg for node in body for inner in walk(node) if isinstance(inner, ast.arg)}
    scopes = (inner for node in body for inner in walk(node) if isinstance(inner, SCOPES))
    return found.union(
        *(bound_names(inner, deep=False) for scope in scopes for inner in own_nodes(scope))
    )


def _can_be_put(known: Known, local: set[str]) -> bool:
    """Whether what a function returns can stand where it is called, and is worth it."""
    node = known.node
    if isinstance(node, ast.AsyncFunctionDef) or len(node.body) != 1:
        return False
    (statement,) = node.body
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    value = statement.value
    inside = list(walk(value))
    never = (*SCOPES, ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)
    if any(isinstance(inner, never) for inner in inside):
        return False
    uses = Counter(inner.id for inner in inside if isinstance(inner, ast.Name))
    names = [argument.arg for argument in node.args.args]
    if (uses.keys() - set(names)) & local:
        return False  # a caller may have a variable of that name
    own = weight(value) - sum(uses[name] for name in names)
    if own > CALL + (FUNCTION + weight(value)) / len(known.calls):
        return False
    steps = list(_steps(value))
    for call in known.calls:
        given = _given(known, call)
        if given is None or call in inside or not _can_move(given, steps):
            return False
    return True


def _given(known: Known, call: ast.Call) -> dict[str, ast.expr] | None:
    """What a call gives for each parameter, its object included, in the order it is evaluated."""
    given = known.given(call)
    if given is None or not known.owner:
        return given
    return {known.node.args.args[0].arg: call.func.value} | given


def _made(known: Known, call: ast.Call) -> ast.expr:
    (statement,) = known.node.body
    return _Putter(_given(known, call)).visit(copy.deepcopy(statement.value))


_READ, _CALLED = ".", "()"  # steps that are no names


def _steps(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """(a name that is used, an attribute or item that is read, or a call; whether it is only under
    some condition), in the order of evaluation."""
    if isinstance(node, ast.Name):
        yield node.id, False
        return
    parts = children(node)
    sure = len(parts)
    if isinstance(node, ast.BoolOp):
        parts = node.values
        sure = 1
    elif isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        sure = 2
    elif isinstance(node, ast.IfExp):
        parts = [node.test, node.body, node.orelse]
        sure = 1
    elif isinstance(node, ast.Dict):
        parts = [
            part for pair in zip(node.keys, node.values, strict=True) for part in pair if part
        ]
        sure = len(parts)
    for i, part in enumerate(parts):
        for step, maybe in _steps(part):
            yield step, maybe or i >= sure
    if isinstance(node, ast.Call):
        yield _CALLED, False
    elif isinstance(node, ast.Attribute | ast.Subscript):
        yield _READ, False


def _can_move(given: dict[str, ast.expr], steps: list[tuple[str, bool]]) -> bool:
    """Whether arguments can stand where an expression uses them, and mean the same there: what
    does something happens once, behind what came before it and before what came behind it. What
    only reads an attribute may be there twice, or not at all."""
    names = [step for step, _ in steps]
    active = {name for name, value in given.items() if not _is_simple(value)}
    reading = {name for name, value in given.items() if isinstance(value, ast.Attribute)}
    if any(names.count(name) != 1 or (name, True) in steps for name in active):
        return False
    for at, name in enumerate(names):
        if name in active | reading and _CALLED in names[:at]:
            return False
        if name in active and _READ in names[:at]:
            return False
    moved = [name for name in given if name in active | reading]
    return all(
        first not in names[names.index(second) :]
        for i, first in enumerate(moved)
        for second in moved[i + 1 :]
        if second in names and {first, second} & active
    )


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
