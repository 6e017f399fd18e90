"""The typed tree between the reader and the writers.

Types are "u32", "u64", "i32" and "bool". Every node is immutable. Expressions have no effects,
so a writer may change the order in which they are evaluated, or evaluate one too many.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = {"u32": 32, "u64": 64, "i32": 32}
MASK32 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Const:
    type: str
    value: int


@dataclass(frozen=True, slots=True)
class Var:
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Bin:
    """op: + - * & | ^ << >> // or sar; the count of a shift has type i32 or u32."""

    type: str
    op: str
    a: Expr
    b: Expr


@dataclass(frozen=True, slots=True)
class Cmp:
    """op: == != < <= > >=, unsigned for u32 and u64."""

    op: str
    a: Expr
    b: Expr
    type: str = "bool"


@dataclass(frozen=True, slots=True)
class Logic:
    """op: and, or; evaluated left to right."""

    op: str
    items: tuple[Expr, ...]
    type: str = "bool"


@dataclass(frozen=True, slots=True)
class Flag:
    """1 if the condition holds, else 0."""

    type: str
    cond: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """An intrinsic: lo, hi, pair, widen, retype, shrjam, mul16, mulwide.

    widen: u32 or i32 to u64. retype: u32 to i32 or back, the value fits both.
    """

    type: str
    name: str
    args: tuple[Expr, ...]


Expr = Const | Var | Bin | Cmp | Logic | Flag | Call


@dataclass(frozen=True, slots=True)
class Assign:
    target: Var
    value: Expr


@dataclass(frozen=True, slots=True)
class If:
    cond: Expr
    then: tuple[Stmt, ...]
    other: tuple[Stmt, ...] = ()


@dataclass(frozen=True, slots=True)
class While:
    """cond None: for ever, left by Break."""

    cond: Expr | None
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """kind: "break" or "continue"."""

    kind: str


Stmt = Assign | If | While | Jump


@dataclass(frozen=True, slots=True)
class Routine:
    """A whole function. `trap` is assigned a trap kind where it traps."""

    name: str
    params: tuple[Var, ...]
    results: tuple[Var, ...]
    body: tuple[Stmt, ...]


_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_COMMUTES = frozenset("+*&|^")


def const(type: str, value: int) -> Const:
    return Const(type, value if type == "i32" else value & (1 << WIDTH[type]) - 1)


def signed_value(type: str, value: int) -> int:
    """Value of a constant's bits in two's complement."""
    return value - (1 << WIDTH[type]) if value >> (WIDTH[type] - 1) == 1 else value


def negate(cond: Expr) -> Expr:
    """The condition that holds where `cond` does not."""
    if isinstance(cond, Cmp):
        return Cmp(_NEGATED[cond.op], cond.a, cond.b)
    if isinstance(cond, Logic):
        op = "or" if cond.op == "and" else "and"
        return Logic(op, tuple(negate(item) for item in cond.items))
    if isinstance(cond, Const):
        return Const("bool", int(not cond.value))
    raise AssertionError(cond)


def fold(op: str, type: str, a: int, b: int) -> int:
    """The value of an operator on constants."""
    if op == "sar":
        return signed_value(type, a) >> b
    return {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "&": lambda: a & b,
        "|": lambda: a | b,
        "^": lambda: a ^ b,
        "<<": lambda: a << b,
        ">>": lambda: a >> b,
        "//": lambda: a // b,
    }[op]()


