"""The typed tree of a restricted function as LLVM IR.

Every variable is a stack slot, which LLVM's first pass turns into a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...interp.intpy.tree import (
    Assign,
    Bin,
    Call,
    Cmp,
    Const,
    Expr,
    Flag,
    If,
    Jump,
    Logic,
    Routine,
    Stmt,
    Var,
    While,
)
from .reader import Invoke

TYPES = {"u32": "i32", "i32": "i32", "u64": "i64", "bool": "i1"}
_OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "shl",
    ">>": "lshr",
    "sar": "ashr",
    "//": "udiv",
}
_ORDERS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class Writer:
    """Writes one function's body.

    call: gives the IR of a call of another restricted function: (function, arguments) -> text.
    wide_multiply: the processor multiplies 32 by 32 bits to 64; else `multiply` is called,
        a restricted function that does.
    """

    def __init__(
        self, call: Callable[[Callable, str], str], wide_multiply: bool, multiply: Callable
    ) -> None:
        self.call = call
        self.wide_multiply = wide_multiply
        self.multiply = multiply
        self.lines: list[str] = []
        self.slots: dict[str, str] = {}
        self.count = 0
        self.loops: list[tuple[str, str]] = []  # (where continue goes, where break goes)

    def write(self, routine: Routine, prologue: list[str], epilogue: Callable) -> list[str]:
        """The lines between the braces.

        prologue: lines that store the parameters into %v.NAME. epilogue: (self, results) ->
        lines that return them.
        """
        for var in (*routine.params, *routine.results):
            self.slots[var.name] = TYPES[var.type]
        self.statements(routine.body)
        results = [self.value(var) for var in routine.results]
        tail = epilogue(self, results)
        slots = [f"  %v.{name} = alloca {type}" for name, type in self.slots.items()]
        return ["entry:", *slots, *prologue, *self.lines, *tail]

    # ------------------------------------------------------------ statements
    def emit(self, line: str) -> None:
        self.lines.append(f"  {line}")

    def define(self, text: str) -> str:
        self.count += 1
        self.emit(f"%t{self.count} = {text}")
        return f"%t{self.count}"

    def label(self) -> str:
        self.count += 1
        return f"b{self.count}"

    def place(self, label: str) -> None:
        """What follows begins at the label, also by falling into it."""
        self.emit(f"br label %{label}")
        self.lines.append(f"{label}:")

    def store(self, var: Var, value: str) -> None:
        self.slots[var.name] = TYPES[var.type]
        self.emit(f"store {TYPES[var.type]} {value}, ptr %v.{var.name}")

    def statements(self, body: tuple[Stmt, ...]) -> None:
        for stmt in body:
            if isinstance(stmt, Assign):
                self.store(stmt.target, self.value(stmt.value))
            elif isinstance(stmt, Invoke):
                self.invoke(stmt)
            elif isinstance(stmt, If):
                self.if_(stmt)
            elif isinstance(stmt, While):
                self.while_(stmt)
            elif isinstance(stmt, Jump):
                self.emit(f"br label %{self.loops[-1][stmt.kind == 'break']}")
                self.lines.append(f"{self.label()}:")

    def invoke(self, stmt: Invoke) -> None:
        arguments = ", ".join(f"{TYPES[arg.type]} {self.value(arg)}" for arg in stmt.args)
        result = self.define(self.call(stmt.function, arguments))
        if len(stmt.targets) == 1:
            self.store(stmt.targets[0], result)
            return
        types = struct_of([var.type for var in stmt.targets])
        for index, var in enumerate(stmt.targets):
            self.store(var, self.define(f"extractvalue {types} {result}, {index}"))

    def if_(self, stmt: If) -> None:
        then, other, end = self.label(), self.label(), self.label()
        self.emit(f"br i1 {self.value(stmt.cond)}, label %{then}, label %{other}")
        self.lines.append(f"{then}:")
        self.statements(stmt.then)
        self.emit(f"br label %{end}")
        self.lines.append(f"{other}:")
        self.statements(stmt.other)
        self.place(end)

    def while_(self, stmt: While) -> None:
        head, body, end = self.label(), self.label(), self.label()
        self.place(head)
        if stmt.cond is None:
            self.place(body)
        else:
            self.emit(f"br i1 {self.value(stmt.cond)}, label %{body}, label %{end}")
            self.lines.append(f"{body}:")
        self.loops.append((head, end))
        self.statements(stmt.body)
        self.loops.pop()
        self.emit(f"br label %{head}")
        self.lines.append(f"{end}:")

    # ------------------------------------------------------------ expressions
    def value(self, expr: Expr) -> str:
        """The name or number of an expression's value."""
        if isinstance(expr, Const):
            return str(expr.value)
        if isinstance(expr, Var):
            return self.define(f"load {TYPES[expr.type]}, ptr %v.{expr.name}")
        if isinstance(expr, Flag):
            return self.define(f"zext i1 {self.value(expr.cond)} to {TYPES[expr.type]}")
        if isinstance(expr, Logic):
            values = [self.value(item) for item in expr.items]
            result = values[0]
            for value in values[1:]:
                result = self.define(f"{expr.op} i1 {result}, {value}")
            return result
        if isinstance(expr, Cmp):
            return self.comparison(expr)
        if isinstance(expr, Bin):
            return self.operator(expr)
        return self.intrinsic(expr)

    def comparison(self, expr: Cmp) -> str:
        order = {"==": "eq", "!=": "ne"}.get(expr.op)
        order = order or ("s" if expr.a.type == "i32" else "u") + _ORDERS[expr.op]
        a, b = self.value(expr.a), self.value(expr.b)
        return self.define(f"icmp {order} {TYPES[expr.a.type]} {a}, {b}")

    def operator(self, expr: Bin) -> str:
        type = TYPES[expr.type]
        op = "sar" if (expr.op, expr.type) == (">>", "i32") else expr.op
        a, b = self.value(expr.a), self.value(expr.b)
        if op in ("<<", ">>", "sar"):
            b = self.count_of(expr.b, b, type)
        return self.define(f"{_OPERATORS[op]} {type} {a}, {b}")

    def count_of(self, count: Expr, value: str, type: str) -> str:
        """A shift count, which has 32 bits, in the type that is shifted."""
        if type == "i32" or isinstance(count, Const):
            return value
        return self.define(f"zext i32 {value} to {type}")

    def intrinsic(self, expr: Call) -> str:
        args = [self.value(arg) for arg in expr.args]
        types = [TYPES[arg.type] for arg in expr.args]
        return getattr(self, expr.name)(*args, types=types, expr=expr)

    def lo(self, x: str, **_: object) -> str:
        return self.define(f"trunc i64 {x} to i32")

    def hi(self, x: str, **_: object) -> str:
        return self.lo(self.define(f"lshr i64 {x}, 32"))

    def widened(self, x: str) -> str:
        return self.define(f"zext i32 {x} to i64")

    def pair(self, low: str, high: str, **_: object) -> str:
        shifted = self.define(f"shl i64 {self.widened(high)}, 32")
        return self.define(f"or i64 {shifted}, {self.widened(low)}")

    def widen(self, x: str, **_: object) -> str:
        return self.widened(x)

    def retype(self, x: str, **_: object) -> str:
        return x

    def shrjam(self, x: str, count: str, types: list[str], expr: Call) -> str:
        type = types[0]
        count = self.count_of(expr.args[1], count, type)
        kept = self.define(f"lshr {type} {x}, {count}")
        ones = self.define(f"sub {type} {self.define(f'shl {type} 1, {count}')}, 1")
        lost = self.define(f"icmp ne {type} {self.define(f'and {type} {x}, {ones}')}, 0")
        return self.define(f"or {type} {kept}, {self.define(f'zext i1 {lost} to {type}')}")

    def mulwide(self, a: str, b: str, **_: object) -> str:
        if not self.wide_multiply:
            return self.define(self.call(self.multiply, f"i32 {a}, i32 {b}"))
        return self.define(f"mul i64 {self.widened(a)}, {self.widened(b)}")

    def mul16(self, x: str, factor: str, **_: object) -> str:
        if self.wide_multiply:
            return self.define(f"mul i64 {x}, {self.widened(factor)}")
        # Three products that fit into 32 bits.
        low = self.lo(x)
        first = self.define(f"mul i32 {self.define(f'and i32 {low}, 65535')}, {factor}")
        second = self.define(f"mul i32 {self.define(f'lshr i32 {low}, 16')}, {factor}")
        third = self.define(f"mul i32 {self.hi(x)}, {factor}")
        middle = self.define(f"shl i64 {self.widened(second)}, 16")
        return self.define(f"add i64 {self.pair(first, third)}, {middle}")


def struct_of(types: Iterable[str]) -> str:
    """LLVM's type for results of these types."""
    return "{ " + ", ".join(TYPES[type] for type in types) + " }"
