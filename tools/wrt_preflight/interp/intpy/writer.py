"""From a Routine to source lines: viper for two word sizes, and plain Python.

Every value is text with what is known about it. In a dialect with a native word, a type of that
width wraps by itself, but its variables are viper ints, so that a shift right or an order needs
`uint()`. A narrower type, and every type in the plain dialect, is kept clean in variables (all
bits above its width are zero) and may be dirty inside an expression.

Viper gets no unary operators: up to mpy-cross 1.29 they change their operand where that is a
variable in a register.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .tree import (
    WIDTH,
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
    binary,
    call,
    const,
    flag,
    nonzero,
)

_PRECEDENCE = {"|": 5, "^": 6, "&": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "//": 10}
_NOT, _COMPARE, _UNARY, _ATOM = 3, 4, 11, 12
_DIRTY = 1000
_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Text:
    """Source text of a value.

    bits: 0 <= value < 2**bits, or _DIRTY; 32 for an i32 of any sign.
    unsigned: it has the viper type uint.
    leaf: a variable or a number, which costs nothing to have on the right.
    """

    text: str
    precedence: int
    bits: int
    unsigned: bool = False
    leaf: bool = False

    def at(self, precedence: int) -> str:
        return self.text if self.precedence >= precedence else f"({self.text})"


class Writer:
    """native: 32 or 64, bits of a viper word; None for plain Python."""

    def __init__(self, native: int | None) -> None:
        self.native = native
        # mpy-cross makes objects of larger constants; 64-bit images use -msmall-int-bits=47.
        self.constant_bits = {32: 30, 64: 46, None: _DIRTY}[native]
        self.lines: list[str] = []

    # ------------------------------------------------------------ statements
    def write(self, routine: Routine) -> list[str]:
        self.block(routine.body, "")
        return self.lines

    def block(self, stmts: tuple[Stmt, ...], indent: str) -> None:
        for stmt in stmts:
            self.statement(stmt, indent)
        if not stmts:
            self.lines.append(indent + "pass")

    def statement(self, stmt: Stmt, indent: str) -> None:
        if isinstance(stmt, Assign):
            self.lines.append(f"{indent}{stmt.target.name} = {self.stored(stmt.value)}")
        elif isinstance(stmt, Jump):
            self.lines.append(indent + stmt.kind)
        elif isinstance(stmt, If):
            self.if_(stmt, indent, "if")
        else:
            cond = self.condition(stmt.cond).text if stmt.cond else "True"
            self.lines.append(f"{indent}while {cond}:")
            self.block(stmt.body, indent + "  ")

    def if_(self, stmt: If, indent: str, word: str) -> None:
        self.lines.append(f"{indent}{word} {self.condition(stmt.cond).text}:")
        self.block(stmt.then, indent + "  ")
        if len(stmt.other) == 1 and isinstance(stmt.other[0], If):
            self.if_(stmt.other[0], indent, "elif")
        elif stmt.other:
            self.lines.append(indent + "else:")
            self.block(stmt.other, indent + "  ")

    def stored(self, expr: Expr) -> str:
        value = self.clean(self.value(expr), expr.type)
        return f"int({value.text})" if value.unsigned else value.text

    # ------------------------------------------------------------ values
    def wraps(self, type: str) -> bool:
        return self.native == WIDTH[type]

    def clean(self, value: Text, type: str) -> Text:
        """The value without bits above its width."""
        width = WIDTH[type]
        if type == "i32" or self.wraps(type) or value.bits <= width:
            return value
        return self.masked(value, width)

    def masked(self, value: Text, width: int) -> Text:
        return Text(f"{value.at(7)} & 0x{(1 << width) - 1:x}", 7, width, value.unsigned)

    def logical(self, value: Text, type: str) -> Text:
        """The value as a number >= 0, for shifts right and for orders."""
        value = self.clean(value, type)
        if self.wraps(type) and value.bits >= WIDTH[type] and not value.unsigned:
            return replace(value, text=f"uint({value.text})", precedence=_ATOM, unsigned=True)
        return value

    def arithmetic(self, value: Text) -> Text:
        """The value with the viper type int."""
        if not value.unsigned:
            return value
        return replace(value, text=f"int({value.text})", precedence=_ATOM, unsigned=False)

    def value(self, expr: Expr) -> Text:
        if isinstance(expr, Const):
            return self.constant(expr)
        if isinstance(expr, Var):
            return Text(expr.name, _ATOM, WIDTH[expr.type], leaf=True)
        if isinstance(expr, Flag):
            return Text(f"int({self.comparison(expr.cond).text})", _ATOM, 1)
        if isinstance(expr, Call):
            return self.call(expr)
        if expr.op == "sar":
            return self.sar(expr)
        if expr.op in ("<<", ">>"):
            return self.shift(expr)
        return self.operator(expr)

    def constant(self, expr: Const) -> Text:
        value, width = expr.value, WIDTH[expr.type]
        if self.wraps(expr.type) and value >> (width - 1):
            value -= 1 << width if value > 0 else 0
        bits = expr.value.bit_length() if expr.value >= 0 else _DIRTY
        limit = 1 << self.constant_bits
        if -limit <= value < limit:
            text = f"0x{value:x}" if value > 0xFFFF else str(value)
            return Text(text, _ATOM if value >= 0 else _UNARY, bits, leaf=True)
        return replace(self.built(value, width), bits=bits)

    def built(self, value: int, width: int) -> Text:
        """A constant too large for a small int, made where it is used."""
        limit = 1 << self.constant_bits
        if -limit <= value < limit:
            return Text(f"int({value})", _ATOM, width)
        if value > 0 and value & (value + 1) == 0:
            return Text(f"uint(-1) >> {width - value.bit_length()}", 8, width, True)
        zeros = (value & -value).bit_length() - 1
        if zeros:
            return Text(f"{self.built(value >> zeros, width).at(8)} << {zeros}", 8, width)
        high = self.built(value >> 16, width)
        return Text(f"{high.at(8)} << 16 | {value & 0xFFFF}", 5, width)

    def operator(self, expr: Bin) -> Text:
        op, type = expr.op, expr.type
        a, b = self.value(expr.a), self.value(expr.b)
        level = _PRECEDENCE[op]
        if op == "-" and expr.a == Const(type, 0) and not self.native:
            return Text(f"-{b.at(_UNARY)}", _UNARY, self.width(type, _DIRTY), b.unsigned)
        if op in "+|&^*" and a.leaf and not b.leaf:
            a, b = b, a
        if op == "//":
            a, b = self.arithmetic(a), self.arithmetic(b)
        if op in "+-" and b.text.startswith("-") and b.leaf:
            op = "-" if op == "+" else "+"
            b = replace(b, text=b.text[1:])
        bits = {
            "+": max(a.bits, b.bits) + 1,
            "-": _DIRTY,
            "*": a.bits + b.bits,
            "&": min(a.bits, b.bits),
            "|": max(a.bits, b.bits),
            "^": max(a.bits, b.bits),
            "//": a.bits,
        }[op]
        text = f"{a.at(level)} {op} {b.at(level + 1)}"
        return Text(text, level, self.width(type, bits), a.unsigned)

    def width(self, type: str, bits: int) -> int:
        """Bits of a result; a type that wraps has never more than its width."""
        if self.wraps(type) or type == "i32":
            return min(bits, WIDTH[type])
        if self.native and bits >= self.native:
            return _DIRTY
        return bits

    def shift(self, expr: Bin) -> Text:
        a, count = self.value(expr.a), self.value(expr.b)
        fixed = expr.b.value if isinstance(expr.b, Const) else None
        if expr.op == "<<":
            bits = a.bits + (WIDTH[expr.type] - 1 if fixed is None else fixed)
        else:
            if expr.type != "i32":
                a = self.logical(a, expr.type)
            negative = expr.type == "i32" and a.bits >= 32
            bits = _DIRTY if negative else max(a.bits - (fixed or 0), 0)
        text = f"{a.at(8)} {expr.op} {count.at(9)}"
        return Text(text, 8, self.width(expr.type, bits), a.unsigned)

    def sar(self, expr: Bin) -> Text:
        a, count, width = self.value(expr.a), self.value(expr.b), WIDTH[expr.type]
        if self.wraps(expr.type):
            text = f"{self.arithmetic(a).at(8)} >> {count.at(9)}"
        else:
            text = f"{self.sign_extended(a, width)} >> {count.at(9)}"
        return Text(text, 8, self.width(expr.type, _DIRTY))

    def sign_extended(self, a: Text, width: int) -> str:
        """The low `width` bits as a signed number, for a dialect in which they do not wrap."""
        if self.native:
            shift = self.native - width
            return f"({self.arithmetic(a).at(8)} << {shift} >> {shift})"
        sign = 1 << (width - 1)
        clean = a if a.bits <= width else self.masked(a, width)
        return f"(({clean.at(7)} ^ 0x{sign:x}) - 0x{sign:x})"

    # ------------------------------------------------------------ intrinsics
    def call(self, expr: Call) -> Text:
        args = expr.args
        if expr.name in ("retype", "widen"):
            return self.convert(expr)
        if expr.name == "lo":
            return self.value_lo(args[0])
        if expr.name == "hi":
            return self.value(binary(">>", args[0], Const("i32", 32)))
        if expr.name == "pair":
            high = binary("<<", call("widen", "u64", args[1]), Const("i32", 32))
            return self.value(binary("|", high, call("widen", "u64", args[0])))
        if expr.name == "shrjam":
            return self.value(self.jam(expr.type, *args))
        wide = [a if a.type == "u64" else call("widen", "u64", a) for a in args]
        return self.value(Bin("u64", "*", *wide))

    def value_lo(self, arg: Expr) -> Text:
        a = self.value(arg)
        return a if a.bits <= 32 else replace(a, bits=_DIRTY, leaf=False)

    def jam(self, type: str, x: Expr, count: Expr) -> Expr:
        if type == "i32":
            below = binary("-", Bin(type, "<<", Const(type, 1), count), Const(type, 1))
            lost = binary("&", below, x)
            return binary("|", binary(">>", x, count), flag(type, nonzero(lost)))
        rest = binary("^", count, const(count.type, WIDTH[type] - 1))
        lost = binary("<<", binary("<<", x, Const("i32", 1)), rest)
        return binary("|", binary(">>", x, count), flag(type, nonzero(lost)))

    def convert(self, expr: Call) -> Text:
        arg = expr.args[0]
        a = self.value(arg)
        if arg.type == "u32":
            a = self.clean(a, "u32")
            return replace(a, bits=31) if expr.type == "i32" else a
        return replace(a, bits=min(a.bits, 31))

    # ------------------------------------------------------------ conditions
    def condition(self, cond: Expr) -> Text:
        """A condition after if or while, where any number serves as a truth value."""
        if isinstance(cond, Logic):
            level = {"and": 2, "or": 1}[cond.op]
            items = (self.condition(item).at(level + 1) for item in cond.items)
            return Text(f" {cond.op} ".join(items), level, 1)
        if isinstance(cond, Const):
            return Text(str(cond.value), _ATOM, 1)
        assert isinstance(cond, Cmp), cond
        if cond.op in ("==", "!="):
            return self.equality(cond)
        if self.native and cond.a.type == "i32" and cond.b == Const("i32", 0):
            if cond.op in ("<", ">="):
                sign = self.value(Bin("i32", ">>", cond.a, Const("i32", 31)))
                return self.truth(sign, cond.op == "<")
        return self.comparison(cond)

    def truth(self, value: Text, wanted: bool) -> Text:
        return value if wanted else Text(f"not {value.at(_NOT + 1)}", _NOT, 1)

    def equality(self, cond: Cmp) -> Text:
        if cond.b == Const(cond.b.type, 0):
            value = self.value(cond.a)
        elif self.native:
            # Without a truth value in between, this is shorter than == in viper.
            value = self.operator(Bin(cond.a.type, "^", cond.a, cond.b))
        else:
            return self.comparison(cond)
        return self.truth(self.clean(value, cond.a.type), cond.op == "!=")

    def comparison(self, cond: Expr) -> Text:
        """A condition whose value is a bool."""
        assert isinstance(cond, Cmp), "a flag of a compound condition: write an if"
        type, op = cond.a.type, cond.op
        a, b = self.value(cond.a), self.value(cond.b)
        if op in ("==", "!="):
            a, b = self.clean(a, type), self.clean(b, type)
        elif type != "i32":
            a, b = self.logical(a, type), self.logical(b, type)
        if a.unsigned != b.unsigned:
            a, b = self.unsigned(a), self.unsigned(b)
        if a.leaf and not b.leaf:
            a, b, op = b, a, _SWAPPED.get(op, op)
        return Text(f"{a.at(5)} {op} {b.at(5)}", _COMPARE, 1)

    def unsigned(self, value: Text) -> Text:
        if value.unsigned:
            return value
        return replace(value, text=f"uint({value.text})", precedence=_ATOM, unsigned=True)
