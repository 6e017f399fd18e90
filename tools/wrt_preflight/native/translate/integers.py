"""Integer instructions (spec: Execution, Numerics, Integer Operations)."""

from __future__ import annotations

from .body import Body

_BINARY = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "and": "and",
    "or": "or",
    "xor": "xor",
}
_SHIFTS = {"shl": "shl", "shr_s": "ashr", "shr_u": "lshr"}
_ROTATES = {"rotl": "fshl", "rotr": "fshr"}
_DIVISIONS = {"div_s": "sdiv", "div_u": "udiv", "rem_s": "srem", "rem_u": "urem"}
_COUNTS = {"clz": "ctlz", "ctz": "cttz", "popcnt": "ctpop"}
COMPARISONS = {
    "eq": "eq",
    "ne": "ne",
    "lt_s": "slt",
    "lt_u": "ult",
    "gt_s": "sgt",
    "gt_u": "ugt",
    "le_s": "sle",
    "le_u": "ule",
    "ge_s": "sge",
    "ge_u": "uge",
}


class Integers(Body):
    """LLVM's integers are WebAssembly's, but for shift counts and what traps."""

    def integer(self, kind: str, op: str) -> None:
        """An instruction whose operands are all of type i32, or all i64."""
        if op == "eqz":
            self.eqz(kind)
        elif op in COMPARISONS:
            right, left = self.pop(), self.pop()
            self.push_bit(self.define(f"icmp {COMPARISONS[op]} {kind} {left}, {right}"))
        elif op in _COUNTS:
            self.count(kind, _COUNTS[op])
        elif op.startswith("extend"):
            self.extend(kind, op)
        else:
            self.binary(kind, op)

    def eqz(self, kind: str) -> None:
        value = self.stack.pop()
        if value.bit:
            self.push_bit(self.define(f"xor i1 {value.bit}, true"))
        else:
            self.push_bit(self.define(f"icmp eq {kind} {value.ir}, 0"))

    def count(self, kind: str, name: str) -> None:
        if name == "ctpop":
            function = self.module.intrinsic(f"llvm.{name}.{kind}", kind, kind)
            self.push(kind, self.define(f"call {kind} {function}({kind} {self.pop()})"))
            return
        function = self.module.intrinsic(f"llvm.{name}.{kind}", kind, kind, "i1 immarg")
        self.push(kind, self.define(f"call {kind} {function}({kind} {self.pop()}, i1 false)"))

    def extend(self, kind: str, op: str) -> None:
        """extend8_s and its like: the low bits, with their sign."""
        narrow = "i" + op.removeprefix("extend").removesuffix("_s")
        low = self.define(f"trunc {kind} {self.pop()} to {narrow}")
        self.push(kind, self.define(f"sext {narrow} {low} to {kind}"))

    def binary(self, kind: str, op: str) -> None:
        right, left = self.stack.pop(), self.stack.pop()
        a, b = self.ir(left), self.ir(right)
        if op in _BINARY:
            result = self.define(f"{_BINARY[op]} {kind} {a}, {b}")
        elif op in _SHIFTS:
            count = self.define(f"and {kind} {b}, {int(kind[1:]) - 1}")
            result = self.define(f"{_SHIFTS[op]} {kind} {a}, {count}")
        elif op in _ROTATES:
            function = self.module.intrinsic(f"llvm.{_ROTATES[op]}.{kind}", kind, kind, kind, kind)
            result = self.define(f"call {kind} {function}({kind} {a}, {kind} {a}, {kind} {b})")
        else:
            result = self.divide(kind, op, a, b, right.constant)
        self.push(kind, result)

    def divide(self, kind: str, op: str, a: str, b: str, divisor: int | None) -> str:
        """divisor: its bits, if they are known."""
        least, ones = 1 << int(kind[1:]) - 1, (1 << int(kind[1:])) - 1
        if not divisor:
            self.trap_if(self.define(f"icmp eq {kind} {b}, 0"), "integer_divide_by_zero")
        if op.endswith("_s") and divisor in (None, ones):
            minus = self.define(f"icmp eq {kind} {b}, -1")
            if op == "div_s":
                extreme = self.define(f"icmp eq {kind} {a}, -{least}")
                self.trap_if(self.define(f"and i1 {minus}, {extreme}"), "integer_overflow")
            else:  # the remainder is 0, where LLVM would have no answer
                b = self.define(f"select i1 {minus}, {kind} 1, {kind} {b}")
        return self.define(f"{_DIVISIONS[op]} {kind} {a}, {b}")

    # ------------------------------------------------------------ between widths
    def do_i32_wrap_i64(self) -> None:
        self.push("i32", self.define(f"trunc i64 {self.pop()} to i32"))

    def do_i64_extend_i32_s(self) -> None:
        self.push("i64", self.define(f"sext i32 {self.pop()} to i64"))

    def do_i64_extend_i32_u(self) -> None:
        value = self.stack.pop()
        source = f"i1 {value.bit}" if value.bit else f"i32 {value.ir}"
        self.push("i64", self.define(f"zext {source} to i64"))

    # ------------------------------------------------------------ 128 bits
    def do_i64_add128(self) -> None:
        self.wide_sum("add")

    def do_i64_sub128(self) -> None:
        self.wide_sum("sub")

    def wide_sum(self, op: str) -> None:
        b1, b0, a1, a0 = (self.pop() for _ in range(4))
        a, b = self.join_halves(a0, a1), self.join_halves(b0, b1)
        self.push_halves(self.define(f"{op} i128 {a}, {b}"))

    def do_i64_mul_wide_s(self) -> None:
        b, a = self.pop(), self.pop()
        low, high = self.multiply_wide(a, b)
        for factor, other in ((a, b), (b, a)):
            sign = self.define(f"ashr i64 {factor}, 63")
            taken = self.define(f"and i64 {sign}, {other}")
            high = self.define(f"sub i64 {high}, {taken}")
        self.push("i64", low)
        self.push("i64", high)

    def do_i64_mul_wide_u(self) -> None:
        b, a = self.pop(), self.pop()
        low, high = self.multiply_wide(a, b)
        self.push("i64", low)
        self.push("i64", high)

    def multiply_wide(self, a: str, b: str) -> tuple[str, str]:
        """Both halves of an unsigned product. Where a product of 128 bits would be a call of the
        compiler's library, it is one of our own."""
        if self.module.target.pointer_bits == 64:
            wide = [self.define(f"zext i64 {factor} to i128") for factor in (a, b)]
            product = self.define(f"mul i128 {wide[0]}, {wide[1]}")
            self.push_halves(product)
            high, low = self.pop(), self.pop()
            return low, high
        function = self.module.support("multiply_wide")
        pair = self.define(f"call fastcc {{ i64, i64 }} {function}(i64 {a}, i64 {b})")
        return tuple(self.define(f"extractvalue {{ i64, i64 }} {pair}, {i}") for i in (0, 1))

    def join_halves(self, low: str, high: str) -> str:
        wide = [self.define(f"zext i64 {half} to i128") for half in (low, high)]
        upper = self.define(f"shl i128 {wide[1]}, 64")
        return self.define(f"or i128 {upper}, {wide[0]}")

    def push_halves(self, wide: str) -> None:
        self.push("i64", self.define(f"trunc i128 {wide} to i64"))
        upper = self.define(f"lshr i128 {wide}, 64")
        self.push("i64", self.define(f"trunc i128 {upper} to i64"))
