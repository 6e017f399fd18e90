"""The operand stack at compile time: values that are not computed until something needs them.

A value is a constant, a local, or a temporary. A temporary always sits in its canonical slot:
the slot it has if every value below it takes its place. Where control flow joins, everything
does, so both sides agree without a word.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import LimitError
from ..wasm.types import ValType, slots
from .ir import Ins, Label

CONST, LOCAL, TEMP = "const", "local", "temp"
MAX_SLOTS = 16383
NEAR = 255  # the last slot that an 8-bit field reaches


@dataclass(slots=True, frozen=True)
class Value:
    """place: the bits of a constant, or the slot of a local or temporary.

    An i32 in a slot may stand for (slot << shift) + addend, modulo 2^32: addresses mostly do, and
    loads and stores take them as they are. bound: the largest value the slot can have.
    """

    kind: str
    type: ValType
    place: int
    shift: int = 0
    addend: int = 0
    bound: int = 0xFFFFFFFF

    @property
    def pending(self) -> bool:
        """Whether there is still something to compute."""
        return self.shift != 0 or self.addend != 0

    @property
    def settled(self) -> bool:
        return self.kind == TEMP and not self.pending


class OperandStack:
    """Emits register code while it tracks where the operands are."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.top = base
        self.stack: list[Value] = []
        self.code: list[Ins] = []
        self.source: int | None = None
        self._barrier = 0
        # Constants that loops need in slots: collected a loop at a time, and where they are.
        self.loops = 0
        self.loop_constants: list[list[tuple[ValType, int]]] = []
        self.constant_slots: dict[tuple[ValType, int], int] = {}

    # ------------------------------------------------------------ code
    def emit(self, op: str, **fields) -> Ins:
        ins = Ins(op, source=self.source, **fields)
        self.code.append(ins)
        return ins

    def mark(self, label: Label) -> None:
        """The next instruction is a branch target: nothing before it may be changed any more."""
        label.position = self._barrier = len(self.code)

    def last(self) -> Ins | None:
        """The instruction just emitted, if it may still be changed."""
        return self.code[-1] if len(self.code) > self._barrier else None

    def reserve(self, end: int) -> None:
        """Slots below `end` are used by this frame."""
        if end > MAX_SLOTS:
            raise LimitError(
                f"a frame needs {end} slots of 4 bytes, "
                f"more than the {MAX_SLOTS} that instructions can address",
                hint="split the function, or give it fewer locals",
            )
        self.top = max(self.top, end)

    # ------------------------------------------------------------ values
    def depth(self, count: int | None = None) -> int:
        """Canonical slot of stack entry `count` (of the next value, by default)."""
        slot = self.base
        for value in self.stack if count is None else self.stack[:count]:
            slot += slots(value.type)
        self.reserve(slot + 8)
        return slot

    def push(self, kind: str, type: ValType, place: int, bound: int = 0xFFFFFFFF) -> None:
        self.stack.append(Value(kind, type, place, bound=bound))

    def push_temp(self, type: ValType) -> int:
        """A new temporary on the stack; returns its slot."""
        slot = self.depth()
        self.push(TEMP, type, slot)
        return slot

    def pop(self) -> Value:
        return self.stack.pop()

    def constant(self, value: Value, slot: int) -> None:
        """Writes a constant to a slot."""
        bits = value.place
        if slots(value.type) == 1:
            self.emit("const" if bits < 65536 else "const32", **self._constant32(bits), a=slot)
        elif bits < 65536:
            self.emit("const64", a=slot, c=bits)
        else:
            low = bits & 0xFFFFFFFF
            self.emit("const64.w", a=slot, d=low & 0xFFFF, n=low >> 16, imm=bits >> 32)

    @staticmethod
    def _constant32(bits: int) -> dict[str, int]:
        return {"c": bits} if bits < 65536 else {"imm": bits}

    def register(self, value: Value, slot: int) -> int:
        """A slot that holds the value; `slot` is used if it has to be computed."""
        if value.kind != CONST and not value.pending:
            return value.place
        if value.kind == CONST and self.loops and isinstance(value.type, str):
            key = value.type, value.place
            if key in self.constant_slots:
                return self.constant_slots[key]
            if key not in self.loop_constants[-1]:
                self.loop_constants[-1].append(key)
        self.reserve(slot + 2)
        self.move(value, slot)
        return slot

    def move(self, value: Value, slot: int) -> None:
        """Puts a value into a slot."""
        if value.kind == CONST:
            self.constant(value, slot)
        elif value.pending:
            self.compute(value, slot)
        elif value.place != slot:
            self.emit("mov" if slots(value.type) == 1 else "mov64", a=slot, b=value.place)

    def compute(self, value: Value, slot: int) -> None:
        """(place << shift) + addend into a slot."""
        source, addend = value.place, value.addend
        if value.shift:
            self.emit("i32.shl.i", a=slot, b=source, c=value.shift)
            source = slot
        if not addend:
            return
        if addend < 65536:
            self.emit("i32.add.i", a=slot, b=source, c=addend)
        elif addend > 0xFFFF0000:
            self.emit("i32.sub.i", a=slot, b=source, c=0x100000000 - addend)
        else:
            self.emit("i32.add.w", a=slot, b=source, imm=addend)

    def settle(self, index: int) -> None:
        """Puts stack entry `index` into its canonical slot."""
        value = self.stack[index]
        if not value.settled:
            slot = self.depth(index)
            self.move(value, slot)
            self.stack[index] = Value(TEMP, value.type, slot)

    def settle_top(self, count: int) -> int:
        """Settles the upper `count` entries; returns the slot of the first."""
        first = len(self.stack) - count
        for index in range(first, len(self.stack)):
            self.settle(index)
        return self.depth(first)

    def settle_locals(self) -> None:
        """Before control flow: no entry may depend on a local that could change meanwhile."""
        for index, value in enumerate(self.stack):
            if value.kind == LOCAL or value.pending:
                self.settle(index)

    def produced(self, value: Value) -> Ins | None:
        """The instruction just emitted, if all it does is compute this (popped) temporary."""
        last = self.last()
        if not value.settled or last is None or last.destination != value.place:
            return None
        # A pair cut down to its low word is not what the instruction computes.
        return last if (last.kind("a") == "W") == (slots(value.type) == 2) else None

    def set_local(self, slot: int, value: Value) -> None:
        """Assigns a (popped) value to a local's slot."""
        producer = self.produced(value)
        if producer is not None:
            self.code.pop()
        for index, entry in enumerate(self.stack):
            if entry.kind == LOCAL and entry.place == slot:
                self.settle(index)
        if producer is None:
            self.move(value, slot)
        else:
            producer.a = slot
            self.code.append(producer)
