"""Loads and stores (spec: Execution, Memory Instructions)."""

from __future__ import annotations

from ...lower.access import access_width
from . import record
from .body import Body
from .value import Value

MAX_U32 = 0xFFFFFFFF
_MEMORIES = record.MEMORIES, record.MEMORY_WORDS


class Access(Body):
    """An access is one comparison and the load or store; two where the memory may be too small
    for its offset, none where the address is known and always there."""

    # ------------------------------------------------------------ facts
    def length(self, memory: int) -> str:
        """Bytes that the memory has now. A memory that cannot grow is as long as ever."""
        facts = self.context.memories[memory]
        if facts.length == facts.capacity:
            return str(facts.length)
        base, words = _MEMORIES
        return self.current(base, memory, words, record.LENGTH)

    def memory_base(self, memory: int) -> str:
        """Where a memory or data segment starts. A memory is a buffer of its own, and aligned."""
        own = memory < len(self.context.memories)
        tags = self.module.aligned if own else ""
        return self.base(record.MEMORIES, memory, record.MEMORY_WORDS, tags)

    def memory_tag(self, memory: int) -> str:
        return self.module.tag(f"memory{memory}")

    def index32(self, value: Value, wide: bool) -> str:
        """An address, index or count as 32 bits; a 64-bit one that does not fit becomes 2^32-1,
        which no memory or table contains."""
        if not wide:
            return self.ir(value)
        if value.constant is not None:
            return str(min(value.constant, MAX_U32))
        large = self.define(f"icmp ugt i64 {value.ir}, {MAX_U32}")
        low = self.define(f"trunc i64 {value.ir} to i32")
        return self.define(f"select i1 {large}, i32 -1, i32 {low}")

    # ------------------------------------------------------------ addresses
    def address(self, operand: Value, memarg: tuple[int, int, int], width: int) -> str:
        """A pointer to what an access of `width` bytes touches; traps if that is not there."""
        _, number, offset = memarg
        memory = self.instance.memories[number]
        form = "i64" if self.context.memory64(memory) else "i32"
        index = self.ir(operand)
        self.check_bounds(operand, index, form, memory, offset, width)
        if form == "i64" and self.forms.pointer == "i32":
            index = self.define(f"trunc i64 {index} to i32")
        elif form == "i32":
            index = self.to_pointer(index)
        at = self.at(self.memory_base(memory), index, self.forms.pointer)
        if offset > MAX_U32:
            return at  # the check has trapped
        return self.at(at, offset, "i64" if offset >> 31 else "i32")

    def check_bounds(
        self, operand: Value, index: str, form: str, memory: int, offset: int, width: int
    ) -> None:
        facts, end = self.context.memories[memory], offset + width
        told = self.told(operand, index, end, memory)
        if end > facts.capacity:
            self.trap_if("true", "out_of_bounds_memory", memory, told)
        elif facts.length == facts.capacity:
            if operand.constant is None or operand.constant > facts.length - end:
                bad = self.define(f"icmp ugt {form} {index}, {facts.length - end}")
                self.trap_if(bad, "out_of_bounds_memory", memory, told)
        elif operand.constant is None or operand.constant + end > facts.length:
            length = self.length(memory)
            last = self.define(f"sub i32 {length}, {end}")
            if form == "i64":
                last = self.define(f"zext i32 {last} to i64")
            bad = self.define(f"icmp ugt {form} {index}, {last}")
            if end > facts.length:
                short = self.define(f"icmp ult i32 {length}, {end}")
                bad = self.define(f"or i1 {bad}, {short}")
            self.trap_if(bad, "out_of_bounds_memory", memory, told)

    def told(self, operand: Value, index: str, end: int, memory: int) -> str:
        """Where an access ends, for a trap. Only of a memory that is shorter than declared it is
        asked for, so that elsewhere no register has to hold it."""
        facts = self.context.memories[memory]
        if facts.length == facts.declared:
            return "0"
        low = self.index32(operand._replace(ir=index), self.context.memory64(memory))
        function = self.module.intrinsic("llvm.uadd.sat.i32", "i32", "i32", "i32")
        return self.define(f"call i32 {function}(i32 {low}, i32 {min(end, MAX_U32)})")

    # ------------------------------------------------------------ instructions
    def access(self, name: str, memarg: tuple[int, int, int], result: str | None) -> None:
        """A load, which has a result, or a store."""
        if result:
            pointer = self.address(self.stack.pop(), memarg, access_width(name))
            self.load_number(name, result, pointer, memarg)
        else:
            value, operand = self.stack.pop(), self.stack.pop()
            text = self.exact(value)
            pointer = self.address(operand, memarg, access_width(name))
            self.store_number(name, value.type, text, pointer, memarg)

    def load_number(self, name: str, result: str, pointer: str, memarg: tuple) -> None:
        """Pushes what a load with this name finds at an address."""
        form, bits = self.forms.of(result), 8 * access_width(name)
        tag = self.memory_tag(self.instance.memories[memarg[1]])
        narrow = bits < (64 if result in ("i64", "f64") else 32)
        loaded = f"i{bits}" if narrow else form
        value = self.load_any(loaded, bits, pointer, tag, memarg[0])
        if narrow:
            extend = "sext" if name.endswith("_s") else "zext"
            value = self.define(f"{extend} {loaded} {value} to {form}")
        self.push(result, value)

    def store_number(self, name: str, type: str, value: str, pointer: str, memarg: tuple) -> None:
        """Stores the low bits of a number, as many as the store's name says."""
        form, bits = self.forms.of(type), 8 * access_width(name)
        tag = self.memory_tag(self.instance.memories[memarg[1]])
        if bits < (64 if type in ("i64", "f64") else 32):
            value = self.define(f"trunc {form} {value} to i{bits}")
            form = f"i{bits}"
        self.store_any(form, bits, value, pointer, tag, memarg[0])

    # ------------------------------------------------------------ alignment
    def load_any(self, form: str, bits: int, pointer: str, tag: str, hint: int) -> str:
        """Loads from any address. hint: log2 of the alignment that the instruction promises."""
        if self.module.target.unaligned or bits == 8:
            return self.load(form, pointer, tag, align=1)
        function = self.module.support(f"load_{form}")
        slow = f"call fastcc {form} {function}(ptr {pointer})"
        if 1 << hint < self.natural(bits):
            return self.define(slow)
        rare, usual = self.misaligned(pointer, bits)
        after = self.label()
        fast = self.load(form, pointer, tag, align=self.natural(bits))
        self.branch(after)
        self.place(rare)
        other = self.define(slow)
        self.branch(after)
        self.place(after)
        return self.phi(form, [(fast, usual), (other, rare)])

    def store_any(
        self, form: str, bits: int, value: str, pointer: str, tag: str, hint: int
    ) -> None:
        if self.module.target.unaligned or bits == 8:
            self.store(form, value, pointer, tag, align=1)
            return
        function = self.module.support(f"store_{form}")
        slow = f"call fastcc void {function}(ptr {pointer}, {form} {value})"
        if 1 << hint < self.natural(bits):
            self.emit(slow)
            return
        rare, _ = self.misaligned(pointer, bits)
        after = self.label()
        self.store(form, value, pointer, tag, align=self.natural(bits))
        self.branch(after)
        self.place(rare)
        self.emit(slow)
        self.branch(after)
        self.place(after)

    def natural(self, bits: int) -> int:
        """The alignment in bytes that the processor wants."""
        return min(bits // 8, 4)

    def misaligned(self, pointer: str, bits: int) -> tuple[str, str]:
        """Branches by the address; starts the block for an aligned one."""
        form = self.forms.pointer
        number = self.define(f"ptrtoint ptr {pointer} to {form}")
        low = self.define(f"and {form} {number}, {self.natural(bits) - 1}")
        rare, usual = self.unlikely(self.define(f"icmp ne {form} {low}, 0"))
        self.place(usual)
        return rare, usual
