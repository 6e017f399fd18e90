"""Loads and stores."""

from __future__ import annotations

import re

from ..ops.machine import BY_NAME
from ..ops.traps import TRAPS
from ..wasm.types import slots
from .body import Body
from .stack import CONST, TEMP, Value

MAX_U32 = 0xFFFFFFFF


def access_width(name: str) -> int:
    """Bytes that a load or store touches."""
    match = re.search(r"(?:load|store)(\d+)", name)
    if match:
        return int(match[1]) // 8
    return 8 if name[1:3] == "64" else 4


def _integer(name: str) -> str:
    """Floats load and store as the integers with their bits."""
    return name.replace("f32.", "i32.").replace("f64.", "i64.")


def integer_store(name: str) -> str:
    """The row for a store: what is narrower than 64 bits needs only the low word."""
    name = _integer(name)
    narrow = {"i64.store8": "i32.store8", "i64.store16": "i32.store16", "i64.store32": "i32.store"}
    return narrow.get(name, name)


class Access(Body):
    """Where the address lies in bounds for sure, is checked by the access, or before it."""

    def index32(self, value: Value, slot: int, wide: bool) -> Value:
        """An address, index or count as 32 bits; a 64-bit one that does not fit becomes 2^32-1,
        which no memory or table contains."""
        if not wide:
            return value
        if value.kind == CONST:
            return Value(CONST, "i32", min(value.place, MAX_U32))
        self.emit("i64.saturate", a=slot, b=value.place)
        return Value(TEMP, "i32", slot)

    def index_register(self, wide: bool) -> int:
        """Pops an address, index or count; returns a slot that holds it as 32 bits."""
        value = self.pop()
        slot = self.depth()
        return self.register(self.index32(value, slot, wide), slot)

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
        if end > MAX_U32:
            self.emit("memory.address", a=slot, b=source, c=0, imm=MAX_U32)
            self.emit("trap", c=TRAPS["out_of_bounds_memory"])
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
        constant = address.addend + offset
        most = (address.bound << address.shift) + address.addend
        if most <= MAX_U32 and not address.shift and constant + width <= min(least, 65535):
            # What the slot holds cannot wrap, so the access may add all the rest as its offset.
            return dict(op=name, b=address.place, c=constant + width)
        if offset and most + offset > MAX_U32:
            return None  # the forms below would wrap where the offset must not
        form = {0: f"{name}.a", 2: f"{name}.x4"}.get(address.shift)
        if form in BY_NAME and constant < 65536 and width <= least:
            return dict(op=form, b=address.place, c=constant)
        return None

    def load(self, name: str, memarg: tuple, result: str) -> None:
        name, address = _integer(name), self.pop()
        slot = self.depth()
        fields = self.folded(name, address, memarg) or self.summed(name, address, memarg)
        if fields:
            self.select_memory(self.instance.memories[memarg[1]])
            self.emit(a=slot, **fields)
        else:
            b, c = self.effective(address, memarg, access_width(name), slot)
            self.emit(name, a=slot, b=b, c=c)
        bound = {"i32.load8_u": 255, "i32.load16_u": 65535}.get(name, MAX_U32)
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
        name = integer_store(name)
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