def binary(op: str, a: Expr, b: Expr) -> Expr:
    """Bin of a's type, simplified; a constant operand of a commutative operator goes right."""
    type = a.type
    if isinstance(a, Const) and isinstance(b, Const):
        return const(type, fold(op, type, a.value, b.value))
    if isinstance(a, Const) and op in _COMMUTES:
        a, b = b, a
    if isinstance(b, Const):
        ones = -1 if type == "i32" else (1 << WIDTH[type]) - 1
        if b.value == 0 and op in ("+", "-", "|", "^", "<<", ">>", "sar"):
            return a
        if b.value == 0 and op in ("&", "*"):
            return b
        if (op, b.value) in (("*", 1), ("&", ones)):
            return a
        if (op, b.value) == ("|", ones):
            return b
        if op in ("+", "|", "&", "^") and isinstance(a, Bin) and a.op == op:
            if isinstance(a.b, Const):
                return binary(op, a.a, const(type, fold(op, type, a.b.value, b.value)))
    if isinstance(a, Const) and a.value == 0 and op in ("<<", ">>", "sar"):
        return a
    return Bin(type, op, a, b)


def compare(op: str, a: Expr, b: Expr) -> Expr:
    """Cmp, simplified."""
    if isinstance(a, Const) and isinstance(b, Const):
        holds = {
            "==": a.value == b.value,
            "!=": a.value != b.value,
            "<": a.value < b.value,
            "<=": a.value <= b.value,
            ">": a.value > b.value,
            ">=": a.value >= b.value,
        }[op]
        return Const("bool", int(holds))
    if isinstance(a, Const):
        mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        return compare(mirrored.get(op, op), b, a)
    if isinstance(b, Const) and b.value == 0 and a.type != "i32":
        if op in ("<", ">="):
            return Const("bool", int(op == ">="))
        op = {">": "!=", "<=": "=="}.get(op, op)
    if isinstance(b, Const) and b.value == 0 and isinstance(a, Flag):
        return a.cond if op == "!=" else negate(a.cond)
    return Cmp(op, a, b)


def logic(op: str, items: list[Expr]) -> Expr:
    """Logic, flattened and with constants folded."""
    kept: list[Expr] = []
    decides = int(op == "or")
    for item in items:
        if isinstance(item, Const):
            if item.value == decides:
                return item
            continue
        kept.extend(item.items if isinstance(item, Logic) and item.op == op else [item])
    if not kept:
        return Const("bool", 1 - decides)
    return kept[0] if len(kept) == 1 else Logic(op, tuple(kept))


def flag(type: str, cond: Expr) -> Expr:
    return Const(type, cond.value) if isinstance(cond, Const) else Flag(type, cond)


def nonzero(x: Expr) -> Expr:
    """The condition x != 0."""
    return x if x.type == "bool" else compare("!=", x, Const(x.type, 0))


def call(name: str, type: str, *args: Expr) -> Expr:
    """Call, simplified."""
    first = args[0]
    if name in ("lo", "hi") and isinstance(first, Const):
        return Const("u32", first.value >> 32 if name == "hi" else first.value & MASK32)
    if name in ("lo", "hi") and isinstance(first, Call) and first.name == "pair":
        return first.args[name == "hi"]
    if name == "lo" and isinstance(first, Call) and first.name == "widen":
        inner = first.args[0]
        return inner if inner.type == "u32" else call("retype", "u32", inner)
    if name == "pair" and all(isinstance(arg, Const) for arg in args):
        return Const("u64", args[1].value << 32 | first.value)
    if name in ("widen", "retype"):
        if isinstance(first, Const):
            return const(type, first.value)
        if isinstance(first, Flag):
            return Flag(type, first.cond)
    return Call(type, name, args)


def variables(node: object) -> set[str]:
    """Names of all variables read in an expression, or read or assigned in statements."""
    if isinstance(node, Var):
        return {node.name}
    if isinstance(node, tuple):
        return set().union(*map(variables, node))
    if isinstance(node, (Bin, Cmp)):
        return variables(node.a) | variables(node.b)
    if isinstance(node, (Logic, Call)):
        return variables(node.items if isinstance(node, Logic) else node.args)
    if isinstance(node, Flag):
        return variables(node.cond)
    if isinstance(node, Assign):
        return variables(node.target) | variables(node.value)
    if isinstance(node, If):
        return variables(node.cond) | variables(node.then) | variables(node.other)
    if isinstance(node, While):
        return variables(node.body) | (variables(node.cond) if node.cond else set())
    return set()
