"""About how many bytes of bytecode code is, for choices between two ways to write it."""

from __future__ import annotations

import ast

from .walk import walk

# What a function costs besides its bytecode, in a heap with blocks of 16 bytes: the object, an
# entry of a dict, the head of its code, and half of a block that is not full.
FUNCTION = 40
CALL = 4  # of a call, besides its arguments
_WEIGHTS = {
    ast.Attribute: 2,
    ast.Call: 2,
    ast.If: 3,
    ast.IfExp: 5,
    ast.For: 8,
    ast.While: 4,
    ast.Try: 6,
    ast.Raise: 1,
    ast.Return: 1,
    ast.Constant: 2,
    ast.Name: 1,
    ast.BinOp: 1,
    ast.BoolOp: 3,
    ast.Compare: 1,
    ast.UnaryOp: 1,
    ast.Subscript: 1,
    ast.Assign: 0,
    ast.AugAssign: 1,
    ast.keyword: 2,
    ast.Tuple: 2,
    ast.List: 2,
    ast.Dict: 2,
    ast.Expr: 1,
}


def weight(node: ast.AST) -> int:
    """Of an expression, a statement, or all of them in a function."""
    return sum(_WEIGHTS.get(type(inner), 0) for inner in walk(node))
