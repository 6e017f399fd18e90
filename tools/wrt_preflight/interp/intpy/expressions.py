"""Expressions and conditions of the restricted language, read from Python's syntax tree."""

from __future__ import annotations

import ast
from typing import NoReturn

from .scope import RestrictionError, Scope
from .tree import (
    Const,
    Expr,
    Var,
    binary,
    call,
    compare,
    const,
    flag,
    fold,
    logic,
    negate,
    nonzero,
)

TYPES = ("u32", "u64", "i32")
_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.FloorDiv: "//",
}
_COMPARISONS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
# name: (parameter types, result type); "word" is any type, the result then has the same.
INTRINSICS = {
    "lo": (("u64",), "u32"),
    "hi": (("u64",), "u32"),
    "pair": (("u32", "u32"), "u64"),
    "sar": (("word", "i32"), "word"),
    "shrjam": (("word", "i32"), "word"),
    "mul16": (("u64", "u32"), "u64"),
    "mulwide": (("u32", "u32"), "u64"),
}


class Expressions:
    """Reads expressions with the names of the function that is being read."""

    scope: Scope
    wide: bool

    def _fail(self, node: ast.AST, message: str) -> NoReturn:
        name = self.scope.function.__name__
        raise RestrictionError(f"{name}, line {getattr(node, 'lineno', '?')}: {message}")

    # ------------------------------------------------------------ expressions
    def _condition(self, node: ast.expr) -> Expr:
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return logic(op, [self._condition(value) for value in node.values])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return negate(self._condition(node.operand))
        if isinstance(node, ast.Compare):
            if len(node.ops) > 1:
                self._fail(node, "chained comparison")
            a, b = self._operands(node.left, node.comparators[0], node)
            return compare(_COMPARISONS[type(node.ops[0])], a, b)
        value = self._raw(node)
        return Const("bool", int(bool(value))) if isinstance(value, int) else nonzero(value)

    def _expression(self, node: ast.expr, type: str | None) -> Expr:
        value = self._raw(node)
        if isinstance(value, int):
            if type is None:
                self._fail(node, "a number without a type: write u32(n), u64(n) or i32(n)")
            return const(type, value)
        if type not in (None, value.type):
            self._fail(node, f"{value.type} where {type} is wanted")
        return value

    def _operands(self, left: ast.expr, right: ast.expr, node: ast.AST) -> tuple[Expr, Expr]:
        a, b = self._raw(left), self._raw(right)
        if isinstance(a, int):
            a = const(b.type, a)
        if isinstance(b, int):
            b = const(a.type, b)
        if a.type != b.type:
            self._fail(node, f"{a.type} with {b.type}")
        return a, b

    def _operator(self, node: ast.BinOp | ast.AugAssign, a: Expr, right: ast.expr) -> Expr:
        op = _OPERATORS[type(node.op)]
        if op in ("<<", ">>"):
            count = self._raw(right)
            return binary(op, a, const("i32", count) if isinstance(count, int) else count)
        b = self._expression(right, a.type)
        possible = {"*": ("u32", "i32"), "//": ("i32",)}.get(op, TYPES)
        if a.type not in possible and not (self.wide and a.type == "u64"):
            self._fail(node, f"{op} on {a.type}")
        return binary(op, a, b)

    def _raw(self, node: ast.expr) -> Expr | int:
        """An expression, or a number that has no type yet."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name) and node.id == "WIDE":
            return int(self.wide)
        if isinstance(node, ast.Name):
            value = self.scope.names.get(node.id, self.scope.globals.get(node.id))
            if value is None or callable(value):
                self._fail(node, f"{node.id} has no value")
            return value
        if isinstance(node, ast.UnaryOp):
            return self._unary(node)
        if isinstance(node, ast.BinOp):
            left, right = self._raw(node.left), self._raw(node.right)
            if isinstance(left, int) and isinstance(right, int):
                return fold(_OPERATORS[type(node.op)], "", left, right)
            if isinstance(left, int):
                left = const(right.type, left)
            return self._operator(node, left, node.right)
        if isinstance(node, ast.Call):
            return self._intrinsic(node)
        self._fail(node, f"{ast.unparse(node)} is not in the language")

    def _unary(self, node: ast.UnaryOp) -> Expr | int:
        value = self._raw(node.operand)
        if isinstance(value, int):
            return ~value if isinstance(node.op, ast.Invert) else -value
        if isinstance(node.op, ast.Invert):
            return binary("^", value, const(value.type, -1))
        return binary("-", const(value.type, 0), value)

    def _intrinsic(self, node: ast.Call) -> Expr:
        name = node.func.id
        if name in TYPES:
            return self._cast(name, node.args[0])
        if name not in INTRINSICS:
            self._fail(node, f"{name} must be the whole right side of an assignment")
        wanted, result = INTRINSICS[name]
        args: list[Expr] = []
        for arg, type in zip(node.args, wanted, strict=True):
            free = type == "word" or (type == "i32" and len(args) == 1)
            args.append(self._expression(arg, "i32" if type == "i32" else None if free else type))
        if name == "shrjam" and not all(isinstance(arg, (Const, Var)) for arg in args):
            self._fail(node, "shrjam of an expression")
        if result == "word":
            result = args[0].type
        if name == "sar":
            return binary("sar", *args)
        return call(name, result, *args)

    def _cast(self, type: str, node: ast.expr) -> Expr:
        if isinstance(node, (ast.Compare, ast.BoolOp)) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            return flag(type, self._condition(node))
        value = self._raw(node)
        if isinstance(value, int):
            return const(type, value)
        if value.type == type:
            return value
        if value.type == "u64":
            self._fail(node, f"{type}() of a u64: use lo or hi")
        return call("widen" if type == "u64" else "retype", type, value)
