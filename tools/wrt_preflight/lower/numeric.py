"""Numeric instructions: constants folded into operands, comparisons ready to become branches."""

from __future__ import annotations

from ..ops.cold import number
from ..ops.machine import COMPARISONS, NEGATED, SWAPPED
from ..wasm.types import slots
from .ir import Ins, Label
from .stack import CONST, NEAR, TEMP, OperandStack, Value

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


class Numeric(OperandStack):
    """cold: the numeric instructions that run cold, as interp.numeric.INSTRUCTIONS."""

    cold: dict[str, tuple[str, int, tuple[str, ...], tuple[str, ...]]]
    features: set[str]

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
        elif name in self.cold:
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

    def slow_numeric(self, name: str, params: tuple[str, ...], results: tuple[str, ...]) -> None:
        class_name, index = self.cold[name][:2]
        self.features.add(class_name)
        values = [self.pop() for _ in params][::-1]
        slot = self.depth()
        fields, kinds = {}, ["M" if len(results) > 1 else "W" if slots(results[0]) == 2 else "w"]
        if len(params) > 3:
            for value in values:
                self.stack.append(value)
            fields["b"] = self.settle_top(len(params))
            del self.stack[-len(params) :]
            kinds.append("Q")
        else:
            at = slot
            for field, value in zip("bcd", values):
                fields[field] = self.register(value, at)
                at += slots(value.type)
                kinds.append("R" if slots(value.type) == 2 else "r")
        self.emit("slow", a=slot, n=number(class_name, index), kinds="".join(kinds), **fields)
        for result in results:
            self.push_temp(result)

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

    # ------------------------------------------------------------ conditions
    def eqz(self, kind: str) -> None:
        value = self.pop()
        slot = self.depth()
        compare = self.produced(value) if kind == "i32" else None
        if compare is not None and self.negate(compare):
            pass
        else:
            self.emit(f"{kind}.eqz", a=slot, b=self.register(value, slot))
        self.push(TEMP, "i32", slot)

    @staticmethod
    def negate(compare: Ins) -> bool:
        """Turns a comparison into its opposite; False if the instruction is none."""
        kind, _, op = compare.op.partition(".")
        op, _, form = op.partition(".")
        if op not in COMPARISONS or kind not in ("i32", "i64"):
            return False
        op = NEGATED[op]
        if not form and op[:2] in ("gt", "ge"):
            op = SWAPPED[op]
            compare.b, compare.c = compare.c, compare.b
        compare.op = f"{kind}.{op}.{form}" if form else f"{kind}.{op}"
        return True

    def take_condition(self) -> Ins | Value:
        """Pops a condition: the comparison that computes it, taken back, or its value."""
        value = self.pop()
        producer = self.produced(value)
        if producer is not None and self.branch_form(producer):
            return self.code.pop()
        return value

    @staticmethod
    def branch_form(ins: Ins) -> bool:
        kind, _, op = ins.op.partition(".")
        op = op.partition(".")[0]
        return kind in ("i32", "i64") and (op in COMPARISONS or op == "eqz")

    def branch(self, condition: Ins | Value, negate: bool, label: Label) -> None:
        """Goes to the label if the condition holds (does not hold, with negate)."""
        if isinstance(condition, Value):
            slot = self.register(condition, self.depth())
            if not negate and self.count_down(slot, label):
                return
            if self.test_bits(condition, negate, label):
                return
            self.emit("br_z" if negate else "br_nz", a=slot, label=label)
            return
        kind, op, *form = condition.op.split(".")
        if op == "eqz":
            name = ("br_z", "br_nz") if kind == "i32" else ("br_i64.z", "br_i64.nz")
            self.emit(name[negate], a=condition.b, label=label)
            return
        if negate:
            self.negate(condition)
            op = condition.op.split(".")[1]
        if kind == "i32" and self.count_up(condition, op, form, label):
            return
        a, b, name = condition.b, condition.c, f"br_{kind}.{op}"
        if not form:
            self.emit(name, a=a, b=b, label=label)
        elif form == ["i"] and condition.c < 256:
            self.emit(f"{name}.i", a=a, b=condition.c, label=label)
        else:
            imm = condition.c if form == ["i"] else condition.imm
            self.emit(f"{name}.w", a=a, imm=imm, label=label)

    def test_bits(self, condition: Value, negate: bool, label: Label) -> bool:
        """A branch on some low bits of a slot, if masking them was the last thing emitted."""
        mask = self.produced(condition)
        if mask is None or mask.op != "i32.and.i" or mask.c > 255:
            return False
        self.code.pop()
        self.emit("br_and_z" if negate else "br_and_nz", a=mask.b, b=mask.c, label=label)
        return True

    # Loops end in "add a constant to a local, compare it, branch": one instruction.
    def count_down(self, slot: int, label: Label) -> bool:
        last = self.last()
        if last is None or last.op != "i32.sub.i" or last.a != slot or last.b != slot:
            return False
        if last.c > 255 or slot >= NEAR:
            return False
        self.code.pop()
        self.emit("br_sub_nz", a=slot, b=last.c, label=label)
        return True

    def count_up(self, compare: Ins, op: str, form: list[str], label: Label) -> bool:
        last, slot = self.last(), compare.b
        if last is None or last.op != "i32.add.i" or last.a != slot or last.b != slot:
            return False
        if slot >= NEAR or op not in ("ne", "lt_s", "lt_u"):
            return False
        if form:
            if last.c > 255:
                return False
            limit = compare.c if form == ["i"] else compare.imm
            self.code.pop()
            self.emit(f"br_add_{op}.w", a=slot, b=last.c, imm=limit, label=label)
        elif compare.c != slot:
            self.code.pop()
            self.emit(f"br_add_{op}", a=slot, b=compare.c, d=last.c, label=label)
        else:
            return False
        return True
