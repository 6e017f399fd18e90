"""Scopes of Python: which names a function or class binds."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from .walk import children, walk

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (*DEFINITIONS, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS)


def bound_names(node: ast.AST, deep: bool = True) -> list[str]:
    """Names that a statement binds in its scope. deep: also those in what it consists of."""
    found = []
    nodes = [node, *own_nodes(node)] if deep and not isinstance(node, SCOPES) else [node]
    for inner in nodes:
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            found.append(inner.id)
        elif isinstance(inner, (*DEFINITIONS, ast.ClassDef)):
            found.append(inner.name)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            found += [(alias.asname or alias.name).split(".")[0] for alias in inner.names]
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            found.append(inner.name)
    return found


def without(body: list[ast.stmt], done: Collection[ast.stmt]) -> list[ast.stmt]:
    """The statements of a module without functions, and its classes without methods."""
    body = [node for node in body if node not in done]
    for node in body:
        if isinstance(node, ast.ClassDef):
            node.body = [inner for inner in node.body if inner not in done] or [ast.Pass()]
    return body


def names_used(tree: ast.AST) -> set[str]:
    """Names that a module or a statement refers to, or imports from other modules."""
    found = set()
    for node in walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def changing_globals(body: Iterable[ast.AST]) -> set[str]:
    """Globals that functions set."""
    nodes = (node for statement in body for node in walk(statement))
    return {name for node in nodes if isinstance(node, ast.Global) for name in node.names}


def class_uses(node: ast.ClassDef) -> set[str]:
    """Names that a class uses while it is made, as `get = wait` does."""
    return {
        inner.id
        for statement in node.body
        for inner in _walked(statement)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }


def _walked(statement: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(statement, DEFINITIONS):
        for outer in _outside(statement):
            yield from walk(outer)
    else:
        yield from walk(statement)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope, without it and without what is inside of scopes in it. Of those it has
    what is evaluated outside of them, as default values."""
    waiting = _inside(scope) if isinstance(scope, SCOPES) else children(scope)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        inside = _outside(node) if isinstance(node, SCOPES) else children(node)
        waiting += reversed(inside)


def is_generator(function: ast.AST) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in own_nodes(function))


def stay_generator(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Make one of a function that was one, where the code that yields has gone."""
    if not is_generator(function):
        if not function.body or not isinstance(function.body[-1], ast.Return | ast.Raise):
            function.body.append(ast.Return(None))
        function.body.append(ast.Expr(ast.Yield(None)))


def shared_names(function: ast.AST) -> set[str]:
    """Variables of a function that are arguments, or that scopes inside of it may use or hide."""
    found = {inner.arg for inner in walk(function.args) if isinstance(inner, ast.arg)}
    for scope in walk(function):
        if isinstance(scope, ast.Nonlocal | ast.Global):
            found |= set(scope.names)
        elif isinstance(scope, ast.comprehension):
            found.update(bound_names(scope.target))
        elif isinstance(scope, (*FUNCTIONS, ast.ClassDef)) and scope is not function:
            found |= {inner.id for inner in walk(scope) if isinstance(inner, ast.Name)}
    return found


def _inside(scope: ast.AST) -> list[ast.AST]:
    if isinstance(scope, ast.Lambda):
        return [scope.body]
    if isinstance(scope, COMPREHENSIONS):
        return children(scope)
    return list(scope.body)


def _outside(scope: ast.AST) -> list[ast.AST]:
    """What of a scope is evaluated in the scope around it."""
    if isinstance(scope, COMPREHENSIONS):
        return [scope.generators[0].iter]
    if isinstance(scope, ast.ClassDef):
        return [*scope.bases, *scope.decorator_list]
    found = [*scope.args.defaults, *filter(None, scope.args.kw_defaults)]
    return found + list(getattr(scope, "decorator_list", []))
