"""Memories as a whole: size, grow, copy, fill, init, drop."""

from __future__ import annotations

from . import record
from .memory import Access

_BOUNDS = "out_of_bounds_memory"


class Bulk(Access):
    """Data segments are hidden memories behind the others, so `init` is a copy."""

    def push_size(self, size: str, wide: bool) -> None:
        """A size or -1, as wide as addresses are."""
        if wide:
            self.push("i64", self.define(f"sext i32 {size} to i64"))
        else:
            self.push("i32", size)

    def do_memory_size(self, number: int) -> None:
        memory = self.instance.memories[number]
        self.push_size(self.pages(memory), self.context.memory64(memory))

    def pages(self, memory: int) -> str:
        """Pages that the guest sees: those of a memory that is shorter than declared, too."""
        facts = self.context.memories[memory]
        if facts.length == facts.capacity:
            return str(facts.declared >> facts.page_shift)
        words = record.MEMORY_WORDS
        declared = self.current(record.MEMORIES, memory, words, record.DECLARED)
        return self.define(f"lshr i32 {declared}, {facts.page_shift}")

    def do_memory_grow(self, number: int) -> None:
        memory = self.instance.memories[number]
        wide = self.context.memory64(memory)
        delta = self.index32(self.stack.pop(), wide)
        descriptor = self.field(record.MEMORIES, memory, record.MEMORY_WORDS, 0)
        function = self.module.support("memory_grow")
        size = self.define(f"call fastcc i32 {function}(ptr {descriptor}, i32 {delta})")
        self.forget_sizes()
        self.push_size(size, wide)

    def do_memory_fill(self, number: int) -> None:
        memory = self.instance.memories[number]
        wide = self.context.memory64(memory)
        count, value, start = (self.stack.pop() for _ in range(3))
        size, at = self.index32(count, wide), self.index32(start, wide)
        byte = self.define(f"trunc i32 {self.ir(value)} to i8")
        self.check_range(at, size, self.length(memory), _BOUNDS, memory)
        form = self.forms.pointer
        target = self.at(self.memory_base(memory), self.to_pointer(at), form)
        name = f"llvm.memset.p0.{form}"
        function = self.module.intrinsic(name, "void", "ptr", "i8", form, "i1 immarg")
        arguments = f"ptr {target}, i8 {byte}, {form} {self.to_pointer(size)}, i1 false"
        self.emit(f"call void {function}({arguments}), {self.memory_tag(memory)}")

    def do_memory_copy(self, to: int, of: int) -> None:
        target, source = self.instance.memories[to], self.instance.memories[of]
        self.copy_bytes(target, source, self.context.memory64(source), self.length(source))

    def do_memory_init(self, segment: int, number: int) -> None:
        source = self.context.data_index(self.instance.datas[segment])
        self.copy_bytes(self.instance.memories[number], source, False, self.drop_state(source))

    def copy_bytes(self, target: int, source: int, wide: bool, source_length: str) -> None:
        """wide: whether the source has 64-bit addresses; the count has if both have."""
        wide_target = self.context.memory64(target)
        count, start, end = (self.stack.pop() for _ in range(3))
        size = self.index32(count, wide and wide_target)
        of, to = self.index32(start, wide), self.index32(end, wide_target)
        self.check_range(to, size, self.length(target), _BOUNDS, target)
        self.check_range(of, size, source_length, _BOUNDS, target)
        form = self.forms.pointer
        destination = self.at(self.memory_base(target), self.to_pointer(to), form)
        origin = self.at(self.memory_base(source), self.to_pointer(of), form)
        self.move_bytes(destination, origin, self.to_pointer(size), target, source)

    def move_bytes(self, to: str, of: str, size: str, target: int, source: int) -> None:
        form = self.forms.pointer
        name = f"llvm.memmove.p0.p0.{form}"
        function = self.module.intrinsic(name, "void", "ptr", "ptr", form, "i1 immarg")
        tag = f", {self.memory_tag(target)}" if target == source else ""
        self.emit(f"call void {function}(ptr {to}, ptr {of}, {form} {size}, i1 false){tag}")

    def check_range(
        self, start: str, size: str, length: str, kind: str, memory: int | None = None
    ) -> None:
        """Traps unless start + size <= length, all of them i32."""
        if self.forms.pointer == "i64":
            wide = [self.define(f"zext i32 {value} to i64") for value in (start, size, length)]
            end = self.define(f"add i64 {wide[0]}, {wide[1]}")
            self.trap_if(self.define(f"icmp ugt i64 {end}, {wide[2]}"), kind, memory, "-1")
            return
        large = self.define(f"icmp ugt i32 {size}, {length}")
        last = self.define(f"sub i32 {length}, {size}")
        beyond = self.define(f"icmp ugt i32 {start}, {last}")
        self.trap_if(self.define(f"or i1 {large}, {beyond}"), kind, memory, "-1")

    # ------------------------------------------------------------ data segments
    def drop_state(self, segment: int) -> str:
        """The length of a data segment: 0 once it is dropped."""
        return self.current(record.MEMORIES, segment, record.MEMORY_WORDS, record.LENGTH)

    def do_data_drop(self, segment: int) -> None:
        self.drop_data(self.context.data_index(self.instance.datas[segment]))

    def drop_data(self, index: int) -> None:
        at = self.field(record.MEMORIES, index, record.MEMORY_WORDS, record.LENGTH)
        self.store("i32", "0", at, self.module.tag("descriptors"))
        self.forget_sizes()
