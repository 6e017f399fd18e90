"""Numeric instructions, with constants folded into them."""

from __future__ import annotations

from ..interp.numeric import INSTRUCTIONS
from ..ops.row import COMPARISONS, SWAPPED
from .cold import Cold
from .conditions import Conditions
from .stack import CONST, TEMP, Value

_COMMUTATIVE = {"add", "mul", "and", "or", "xor", "eq", "ne"}
_SHIFTS = {"shl", "shr_s", "shr_u", "rotl", "rotr"}
_BITWISE = {"add", "mul", "and", "or", "xor"}
_DIVISIONS = {"div_s", "div_u", "rem_s", "rem_u"}
_SAME_BITS = {
    "i32.reinterpret_f32",
    "f32.reinterpret_i32",
    "i64.reinterpret_f64",
    "f64.reinterpret_i64",
}
SIGN = {"f32.abs": ("i32.and", 0x7FFFFFFF), "f32.neg": ("i32.xor", 0x80000000)}


class Numeric(Conditions, Cold):
    """Operations on a constant and a computed value mostly have a row with the constant in it."""

    def numeric(self, name: str, params: tuple[str, ...], results: tuple[str, ...]) -> None:
        """Any instruction from numbers to numbers."""
        kind, _, op = name.partition(".")
        if name in _SAME_BITS:
            value = self.pop()
            place = value.place
            if value.pending:
                place = self.register(value, self.depth())
            self.push(TEMP if value.pending else value.kind, results[0], place)
        elif name == "i32.wrap_i64":
            value = self.pop()
            place = value.place & 0xFFFFFFFF if value.kind == CONST else value.place
            self.push(value.kind, "i32", place)
        elif op in ("abs", "neg"):
            self.sign(kind, op)
        elif name in INSTRUCTIONS:
            self.slow_numeric(name, params, results)
        elif op == "eqz":
            self.eqz(kind)
        elif len(params) == 2:
            right, left = self.pop(), self.pop()
            (self.binary32 if kind == "i32" else self.binary64)(op, left, right)
        else:
            value = self.pop()
            slot = self.depth()
            source = self.register(value, slot)
            self.emit("i64.extend_i32_s" if op == "extend32_s" else name, a=slot, b=source)
            self.push(TEMP, results[0], slot)

    def sign(self, kind: str, op: str) -> None:
        """abs and neg touch the sign bit only."""
        value = self.pop()
        slot = self.depth()
        source = self.register(value, slot)
        operation, mask = SIGN[f"f32.{op}"]
        if kind == "f64":
            if source != slot:
                self.emit("mov", a=slot, b=source)
            self.emit(f"{operation}.w", a=slot + 1, b=source + 1, imm=mask)
        else:
            self.emit(f"{operation}.w", a=slot, b=source, imm=mask)
        self.push(TEMP, kind, slot)

    # ------------------------------------------------------------ two operands
    def binary32(self, op: str, left: Value, right: Value) -> None:
        if left.kind == CONST and right.kind != CONST:
            if op in _COMMUTATIVE:
                left, right = right, left
            elif op in COMPARISONS:
                left, right, op = right, left, SWAPPED[op]
        if right.kind == CONST and left.kind != CONST and self.postpone(op, left, right.place):
            return
        slot = self.depth()
        if op == "xor" and self.xor_shifted("i32", slot, left, right):
            return
        a = self.register(left, slot)
        bound = 0xFFFFFFFF
        if right.kind == CONST and op not in _DIVISIONS:
            bound = self.with_constant32(op, slot, a, right.place)
        else:
            b = self.register(right, slot + 1)
            self.registers32(op, slot, a, b)
            if not left.pending and not right.pending:
                bound = self.bitwise_bound(op, left.bound, right.bound)
        self.push(TEMP, "i32", slot, bound)

    @staticmethod
    def bitwise_bound(op: str, left: int, right: int) -> int:
        if op == "and":
            return min(left, right)
        if op in ("or", "xor"):
            return (1 << (left | right).bit_length()) - 1
        return 0xFFFFFFFF

    def postpone(self, op: str, value: Value, constant: int) -> bool:
        """Leaves an addition or a small shift to whoever needs the result."""
        if value.kind == TEMP and value.place != self.depth():
            return False  # it was the second operand, and the next value takes its slot
        if op == "sub":
            op, constant = "add", -constant
        if op == "add":
            fields = dict(shift=value.shift, addend=(value.addend + constant) & 0xFFFFFFFF)
        elif op == "shl" and constant & 31 <= 3 and not value.pending:
            fields = dict(shift=constant & 31)
        else:
            return False
        self.stack.append(Value(value.kind, "i32", value.place, bound=value.bound, **fields))
        return True

    def xor_shifted(self, kind: str, slot: int, left: Value, right: Value) -> bool:
        """x ^ (y >> constant) as one instruction, if the shift was the last thing emitted."""
        for shifted, other in ((right, left), (left, right)):
            producer = self.produced(shifted)
            if producer is not None and producer.op == f"{kind}.shr_u.i" and other.kind != CONST:
                if other.pending or other.place == producer.a:
                    return False
                self.code.pop()
                self.emit(f"{kind}.xor_shr", a=slot, b=other.place, c=producer.b, d=producer.c)
                self.push(TEMP, kind, slot)
                return True
        return False

    def registers32(self, op: str, slot: int, a: int, b: int) -> None:
        if op[:2] in ("gt", "ge"):
            op, a, b = SWAPPED[op], b, a
        self.emit(f"i32.{op}", a=slot, b=a, c=b)

    def with_constant32(self, op: str, slot: int, a: int, bits: int) -> int:
        """Emits the operation; returns the largest value it can give."""
        if op in _SHIFTS:
            count = bits & 31
            if op == "rotr":
                op, count = "rotl", -count & 31
            if count == 0:
                self.emit("mov", a=slot, b=a)
            else:
                self.emit(f"i32.{op}.i", a=slot, b=a, c=count)
            return 0xFFFFFFFF >> count if op == "shr_u" else 0xFFFFFFFF
        if op == "sub" and bits > 65535:
            op, bits = "add", -bits & 0xFFFFFFFF
        if bits < 65536:
            self.emit(f"i32.{op}.i", a=slot, b=a, c=bits)
        elif op in _BITWISE:
            self.emit(f"i32.{op}.w", a=slot, b=a, imm=bits)
        else:
            # A comparison with a wide constant exists only as a branch: `legalize` decides, and
            # finds in d a slot that the constant may have, above both operands.
            self.emit(f"i32.{op}.?", a=slot, b=a, d=slot + 2, imm=bits, kinds="wr---I")
        return bits if op == "and" else 0xFFFFFFFF

    def binary64(self, op: str, left: Value, right: Value) -> None:
        if left.kind == CONST and right.kind != CONST and op in _COMMUTATIVE:
            left, right = right, left
        slot = self.depth()
        if op == "xor" and self.xor_shifted("i64", slot, left, right):
            return
        a = self.register(left, slot)
        compare = op in COMPARISONS
        if right.kind == CONST and self.with_constant64(op, slot, a, right.place):
            pass
        elif op in _SHIFTS:
            b = self.register(right, slot + 2)
            self.emit(f"i64.{op}", a=slot, b=a, c=b)
        else:
            # A constant may have changed places with a left operand that is in slot + 2.
            b = self.register(right, slot + 4 if right.kind == CONST else slot + 2)
            if compare and op[:2] in ("gt", "ge"):
                op, a, b = SWAPPED[op], b, a
            self.emit(f"i64.{op}", a=slot, b=a, c=b)
        self.push(TEMP, "i32" if compare else "i64", slot)

    def with_constant64(self, op: str, slot: int, a: int, bits: int) -> bool:
        """Emits the form with an immediate if there is one."""
        if op in _SHIFTS:
            count = bits & 63
            if op == "rotr":
                op, count = "rotl", -count & 63
            if count == 0:
                self.emit("mov64", a=slot, b=a)
            else:
                self.emit(f"i64.{op}.i", a=slot, b=a, c=count)
            return True
        if op in ("add", "and") and bits < 65536:
            self.emit(f"i64.{op}.i", a=slot, b=a, c=bits)
            return True
        if op == "sub":
            op, bits = "add", -bits & 0xFFFFFFFFFFFFFFFF
        if op in ("add", "mul", "and", "xor"):
            low, high = bits & 0xFFFFFFFF, bits >> 32
            self.emit(f"i64.{op}.w", a=slot, b=a, d=low & 0xFFFF, n=low >> 16, imm=high)
            return True
        if op in ("eq", "ne") and bits == 0:
            self.emit("i64.eqz", a=slot, b=a)
            if op == "ne":
                self.emit("i32.eqz", a=slot, b=slot)
            return True
        return False
