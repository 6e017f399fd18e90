"""What is known before a program runs: facts of its image, and globals that are integers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .scopes import bound_names

BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


UNARY = {ast.USub: operator.neg, ast.Invert: operator.invert, ast.Not: operator.not_}


COMPARE = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def constant_globals(body: list[ast.stmt]) -> dict[str, int]:
    """Globals that are bound once, to an integer."""
    bound: dict[str, int] = {}
    for node in body:
        for name in bound_names(node):
            bound[name] = bound.get(name, 0) + 1
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                bound.update(dict.fromkeys(inner.names, 2))
    constants: dict[str, int] = {}
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            found = {}
            for name, value in _pairs(node.targets[0], node.value):
                number = _number(value, constants)
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
        values = value.elts if isinstance(value, ast.Tuple) else _range(value)
        for item, one in zip(target.elts, values or [value] * len(target.elts), strict=True):
            yield from _pairs(item, one)


def _range(value: ast.expr) -> list[ast.expr]:
    match value:
        case ast.Call(func=ast.Name(id="range"), args=args) if all(
            isinstance(argument, ast.Constant) for argument in args
        ):
            return [ast.Constant(number) for number in range(*(a.value for a in args))]
    return []


def _number(node: ast.expr, constants: Mapping[str, int]) -> int | None:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            return constants.get(name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            a, b = _number(left, constants), _number(right, constants)
            return None if a is None or b is None else BINARY[type(op)](a, b)
        case ast.UnaryOp(op=op, operand=operand) if not isinstance(op, ast.UAdd | ast.Not):
            a = _number(operand, constants)
            return None if a is None else UNARY[type(op)](a)
    return None


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
