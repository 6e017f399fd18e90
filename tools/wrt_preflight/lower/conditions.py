"""Conditions: comparisons and what else fuses with the branch that needs it."""

from __future__ import annotations

from ..ops.row import COMPARISONS, NEGATED, SWAPPED
from .body import Body
from .ir import Ins, Label
from .stack import NEAR, TEMP, Value


class Conditions(Body):
    """A condition is taken back if it is the last instruction emitted, and becomes a branch."""

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
