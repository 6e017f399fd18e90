"""u64 arithmetic in pairs of 32-bit words: from a Routine to one that has only u32 and i32.

A variable x becomes x_lo and x_hi. Temporaries are t0, t1, ... and live within one statement.
"""

from __future__ import annotations

from .tree import (
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
    binary,
    call,
    compare,
    flag,
    logic,
    nonzero,
    variables,
)

_ZERO, _ONE = Const("u32", 0), Const("u32", 1)
Pair = tuple[Expr, Expr]


def halves(var: Var) -> tuple[Var, Var]:
    """The two variables that stand for a u64 variable."""
    return Var("u32", var.name + "_lo"), Var("u32", var.name + "_hi")


def split_vars(vars_: tuple[Var, ...]) -> tuple[Var, ...]:
    out: list[Var] = []
    for var in vars_:
        out += halves(var) if var.type == "u64" else [var]
    return tuple(out)


def split(routine: Routine) -> Routine:
    """The same routine without u64."""
    body = _Splitter().block(routine.body)
    return Routine(routine.name, split_vars(routine.params), split_vars(routine.results), body)


def _is_leaf(expr: Expr) -> bool:
    return isinstance(expr, (Const, Var))


class _Splitter:
    def __init__(self) -> None:
        self.out: list[Stmt] = []
        self.temps = 0

    # ------------------------------------------------------------ statements
    def block(self, stmts: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
        outer, self.out = self.out, []
        for stmt in stmts:
            self.temps = 0
            self.statement(stmt)
        done, self.out = self.out, outer
        return tuple(done)

    def statement(self, stmt: Stmt) -> None:
        if isinstance(stmt, Jump):
            self.out.append(stmt)
        elif isinstance(stmt, Assign):
            if stmt.target.type == "u64":
                self.assign(stmt.target, stmt.value)
            else:
                self.put(stmt.target, self.word(stmt.value))
        elif isinstance(stmt, If):
            cond = self.condition(stmt.cond)
            self.out.append(If(cond, self.block(stmt.then), self.block(stmt.other)))
        else:
            before = len(self.out)
            cond = self.condition(stmt.cond) if stmt.cond else None
            assert len(self.out) == before, "a while condition with 64-bit arithmetic"
            self.out.append(While(cond, self.block(stmt.body)))

    def put(self, target: Var, value: Expr) -> None:
        if target != value:
            self.out.append(Assign(target, value))

    def temp(self) -> Var:
        self.temps += 1
        return Var("u32", f"t{self.temps - 1}")

    def leaf(self, expr: Expr) -> Expr:
        """The value as something that may be read twice."""
        if _is_leaf(expr):
            return expr
        temp = Var(expr.type, self.temp().name)
        self.put(temp, expr)
        return temp

    def put_pair(self, target: Var, value: Pair) -> None:
        """Both halves, in an order in which neither spoils the other."""
        (to_lo, to_hi), (low, high) = halves(target), value
        if to_lo.name not in variables(high):
            self.put(to_lo, low)
            self.put(to_hi, high)
        elif to_hi.name not in variables(low):
            self.put(to_hi, high)
            self.put(to_lo, low)
        else:
            temp = self.temp()
            self.put(temp, low)
            self.put(to_hi, high)
            self.put(to_lo, temp)

    def assign(self, target: Var, value: Expr) -> None:
        if isinstance(value, Bin) and value.op in ("<<", ">>", "sar"):
            if not isinstance(value.b, Const):
                self.put_pair(target, self.pair(value.a))
                return self.shift(target, value.op, self.word(value.b))
        if isinstance(value, Call) and value.name == "shrjam":
            self.put_pair(target, self.pair(value.args[0]))
            return self.shift(target, "jam", self.word(value.args[1]))
        if isinstance(value, Bin) and value.op == "+":
            return self.add(target, self.pair(value.a), self.pair(value.b))
        self.put_pair(target, self.pair(value))

    def add(self, target: Var, a: Pair, b: Pair) -> None:
        if _ZERO in (a[0], b[0]):
            return self.put_pair(target, (binary("+", a[0], b[0]), binary("+", a[1], b[1])))
        to_lo, to_hi = halves(target)
        if not _is_leaf(b[0]) or to_lo.name in variables(b[0]):
            a, b = b, a
        if not _is_leaf(b[0]) or to_lo.name in variables((b[0], a[1], b[1])):
            b = self.leaf(b[0]), b[1]
            low = self.temp()
        else:
            low = to_lo
        self.put(low, binary("+", a[0], b[0]))
        carry = flag("u32", compare("<", low, b[0]))
        self.put(to_hi, binary("+", binary("+", a[1], b[1]), carry))
        self.put(to_lo, low)

    def shift(self, target: Var, op: str, count: Expr) -> None:
        """Shifts a variable in place by a count that is not constant."""
        low, high = halves(target)
        count = self.leaf_count(count)
        narrow = isinstance(count, Bin) and isinstance(count.b, Const) and count.b.value < 32
        if not narrow:
            if op == "<<":
                far = Assign(high, low), Assign(low, _ZERO)
            elif op == "sar":
                far = Assign(low, high), Assign(high, binary("sar", high, Const("i32", 31)))
            else:
                lost = nonzero(low)
                kept = binary("|", high, flag("u32", lost)) if op == "jam" else high
                far = Assign(low, kept), Assign(high, _ZERO)
            bit = binary("&", count, Const(count.type, 32))
            self.out.append(If(nonzero(bit), far))
            count = binary("&", count, Const(count.type, 31))
        count = self.leaf(count)
        rest = self.leaf(binary("^", count, Const(count.type, 31)))

        def across(word: Expr, one: str) -> Expr:
            # Two shifts, so that a count of 0 moves nothing across.
            return binary(one, binary(one, word, Const("i32", 1)), rest)

        if op == "<<":
            self.put(high, binary("|", binary("<<", high, count), across(low, ">>")))
            self.put(low, binary("<<", low, count))
            return
        moved = binary("|", binary(">>", low, count), across(high, "<<"))
        if op == "jam":
            lost = self.leaf(across(low, "<<"))
            moved = binary("|", moved, flag("u32", nonzero(lost)))
        self.put(low, moved)
        self.put(high, binary("sar" if op == "sar" else ">>", high, count))

    def leaf_count(self, count: Expr) -> Expr:
        masked = isinstance(count, Bin) and count.op == "&" and isinstance(count.b, Const)
        return count if masked and count.b.value < 32 else self.leaf(count)

    # ------------------------------------------------------------ expressions
    def pair(self, expr: Expr) -> Pair:
        """The halves of a u64 expression; each may be read once."""
        if isinstance(expr, Const):
            return Const("u32", expr.value & 0xFFFFFFFF), Const("u32", expr.value >> 32)
        if isinstance(expr, Var):
            return halves(expr)
        if isinstance(expr, Flag):
            return self.word(Flag("u32", expr.cond)), _ZERO
        if isinstance(expr, Call):
            return self.pair_call(expr)
        if expr.op in ("&", "|", "^"):
            a, b = self.pair(expr.a), self.pair(expr.b)
            return binary(expr.op, a[0], b[0]), binary(expr.op, a[1], b[1])
        if expr.op == "-":
            return self.subtract(self.pair(expr.a), self.pair(expr.b))
        if expr.op != "+" and isinstance(expr.b, Const):
            return self.shift_by(expr.op, self.pair(expr.a), expr.b.value)
        temp = Var("u64", self.temp().name)
        self.assign(temp, expr)
        return halves(temp)

    def subtract(self, a: Pair, b: Pair) -> Pair:
        if b[0] == _ZERO:
            return a[0], binary("-", a[1], b[1])
        low = self.leaf(a[0]), self.leaf(b[0])
        borrow = nonzero(low[1]) if low[0] == _ZERO else compare("<", *low)
        high = binary("-", binary("-", a[1], b[1]), flag("u32", borrow))
        return binary("-", *low), high

    def shift_by(self, op: str, a: Pair, count: int) -> Pair:
        low, high = a
        sign = op if op == "sar" else ">>"

        def by(op_: str, word: Expr, n: int) -> Expr:
            return binary(op_, word, Const("i32", n))

        if count >= 32:
            if op == "<<":
                return _ZERO, by("<<", low, count - 32)
            if op == "sar":
                high = self.leaf(high)
                return by("sar", high, count - 32), by("sar", high, 31)
            return by(">>", high, count - 32), _ZERO
        if op == "<<":
            low = self.leaf(low)
            moved = binary("|", by("<<", high, count), by(">>", low, 32 - count))
            return by("<<", low, count), moved
        high = self.leaf(high)
        moved = binary("|", by(">>", low, count), by("<<", high, 32 - count))
        return moved, by(sign, high, count)

    def pair_call(self, expr: Call) -> Pair:
        if expr.name == "widen":
            return call("retype", "u32", self.word(expr.args[0])) if (
                expr.args[0].type == "i32"
            ) else self.word(expr.args[0]), _ZERO
        if expr.name == "pair":
            return self.word(expr.args[0]), self.word(expr.args[1])
        if expr.name == "mul16":
            return self.mul16(self.pair(expr.args[0]), self.word(expr.args[1]))
        if expr.name == "mulwide":
            return self.mulwide(*(self.leaf(self.word(arg)) for arg in expr.args))
        temp = Var("u64", self.temp().name)
        self.assign(temp, expr)
        return halves(temp)

    def low16(self, x: Expr) -> Expr:
        return binary("&", x, Const("u32", 0xFFFF))

    def high16(self, x: Expr) -> Expr:
        return binary(">>", x, Const("i32", 16))

    def join16(self, high: Expr, low: Expr) -> Expr:
        return binary("|", binary("<<", high, Const("i32", 16)), self.low16(low))

    def mul16(self, a: Pair, factor: Expr) -> Pair:
        low, factor = self.leaf(a[0]), self.leaf(factor)
        p = self.leaf(binary("*", self.low16(low), factor))
        q = binary("+", binary("*", self.high16(low), factor), self.high16(p))
        q = self.leaf(q)
        high = binary("+", self.high16(q), binary("*", a[1], factor))
        return self.join16(q, p), high

    def mulwide(self, a: Expr, b: Expr) -> Pair:
        a_lo, b_lo = self.leaf(self.low16(a)), self.leaf(self.low16(b))
        a_hi, b_hi = self.leaf(self.high16(a)), self.leaf(self.high16(b))
        p = self.leaf(binary("*", a_lo, b_lo))
        q = self.leaf(binary("+", binary("*", a_hi, b_lo), self.high16(p)))
        s = self.leaf(binary("+", binary("*", a_lo, b_hi), self.low16(q)))
        high = binary("+", binary("*", a_hi, b_hi), self.high16(q))
        return self.join16(s, p), binary("+", high, self.high16(s))

    def word(self, expr: Expr) -> Expr:
        """An expression of type u32, i32 or bool, without u64 inside."""
        if _is_leaf(expr):
            return expr
        if isinstance(expr, Bin):
            return binary(expr.op, self.word(expr.a), self.word(expr.b))
        if isinstance(expr, Flag):
            cond = self.condition(expr.cond)
            if not isinstance(cond, Logic):
                return flag(expr.type, cond)
            temp = Var(expr.type, self.temp().name)
            self.put(temp, Const(expr.type, 0))
            self.out.append(If(cond, (Assign(temp, Const(expr.type, 1)),)))
            return temp
        assert isinstance(expr, Call), expr
        if expr.name in ("lo", "hi"):
            return self.pair(expr.args[0])[expr.name == "hi"]
        return call(expr.name, expr.type, *(self.word(arg) for arg in expr.args))

    # ------------------------------------------------------------ conditions
    def condition(self, cond: Expr) -> Expr:
        if isinstance(cond, Logic):
            return logic(cond.op, [self.condition(item) for item in cond.items])
        if not isinstance(cond, Cmp):
            return cond
        if cond.a.type != "u64":
            return compare(cond.op, self.word(cond.a), self.word(cond.b))
        a, b = self.pair(cond.a), self.pair(cond.b)
        if cond.op in ("==", "!="):
            differ = binary("|", binary("^", a[0], b[0]), binary("^", a[1], b[1]))
            return compare(cond.op, differ, _ZERO)
        if cond.op in (">", "<="):
            a, b, op = b, a, {">": "<", "<=": ">="}[cond.op]
        else:
            op = cond.op
        return self.ordered(op, a, b)

    def ordered(self, op: str, a: Pair, b: Pair) -> Expr:
        """a < b or a >= b."""
        if b[0] == _ZERO:
            return compare(op, a[1], b[1])
        if a[0] == _ZERO and isinstance(a[1], Const) and not a[1].value & 1:
            # The low word of b matters only as "not zero", which an odd high word can say.
            return compare(op, a[1], binary("|", b[1], flag("u32", nonzero(b[0]))))
        (a_lo, a_hi), (b_lo, b_hi) = a, (b[0], self.leaf(b[1]))
        a_hi = self.leaf(a_hi)
        strict = logic("and", [compare("==", a_hi, b_hi), compare(op, a_lo, b_lo)])
        return logic("or", [compare("<" if op == "<" else ">", a_hi, b_hi), strict])
