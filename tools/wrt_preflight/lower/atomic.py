"""Atomic instructions (threads proposal)."""

from __future__ import annotations

import re

from ..wasm.types import slots
from .access import Access, access_width, integer_store
from .ir import Label
from .stack import TEMP, Value

# Host function numbers that are the runtime's own.
WAIT32, WAIT64, NOTIFY = 0x8000, 0x8001, 0x8002


class Atomic(Access):
    """One hart, and threads only switch at jumps and calls: a plain sequence is atomic."""

    def aligned(self, address: Value, memarg: tuple, width: int, slot: int) -> tuple[int, int]:
        """Like `effective`, with the alignment trap of atomic accesses before it."""
        offset = memarg[2]
        if width > 1:
            base = self.register(address, slot)
            address = Value(TEMP, address.type, base)
            if offset % width:
                self.reserve(slot + 14)
                self.emit("i32.add.w", a=slot + 12, b=base, imm=offset & 0xFFFFFFFF)
                base = slot + 12
            self.emit("memory.aligned", b=base, c=width - 1)
        return self.effective(address, memarg, width, slot)

    def atomic(self, name: str, memarg: tuple) -> None:
        """A load, a store, or an instruction that does both."""
        kind, _, operation = name.partition(".atomic.")
        if operation.startswith("load"):
            self.atomic_load(kind, operation, memarg)
        elif operation.startswith("store"):
            self.atomic_store(kind, operation, memarg)
        else:
            self.read_modify_write(kind, operation, memarg)

    def do_atomic_fence(self, order: int) -> None:
        pass

    def atomic_load(self, kind: str, operation: str, memarg: tuple) -> None:
        name = f"{kind}.{operation}"
        address = self.pop()
        slot = self.depth()
        b, c = self.aligned(address, memarg, access_width(name), slot)
        self.emit(name, a=slot, b=b, c=c)
        self.push(TEMP, kind, slot)

    def atomic_store(self, kind: str, operation: str, memarg: tuple) -> None:
        name = f"{kind}.{operation}"
        value, address = self.pop(), self.pop()
        slot = self.depth()
        a = self.register(value, slot + 4)
        b, c = self.aligned(address, memarg, access_width(name), slot)
        self.emit(integer_store(name), a=a, b=b, c=c)

    def read_modify_write(self, kind: str, operation: str, memarg: tuple) -> None:
        """Load the old value, compute, store; the old value is the result."""
        width_text, op = re.fullmatch(r"rmw(\d*)\.(\w+?)(?:_u)?", operation).groups()
        load = f"{kind}.load{width_text}_u" if width_text else f"{kind}.load"
        store = integer_store(f"{kind}.store{width_text}")
        width = access_width(load)
        value = self.pop()
        expected = self.pop() if op == "cmpxchg" else None
        address = self.pop()
        slot = self.depth()
        self.reserve(slot + 16)
        operand = self.register(value, slot + 4)
        compare = self.register(expected, slot + 6) if expected else None
        old, new = slot + 8, slot + 10
        b, c = self.aligned(address, memarg, width, slot)
        self.emit(load, a=old, b=b, c=c)
        if op == "cmpxchg":
            if width_text:
                compare = self.narrow(kind, width, compare, slot + 6)
            skip = Label()
            self.emit(f"br_{kind}.ne", a=old, b=compare, label=skip)
            self.emit(store, a=operand, b=b, c=c)
            self.mark(skip)
        elif op == "xchg":
            self.emit(store, a=operand, b=b, c=c)
        else:
            self.emit(f"{kind}.{op}", a=new, b=old, c=operand)
            self.emit(store, a=new, b=b, c=c)
        self.emit("mov" if kind == "i32" else "mov64", a=slot, b=old)
        self.push(TEMP, kind, slot)

    def narrow(self, kind: str, width: int, source: int, slot: int) -> int:
        """The low bytes of an integer, which is what a narrow compare-exchange expects."""
        if width == 4:
            self.emit("i64.extend_i32_u", a=slot, b=source)
        else:
            self.emit(f"{kind}.and.i", a=slot, b=source, c=(1 << 8 * width) - 1)
        return slot

    # ------------------------------------------------------------ waiting
    def do_memory_atomic_wait32(self, memarg: tuple) -> None:
        self.built_in(WAIT32, memarg, width=4, count=2)

    def do_memory_atomic_wait64(self, memarg: tuple) -> None:
        self.built_in(WAIT64, memarg, width=8, count=2)

    def do_memory_atomic_notify(self, memarg: tuple) -> None:
        self.built_in(NOTIFY, memarg, width=4, count=1)

    def built_in(self, host: int, memarg: tuple, width: int, count: int) -> None:
        """A host function of the runtime; its arguments: the memory's index, the address, which
        is checked here, and the instruction's other `count` operands. width: bytes it looks at."""
        operands = [self.pop() for _ in range(count)][::-1]
        address = self.pop()
        slot = self.depth()
        self.reserve(slot + 18)
        for i, operand in enumerate(operands):
            self.move(operand, slot + 8 + 2 * i)
        b, c = self.aligned(address, memarg, width, slot)
        self.emit("i32.load", a=slot + 14, b=b, c=c)  # only for its bounds trap
        self.emit("i32.add.w", a=slot + 1, b=b, imm=c - width)
        self.emit("const", a=slot, c=self.instance.memories[memarg[1]])
        at = slot + 2
        for i, operand in enumerate(operands):
            self.move(Value(TEMP, operand.type, slot + 8 + 2 * i), at)
            at += slots(operand.type)
        self.emit("host", c=slot, d=host)
        self.push(TEMP, "i32", slot)
