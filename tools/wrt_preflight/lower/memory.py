"""Memory, table, global and atomic instructions."""

from __future__ import annotations

import re

from ..ops.cold import find, number
from ..ops.machine import BY_NAME
from ..wasm.types import slots
from .ir import Label
from .numeric import Numeric
from .stack import CONST, TEMP, Value

_WIDTHS = {"8": 1, "16": 2, "32": 4}
WAIT32, WAIT64, NOTIFY = 0x8000, 0x8001, 0x8002
_BUILTINS = {
    "memory.atomic.wait32": WAIT32,
    "memory.atomic.wait64": WAIT64,
    "memory.atomic.notify": NOTIFY,
}


def access_width(name: str) -> int:
    """Bytes that a load or store touches."""
    match = re.search(r"(?:load|store|rmw)(\d+)", name)
    if match:
        return _WIDTHS[match[1]]
    return 8 if name[1:3] == "64" else 4


class Memory(Numeric):
    """context: what the store says (lower/context.py); instance: whose code this is."""

    # ------------------------------------------------------------ addresses
    def index32(self, value: Value, slot: int, wide: bool) -> Value:
        """An address, index or count as 32 bits; a 64-bit one that does not fit becomes 2^32-1,
        which no memory or table contains."""
        if not wide:
            return value
        if value.kind == CONST:
            return Value(CONST, "i32", min(value.place, 0xFFFFFFFF))
        self.emit("i64.saturate", a=slot, b=value.place)
        return Value(TEMP, "i32", slot)

    def select_memory(self, index: int) -> None:
        """Makes memory `index` (store-wide) the one that loads and stores use."""
        if self.context.many_memories and self.current_memory != index:
            self.emit("memory.select", c=index)
            self.current_memory = index

    def effective(self, address: Value, memarg: tuple, width: int, slot: int) -> tuple[int, int]:
        """(slot of the address, immediate c) of an access; the immediate is offset + width where
        the memory's minimum proves that this is in bounds for address 0."""
        _, memory, offset = memarg
        index = self.instance.memories[memory]
        address = self.index32(address, slot, self.context.memory64(index))
        self.select_memory(index)
        end = offset + width
        if end <= self.context.minimum_length(index) and end < 65536:
            return self.register(address, slot), end
        source = self.register(address, slot)
        if end > 0xFFFFFFFF:
            self.emit("memory.address", a=slot, b=source, c=0, imm=0xFFFFFFFF)
            self.emit("trap", c=self.context.OUT_OF_BOUNDS)
        else:
            self.emit("memory.address", a=slot, b=source, c=width, imm=end)
        return slot, width

    def folded(self, name: str, address: Value, memarg: tuple) -> dict[str, int | str] | None:
        """The form of a load or store that computes its address itself, if there is one: `.a`
        adds a constant, `.x4` scales by 4 and adds, both modulo 2^32."""
        _, memory, offset = memarg
        index = self.instance.memories[memory]
        if address.kind == CONST or not address.pending or self.context.memory64(index):
            return None
        width, least = access_width(name), self.context.minimum_length(index)
        constant = address.addend
        if (address.bound << address.shift) + constant <= 0xFFFFFFFF:
            constant += offset  # it cannot wrap: the offset may be added first
            if not address.shift and constant + width <= min(least, 65535):
                return dict(op=name, b=address.place, c=constant + width)
        elif offset:
            return None
        form = {0: f"{name}.a", 2: f"{name}.x4"}.get(address.shift)
        if form in BY_NAME and constant < 65536 and width <= least:
            return dict(op=form, b=address.place, c=constant)
        return None

    def load(self, name: str, memarg: tuple, result: str) -> None:
        name, address = self._integer(name), self.pop()
        slot = self.depth()
        fields = self.folded(name, address, memarg) or self.summed(name, address, memarg)
        if fields:
            self.select_memory(self.instance.memories[memarg[1]])
            self.emit(a=slot, **fields)
        else:
            b, c = self.effective(address, memarg, access_width(name), slot)
            self.emit(name, a=slot, b=b, c=c)
        bound = {"i32.load8_u": 255, "i32.load16_u": 65535}.get(name, 0xFFFFFFFF)
        self.push(TEMP, result, slot, bound)

    def summed(self, name: str, address: Value, memarg: tuple) -> dict[str, int | str] | None:
        """A load at the sum of two slots, if the addition was the last thing emitted."""
        index = self.instance.memories[memarg[1]]
        producer = self.produced(address)
        if producer is None or producer.op != "i32.add" or f"{name}.rr" not in BY_NAME:
            return None
        if memarg[2] or self.context.minimum_length(index) < 8 or self.context.memory64(index):
            return None
        self.code.pop()
        return dict(op=f"{name}.rr", b=producer.b, c=producer.c)

    def store(self, name: str, memarg: tuple) -> None:
        name = self._integer_store(name)
        value, address = self.pop(), self.pop()
        slot = self.depth()
        a = self.register(value, slot + slots(address.type))
        fields = self.folded(name, address, memarg)
        if fields:
            self.select_memory(self.instance.memories[memarg[1]])
            self.emit(a=a, **fields)
        else:
            b, c = self.effective(address, memarg, access_width(name), slot)
            self.emit(name, a=a, b=b, c=c)

    @staticmethod
    def _integer(name: str) -> str:
        """Floats load and store as the integers with their bits."""
        return name.replace("f32.", "i32.").replace("f64.", "i64.")

    def _integer_store(self, name: str) -> str:
        name = self._integer(name)
        return {
            "i64.store8": "i32.store8",
            "i64.store16": "i32.store16",
            "i64.store32": "i32.store",
        }.get(name, name)

    # ------------------------------------------------------------ atomics
    # One hart, and threads only switch at jumps and calls: a plain sequence is atomic.
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

    def atomic(self, name: str, immediates: tuple, results: tuple[str, ...]) -> None:
        if name == "atomic.fence":
            return
        if name in _BUILTINS:
            self.wait_or_notify(name, immediates[0])
            return
        kind, _, operation = name.partition(".atomic.")
        if operation.startswith("load"):
            self.atomic_load(kind, operation, immediates[0])
        elif operation.startswith("store"):
            self.atomic_store(kind, operation, immediates[0])
        else:
            self.read_modify_write(kind, operation, immediates[0])

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
        self.emit(self._integer_store(name), a=a, b=b, c=c)

    def read_modify_write(self, kind: str, operation: str, memarg: tuple) -> None:
        """Load the old value, compute, store; the old value is the result."""
        width_text, op = re.fullmatch(r"rmw(\d*)\.(\w+?)(?:_u)?", operation).groups()
        load = f"{kind}.load{width_text}_u" if width_text else f"{kind}.load"
        store = self._integer_store(f"{kind}.store{width_text}")
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

    def wait_or_notify(self, name: str, memarg: tuple) -> None:
        """A runtime built-in: (memory index, checked address, the other operands)."""
        operands = [self.pop() for _ in range(1 if name.endswith("notify") else 2)][::-1]
        address = self.pop()
        slot = self.depth()
        self.reserve(slot + 18)
        for i, operand in enumerate(operands):
            self.move(operand, slot + 8 + 2 * i)
        width = 8 if name.endswith("wait64") else 4
        b, c = self.aligned(address, memarg, width, slot)
        self.emit("i32.load", a=slot + 14, b=b, c=c)  # only for its bounds trap
        self.emit("i32.add.w", a=slot + 1, b=b, imm=c - width)
        self.emit("const", a=slot, c=self.instance.memories[memarg[1]])
        at = slot + 2
        for i, operand in enumerate(operands):
            self.move(Value(TEMP, operand.type, slot + 8 + 2 * i), at)
            at += slots(operand.type)
        self.emit("host", c=slot, d=_BUILTINS[name])
        self.push(TEMP, "i32", slot)

    # ------------------------------------------------------------ bulk and tables
    def slow(self, name: str, **fields: int) -> None:
        class_name, index, kinds = find(name)
        self.features.add(class_name)
        self.emit("slow", n=number(class_name, index), kinds=kinds, **fields)

    def slow_three(self, name: str, wides: tuple[bool, bool, bool], imm: int) -> None:
        """An instruction with three operands and no result."""
        values = [self.pop() for _ in range(3)][::-1]
        at = self.depth()
        places = []
        for value, wide in zip(values, wides):
            places.append(self.register(self.index32(value, at, wide), at))
            at += slots(value.type)
        self.slow(name, b=places[0], c=places[1], d=places[2], imm=imm)

    def size_result(self, wide: bool, slot: int) -> None:
        if wide:
            self.emit("i64.extend_i32_s", a=slot, b=slot)
        self.push(TEMP, "i64" if wide else "i32", slot)

    def bulk(self, name: str, immediates: tuple) -> None:
        """memory.* and table.* instructions other than loads and stores."""
        context, instance = self.context, self.instance
        if name in ("memory.size", "memory.grow", "memory.fill"):
            index = instance.memories[immediates[0]]
            wide = context.memory64(index)
            if name == "memory.fill":
                self.slow_three(name, (wide, False, wide), index)
                return
            self.size_or_grow(name, wide, index)
        elif name == "memory.copy":
            target, source = (instance.memories[i] for i in immediates)
            wide_target, wide_source = context.memory64(target), context.memory64(source)
            wides = (wide_target, wide_source, wide_target and wide_source)
            self.slow_three(name, wides, target | source << 16)
        elif name == "memory.init":
            index = instance.memories[immediates[1]]
            source = context.data_index(instance.datas[immediates[0]])
            self.slow_three(
                "memory.copy", (context.memory64(index), False, False), index | source << 16
            )
        elif name == "data.drop":
            self.slow(name, imm=context.data_index(instance.datas[immediates[0]]))
        elif name == "elem.drop":
            self.slow(name, imm=context.element_index(instance.elements[immediates[0]]))
        else:
            self.table(name, immediates)

    def size_or_grow(self, name: str, wide: bool, index: int) -> None:
        if name.endswith("size"):
            slot = self.depth()
            self.slow(name, a=slot, imm=index)
        else:
            delta = self.pop()
            slot = self.depth()
            b = self.register(self.index32(delta, slot, wide), slot)
            self.slow(name, a=slot, b=b, imm=index)
        self.size_result(wide, slot)

    def table(self, name: str, immediates: tuple) -> None:
        context, instance = self.context, self.instance
        if name == "table.init":
            index = instance.tables[immediates[1]]
            source = context.element_index(instance.elements[immediates[0]])
            self.slow_three(
                "table.copy", (context.table64(index), False, False), index | source << 16
            )
            return
        index = instance.tables[immediates[0]]
        wide = context.table64(index)
        if name == "table.copy":
            source = instance.tables[immediates[1]]
            wide_source = context.table64(source)
            self.slow_three(name, (wide, wide_source, wide and wide_source), index | source << 16)
        elif name == "table.fill":
            self.slow_three(name, (wide, False, wide), index)
        elif name == "table.size":
            self.size_or_grow(name, wide, index)
        elif name == "table.grow":
            delta, value = self.pop(), self.pop()
            slot = self.depth()
            b = self.register(value, slot)
            c = self.register(self.index32(delta, slot + 2, wide), slot + 2)
            self.slow(name, a=slot, b=b, c=c, imm=index)
            self.size_result(wide, slot)
        elif name == "table.get":
            position = self.pop()
            slot = self.depth()
            b = self.register(self.index32(position, slot, wide), slot)
            self.slow(name, a=slot, b=b, imm=index)
            self.push(TEMP, context.element_type(index), slot)
        else:
            value, position = self.pop(), self.pop()
            slot = self.depth()
            c = self.register(value, slot + 2)
            b = self.register(self.index32(position, slot, wide), slot)
            self.slow("table.set", b=b, c=c, imm=index)

    # ------------------------------------------------------------ globals
    def global_get(self, index: int) -> None:
        item = self.context.store.globals[self.instance.globals[index]]
        slot = self.push_temp(item.type.value)
        wide = slots(item.type.value) == 2
        self.emit("global.get64" if wide else "global.get", a=slot, c=item.word)

    def global_set(self, index: int) -> None:
        item = self.context.store.globals[self.instance.globals[index]]
        value = self.pop()
        source = self.register(value, self.depth())
        wide = slots(item.type.value) == 2
        self.emit("global.set64" if wide else "global.set", a=source, c=item.word)
