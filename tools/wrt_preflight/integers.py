"""Integers that Python's source says: what operators make of them, and what expressions are."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping

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


def integer_of(node: ast.expr, constants: Mapping[str, int]) -> int | None:
    """The value of an expression, where it is an integer that is known. constants: by name."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            return constants.get(name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            a, b = integer_of(left, constants), integer_of(right, constants)
            return None if a is None or b is None else BINARY[type(op)](a, b)
        case ast.UnaryOp(op=op, operand=operand) if not isinstance(op, ast.UAdd | ast.Not):
            a = integer_of(operand, constants)
            return None if a is None else UNARY[type(op)](a)
    return None


def range_of(node: ast.expr) -> list[ast.expr]:
    """The numbers of a range(...) of constants, as constants; none of anything else."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=args) if all(
            isinstance(argument, ast.Constant) for argument in args
        ):
            return [ast.Constant(number) for number in range(*(a.value for a in args))]
    return []
