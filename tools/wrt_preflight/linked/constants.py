"""What is known before a program runs: facts of its image, and globals that are integers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..integers import integer_of, range_of
from .scopes import bound_names
from .walk import walk


def constant_globals(body: list[ast.stmt]) -> dict[str, int]:
    """Globals that are bound once, to an integer."""
    bound: dict[str, int] = {}
    for node in body:
        for name in bound_names(node):
            bound[name] = bound.get(name, 0) + 1
        for inner in walk(node):
            if isinstance(inner, ast.Global):
                bound.update(dict.fromkeys(inner.names, 2))
    constants: dict[str, int] = {}
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            found = {}
            for name, value in _pairs(node.targets[0], node.value):
                number = integer_of(value, constants)
                if bound.get(name) != 1 or number is None:
                    break
                found[name] = number
            else:
                constants |= found
    return constants


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of an assignment: A = 1; A, B = 1, 2; A, B = range(2)."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple):
        values = value.elts if isinstance(value, ast.Tuple) else range_of(value)
        for item, one in zip(target.elts, values or [value] * len(target.elts), strict=True):
            yield from _pairs(item, one)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the program that the runtime is linked for.

    ranges: by group of constants, as "kind", the values that occur. groups: the group of each
    constant that has one, by name. attributes: what an attribute of that name always is.
    constants: likewise of globals. truths: attributes that are always there, and true.
    """

    ranges: Mapping[str, frozenset[int]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, object] = field(default_factory=dict)
    constants: Mapping[str, int | str] = field(default_factory=dict)
    truths: frozenset[str] = frozenset()
