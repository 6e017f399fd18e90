"""Runs translated viper lines under CPython, as a word of 32 or 64 bits would.

Checks what viper does not: that no shift count reaches the width, that // and % see no negative
operand; and what it refuses: a local that changes its type, int against uint, numbers that would
be objects, arithmetic on a bool.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

SMALL_BITS = {32: 30, 64: 46}


class Number:
    """A viper int or uint: `value` is 0 .. 2**width - 1."""

    def __init__(self, value: int, unsigned: bool, width: int) -> None:
        self.value = value & (1 << width) - 1
        self.unsigned = unsigned
        self.width = width

    @property
    def number(self) -> int:
        sign = self.value >> (self.width - 1) and not self.unsigned
        return self.value - (1 << self.width) if sign else self.value

    def __bool__(self) -> bool:
        return self.value != 0


def _both(a: object, b: object) -> None:
    assert isinstance(a, Number) and isinstance(b, Number), f"arithmetic on {a!r}, {b!r}"


def _arithmetic(function: Callable) -> Callable:
    def run(a: Number, b: Number) -> Number:
        _both(a, b)
        return Number(function(a.number, b.number), a.unsigned, a.width)

    return run


def _shift(function: Callable) -> Callable:
    def run(a: Number, b: Number) -> Number:
        _both(a, b)
        assert 0 <= b.number < a.width, f"shift count {b.number}"
        return Number(function(a.number, b.number), a.unsigned, a.width)

    return run


def _divide(a: Number, b: Number) -> Number:
    _both(a, b)
    assert not a.unsigned and not b.unsigned and a.number >= 0 and b.number > 0
    return Number(a.number // b.number, False, a.width)


def _compare(function: Callable) -> Callable:
    def run(a: Number, b: Number) -> bool:
        _both(a, b)
        assert a.unsigned == b.unsigned, "comparison of int and uint"
        return function(a.number, b.number)

    return run


_BINARY = {
    "Add": _arithmetic(operator.add),
    "Sub": _arithmetic(operator.sub),
    "Mult": _arithmetic(operator.mul),
    "BitAnd": _arithmetic(operator.and_),
    "BitOr": _arithmetic(operator.or_),
    "BitXor": _arithmetic(operator.xor),
    "LShift": _shift(operator.lshift),
    "RShift": _shift(operator.rshift),
    "FloorDiv": _divide,
}
_COMPARE = {
    name: _compare(getattr(operator, function))
    for name, function in {
        "Lt": "lt",
        "LtE": "le",
        "Gt": "gt",
        "GtE": "ge",
        "Eq": "eq",
        "NotEq": "ne",
    }.items()
}


class _Rewrite(ast.NodeTransformer):
    """Every operation becomes a call of the model."""

    def _call(self, name: str, *args: ast.expr) -> ast.Call:
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return self._call("_" + type(node.op).__name__, node.left, node.right)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return self._call("_" + type(node.ops[0]).__name__, node.left, node.comparators[0])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return self._call("_literal", ast.Constant(-node.operand.value))
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            return node
        return self._call("_" + type(node.op).__name__, node.operand)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node if node.value is True else self._call("_literal", node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        node.value = self._call("_store", node.value)
        return node


def compile_model(
    lines: list[str], width: int, params: list[str], results: list[str]
) -> Callable[..., tuple[int, ...]]:
    """A function of unsigned or signed ints that gives the results and then `trap`.

    Results that the body did not assign are 0.
    """
    small = 1 << SMALL_BITS[width]

    def literal(value: int) -> Number:
        assert -small <= value < small, f"{value:#x} would be an object"
        return Number(value, False, width)

    def store(value: object) -> Number:
        assert isinstance(value, Number) and not value.unsigned, f"{value!r} stored"
        return value

    def cast(unsigned: bool) -> Callable:
        def run(value: Number | bool) -> Number:
            number = value.number if isinstance(value, Number) else value
            return Number(number, unsigned, width)

        return run

    model = {
        "_literal": literal,
        "_store": store,
        "int": cast(False),
        "uint": cast(True),
        "_USub": lambda a: Number(-a.number, a.unsigned, width),
        "_Invert": lambda a: Number(~a.number, a.unsigned, width),
        **{"_" + name: function for name, function in (_BINARY | _COMPARE).items()},
    }
    outputs = [*results, "trap"]
    body = "\n".join("    " + line for line in lines)
    tree = ast.parse(f"def run({', '.join(params + outputs)}):\n{body}\n")
    tree = ast.fix_missing_locations(_Rewrite().visit(tree))
    tree.body[0].body.append(ast.parse(f"return {', '.join(outputs)},").body[0])
    exec(compile(ast.fix_missing_locations(tree), "<viper model>", "exec"), model)

    def run(*args: int) -> tuple[int, ...]:
        numbers = [Number(arg, False, width) for arg in args]
        numbers += [Number(0, False, width) for _ in outputs]
        return tuple(number.value for number in model["run"](*numbers))

    return run
