"""Parameters that are the same constant in all calls, or that nobody looks at, go away."""

from __future__ import annotations

import ast
from collections.abc import Collection

from .calls import Known, known_functions
from .scopes import bound_names
from .walk import walk

_PURE = (ast.Constant, ast.Name, ast.Attribute, ast.expr_context)


def simplify_parameters(body: list[ast.stmt], kept: Collection[str]) -> bool:
    """Change functions and their calls, in place. Whether anything did.

    kept: names and attributes that others use.
    """
    return any([_simplify(known) for known in known_functions(body, kept)])


def _simplify(known: Known) -> bool:
    given = [known.given(call) for call in known.calls]
    if any(values is None for values in given):
        return False
    inside = [inner for statement in known.node.body for inner in walk(statement)]
    used = {inner.id for inner in inside if isinstance(inner, ast.Name)}
    bound = {name for inner in inside for name in bound_names(inner, deep=False)}
    bound |= {inner.arg for inner in inside if isinstance(inner, ast.arg)}
    bound |= {name for inner in inside if isinstance(inner, ast.Nonlocal) for name in inner.names}
    constants: dict[str, ast.Constant] = {}
    gone = set()
    for name in known.parameters:
        values = [values[name] for values in given]
        if name not in used and name not in bound:
            if all(isinstance(i, _PURE) for value in values for i in walk(value)):
                gone.add(name)
        elif name not in bound and _is_one_constant(values):
            constants[name] = values[0]
            gone.add(name)
    if not gone or not all(_are_in_order(values, known.parameters) for values in given):
        return False
    _replace(known.node, constants)
    for call, values in zip(known.calls, given, strict=True):
        call.args = [values[name] for name in known.parameters if name not in gone]
        call.keywords = []
    arguments = known.node.args
    arguments.args = [argument for argument in arguments.args if argument.arg not in gone]
    arguments.defaults = []  # every call gives all that are left
    return True


def _is_one_constant(values: list[ast.expr]) -> bool:
    return all(isinstance(value, ast.Constant) for value in values) and (
        len({(type(value.value), repr(value.value)) for value in values}) == 1
    )


def _are_in_order(values: dict[str, ast.expr], parameters: list[str]) -> bool:
    """Whether a call has its arguments, as far as that matters, in the order of parameters."""
    given = [name for name, value in values.items() if not isinstance(value, ast.Constant)]
    return given == sorted(given, key=parameters.index)


def _replace(function: ast.AST, constants: dict[str, ast.Constant]) -> None:
    class Replacer(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            found = constants.get(node.id)
            return ast.Constant(found.value) if found is not None else node

    function.body = [Replacer().visit(statement) for statement in function.body]
