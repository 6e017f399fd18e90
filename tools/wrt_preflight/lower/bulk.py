"""Memories and tables as a whole: size, grow, copy, fill, init, drop; and table elements."""

from __future__ import annotations

from ..wasm.types import slots
from .access import Access
from .cold import Cold
from .stack import TEMP


class Bulk(Access, Cold):
    """Segments are hidden memories and tables: init is a copy. All of these are cold."""

    def slow_three(self, name: str, wides: tuple[bool, bool, bool], imm: int) -> None:
        """An instruction with three operands and no result. wides: which of them are 64-bit
        addresses or counts."""
        values = [self.pop() for _ in range(3)][::-1]
        at = self.depth()
        places = []
        for value, wide in zip(values, wides, strict=True):
            places.append(self.register(self.index32(value, at, wide), at))
            at += slots(value.type)
        self.slow(name, b=places[0], c=places[1], d=places[2], imm=imm)

    def slow_size(self, name: str, wide: bool, index: int) -> None:
        slot = self.depth()
        self.slow(name, a=slot, imm=index)
        self.size_result(wide, slot)

    def slow_copy(self, name: str, wides: tuple[bool, bool], target: int, source: int) -> None:
        """A copy between two memories or tables; a count is as wide as the narrower address."""
        wide_target, wide_source = wides
        wides = wide_target, wide_source, wide_target and wide_source
        self.slow_three(name, wides, target | source << 16)

    def size_result(self, wide: bool, slot: int) -> None:
        """Pushes a size, or -1, that a cold instruction left in one word."""
        if wide:
            self.emit("i64.extend_i32_s", a=slot, b=slot)
        self.push(TEMP, "i64" if wide else "i32", slot)

    # ------------------------------------------------------------ memories
    def do_memory_size(self, memory: int) -> None:
        index = self.instance.memories[memory]
        self.slow_size("memory.size", self.context.memory64(index), index)

    def do_memory_grow(self, memory: int) -> None:
        index = self.instance.memories[memory]
        wide = self.context.memory64(index)
        b = self.index_register(wide)
        slot = self.depth()
        self.slow("memory.grow", a=slot, b=b, imm=index)
        self.size_result(wide, slot)

    def do_memory_fill(self, memory: int) -> None:
        index = self.instance.memories[memory]
        wide = self.context.memory64(index)
        self.slow_three("memory.fill", (wide, False, wide), index)

    def do_memory_copy(self, to: int, of: int) -> None:
        target, source = self.instance.memories[to], self.instance.memories[of]
        wides = self.context.memory64(target), self.context.memory64(source)
        self.slow_copy("memory.copy", wides, target, source)

    def do_memory_init(self, segment: int, memory: int) -> None:
        index = self.instance.memories[memory]
        source = self.context.data_index(self.instance.datas[segment])
        self.slow_copy("memory.copy", (self.context.memory64(index), False), index, source)

    def do_data_drop(self, segment: int) -> None:
        self.slow("data.drop", imm=self.context.data_index(self.instance.datas[segment]))

    # ------------------------------------------------------------ tables
    def do_table_size(self, table: int) -> None:
        index = self.instance.tables[table]
        self.slow_size("table.size", self.context.table64(index), index)

    def do_table_grow(self, table: int) -> None:
        index = self.instance.tables[table]
        wide = self.context.table64(index)
        delta, value = self.pop(), self.pop()
        slot = self.depth()
        b = self.register(value, slot)
        c = self.register(self.index32(delta, slot + 2, wide), slot + 2)
        self.slow("table.grow", a=slot, b=b, c=c, imm=index)
        self.size_result(wide, slot)

    def do_table_fill(self, table: int) -> None:
        index = self.instance.tables[table]
        wide = self.context.table64(index)
        self.slow_three("table.fill", (wide, False, wide), index)

    def do_table_copy(self, to: int, of: int) -> None:
        target, source = self.instance.tables[to], self.instance.tables[of]
        wides = self.context.table64(target), self.context.table64(source)
        self.slow_copy("table.copy", wides, target, source)

    def do_table_init(self, segment: int, table: int) -> None:
        index = self.instance.tables[table]
        source = self.context.element_index(self.instance.elements[segment])
        self.slow_copy("table.copy", (self.context.table64(index), False), index, source)

    def do_elem_drop(self, segment: int) -> None:
        self.slow("elem.drop", imm=self.context.element_index(self.instance.elements[segment]))

    def do_table_get(self, table: int) -> None:
        index = self.instance.tables[table]
        b = self.index_register(self.context.table64(index))
        slot = self.push_temp(self.context.element_type(index))
        self.slow("table.get", a=slot, b=b, imm=index)

    def do_table_set(self, table: int) -> None:
        index = self.instance.tables[table]
        value, position = self.pop(), self.pop()
        slot = self.depth()
        c = self.register(value, slot + 2)
        b = self.register(self.index32(position, slot, self.context.table64(index)), slot)
        self.slow("table.set", b=b, c=c, imm=index)
