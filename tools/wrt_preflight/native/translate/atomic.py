"""Atomic instructions (threads proposal)."""

from __future__ import annotations

import re

from . import record
from .memory import Access
from .value import Value

_OPERATIONS = ("add", "sub", "and", "or", "xor")


class Atomic(Access):
    """One hart, and threads only switch at calls and yields: a plain sequence is atomic."""

    def do_atomic_fence(self, order: int) -> None:
        pass

    def atomic(self, name: str, memarg: tuple[int, int, int]) -> None:
        """A load, a store, or an instruction that does both."""
        kind, _, operation = name.partition(".atomic.")
        match = re.fullmatch(r"(load|store|rmw)(\d*)(?:\.(\w+?))?(?:_u)?", operation)
        verb, width, op = match.groups()
        bits = int(width or kind[1:])
        if verb == "load":
            pointer = self.aligned(self.stack.pop(), memarg, bits // 8)
            self.load_atomic(kind, bits, pointer, memarg)
        elif verb == "store":
            value = self.pop()
            pointer = self.aligned(self.stack.pop(), memarg, bits // 8)
            self.store_atomic(kind, bits, value, pointer, memarg)
        else:
            self.read_modify_write(kind, bits, op, memarg)

    def read_modify_write(self, kind: str, bits: int, op: str, memarg: tuple) -> None:
        """Load the old value, compute, store; the old value is the result."""
        operand = self.pop()
        expected = self.pop() if op == "cmpxchg" else None
        pointer = self.aligned(self.stack.pop(), memarg, bits // 8)
        self.load_atomic(kind, bits, pointer, memarg)
        old, new = self.stack[-1].ir, operand
        if op == "cmpxchg":
            if bits < int(kind[1:]):
                expected = self.define(f"and {kind} {expected}, {(1 << bits) - 1}")
            same = self.define(f"icmp eq {kind} {old}, {expected}")
            new = self.define(f"select i1 {same}, {kind} {operand}, {kind} {old}")
        elif op in _OPERATIONS:
            new = self.define(f"{op} {kind} {old}, {operand}")
        self.store_atomic(kind, bits, new, pointer, memarg)

    def load_atomic(self, kind: str, bits: int, pointer: str, memarg: tuple) -> None:
        """Pushes what stands at an aligned address."""
        tag = self.memory_tag(self.instance.memories[memarg[1]])
        value = self.load(f"i{bits}", pointer, tag, align=self.alignment(bits))
        if bits < int(kind[1:]):
            value = self.define(f"zext i{bits} {value} to {kind}")
        self.push(kind, value)

    def store_atomic(self, kind: str, bits: int, value: str, pointer: str, memarg: tuple) -> None:
        tag = self.memory_tag(self.instance.memories[memarg[1]])
        if bits < int(kind[1:]):
            value = self.define(f"trunc {kind} {value} to i{bits}")
        self.store(f"i{bits}", value, pointer, tag, align=self.alignment(bits))

    def alignment(self, bits: int) -> int:
        """Memories start at multiples of 4 at least; so do aligned accesses in them."""
        return min(bits // 8, 4)

    def aligned(self, operand: Value, memarg: tuple[int, int, int], width: int) -> str:
        """Like `address`, with the alignment trap of atomic accesses before it."""
        if width > 1:
            memory = self.instance.memories[memarg[1]]
            form = "i64" if self.context.memory64(memory) else "i32"
            index = self.ir(operand)
            place = index
            if memarg[2] % width:
                place = self.define(f"add {form} {index}, {memarg[2] % width}")
            low = self.define(f"and {form} {place}, {width - 1}")
            self.trap_if(self.define(f"icmp ne {form} {low}, 0"), "unaligned_atomic")
            operand = operand._replace(ir=index)
        return self.address(operand, memarg, width)

    # ------------------------------------------------------------ waiting
    def do_memory_atomic_wait32(self, memarg: tuple) -> None:
        self.built_in(record.WAIT32, memarg, 4, ("i32", "i64"))

    def do_memory_atomic_wait64(self, memarg: tuple) -> None:
        self.built_in(record.WAIT64, memarg, 8, ("i64", "i64"))

    def do_memory_atomic_notify(self, memarg: tuple) -> None:
        self.built_in(record.NOTIFY, memarg, 4, ("i32",))

    def built_in(self, number: int, memarg: tuple, width: int, types: tuple[str, ...]) -> None:
        """A host function of the runtime; its arguments: the memory's index, the address, which
        is checked here, and the instruction's other operands. width: bytes it looks at."""
        operands = self.pop_all(types)
        operand = self.stack.pop()
        pointer = self.aligned(operand, memarg, width)
        memory = self.instance.memories[memarg[1]]
        start, form = self.memory_base(memory), self.forms.pointer
        ends = [self.define(f"ptrtoint ptr {at} to {form}") for at in (pointer, start)]
        address = self.define(f"sub {form} {ends[0]}, {ends[1]}")
        if form == "i64":
            address = self.define(f"trunc i64 {address} to i32")
        arguments = [("i32", str(memory)), ("i32", address), *zip(types, operands, strict=True)]
        (result,) = self.leave_for_host(number, arguments, ("i32",))
        self.push("i32", result)
