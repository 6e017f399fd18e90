"""One function body: its operands, and what is known where it is translated."""

from __future__ import annotations

from ...link import Instance
from ...ops.traps import TRAPS
from ...wasm.types import FuncType, ValType, slots
from . import record
from .builder import UNLIKELY, Builder
from .module import Module
from .nans import NAN
from .value import Value, constant


class Body(Builder):
    """The common ground of what translates instructions; a class for each kind builds on it.

    module: what all functions share. instance: whose code this is. index: of the function, as
    in the headers. stack: operands. known: where a value is that this point has computed already,
    by what it is; forgotten where control flow joins. early: what the function's beginning has
    computed; loads_early: whether pointers of the record are among that. fuel: the variable that
    holds the fuel left, or "" where it stays in the record.
    """

    def __init__(self, module: Module, instance: Instance | None, index: int) -> None:
        super().__init__()
        self.module, self.context, self.forms = module, module.context, module.forms
        self.instance, self.index = instance, index
        self.stack: list[Value] = []
        self.known: dict[object, str] = {}
        self.early: dict[object, str] = {}
        self.loads_early = False
        self.fuel = ""
        self._traps: dict[tuple, tuple[str, list[tuple[str, str]]]] = {}

    @property
    def pc(self) -> int:
        """What a trap says: where the code of an interpreter would begin."""
        return self.module.headers[self.index] + 12

    # ------------------------------------------------------------ operands
    def push(self, type: ValType, ir: str) -> None:
        self.stack.append(Value(type, ir))

    def push_constant(self, type: ValType, bits: int, width: int = 32) -> None:
        self.stack.append(constant(type, bits, width))

    def push_bit(self, bit: str) -> None:
        """A truth value."""
        self.stack.append(Value("i32", "", bit))

    def pop(self) -> str:
        """The LLVM value on top of the stack."""
        return self.ir(self.stack.pop())

    def pop_bit(self) -> str:
        """Whether the i32 on top of the stack is not 0."""
        value = self.stack.pop()
        return value.bit or self.define(f"icmp ne i32 {value.ir}, 0")

    def ir(self, value: Value) -> str:
        if value.ir:
            return value.ir
        return self.define(f"zext i1 {value.bit} to i32")

    def pop_all(self, types: tuple[ValType, ...]) -> list[str]:
        """The top values, the last one from the top; made in order."""
        count = len(types)
        values = self.stack[len(self.stack) - count :] if count else []
        del self.stack[len(self.stack) - count :]
        return [self.exact(value) for value in values]

    def exact(self, value: Value) -> str:
        """The LLVM value where somebody may look at its bits."""
        if not value.computed or not self.module.deterministic:
            return self.ir(value)
        form, bits = self.forms.of(value.type), NAN[value.type]
        nan = self.define(f"bitcast i{32 * slots(value.type)} {bits} to {form}")
        is_nan = self.define(f"fcmp uno {form} {value.ir}, {value.ir}")
        before = self.block
        rare, usual = self.unlikely(is_nan)
        self.place(rare)
        self.branch(usual)
        self.place(usual)
        return self.phi(form, [(value.ir, before), (nan, rare)])

    # ------------------------------------------------------------ control flow
    def join(self, label: str) -> None:
        """Starts a block that several may come to."""
        self.place(label)
        self.known.clear()

    def unlikely(self, bit: str) -> tuple[str, str]:
        """Branches where the i1 is true. Returns the labels of both ways, the rare one first."""
        rare, usual = self.label(), self.label()
        self.branch_if(bit, rare, usual, UNLIKELY)
        return rare, usual

    # ------------------------------------------------------------ traps
    def trap_if(self, bit: str, kind: str, memory: int | None = None, address: str = "0") -> None:
        """Traps if the i1 is true.

        memory: the one that it is about, store-wide. address: the i32 that the trap tells.
        """
        label, incoming = self._trap(kind, memory)
        incoming.append((address, self.block))
        after = self.label()
        self.branch_if(bit, label, after, UNLIKELY)
        self.place(after)

    def trap(self, kind: str, memory: int | None = None, address: str = "0") -> None:
        """Traps; nothing comes behind it."""
        label, incoming = self._trap(kind, memory)
        incoming.append((address, self.block))
        self.branch(label)

    def _trap(self, kind: str, memory: int | None) -> tuple[str, list[tuple[str, str]]]:
        key = kind, memory
        if key not in self._traps:
            self._traps[key] = self.label(), []
        return self._traps[key]

    def finish_traps(self) -> None:
        """One block for each kind of trap, at the end of the function."""
        for (kind, memory), (label, incoming) in self._traps.items():
            self.place(label)
            addresses = {address for address, _ in incoming}
            address = addresses.pop() if len(addresses) == 1 else self.phi("i32", incoming)
            if memory is not None and self.context.many_memories:
                self.store_record("i32", str(memory), record.MEMORY)
            self.emit(
                f"call void @rt_trap(ptr %ctx, i32 {TRAPS[kind]}, i32 {address}, i32 {self.pc})"
            )
            self.emit("unreachable")

    # ------------------------------------------------------------ the thread record
    def word(self, word: int) -> str:
        """The address of a word of the record."""
        return self.at("%ctx", 4 * word)

    def load_record(self, type: str, word: int) -> str:
        return self.load(type, self.word(word), self.module.tag("record"))

    def store_record(self, type: str, value: str, word: int) -> None:
        self.store(type, value, self.word(word), self.module.tag("record"))

    def pointer(self, word: int) -> str:
        """A pointer of the record, which never changes.

        A function with loops loads it at its beginning: LLVM would move it out of a loop, but
        then no longer believe what the load says of the pointer.
        """
        key = "record", word
        if key in self.early:
            return self.early[key]
        if key not in self.known:
            lines = len(self.lines)
            tags = self.module.pointer_tags(word)
            self.known[key] = self.load("ptr", self.word(word), tags)
            if self.loads_early:
                self.entry += self.lines[lines:]
                del self.lines[lines:]
                self.early[key] = self.known[key]
        return self.known[key]

    def base(self, table: int, descriptor: int, words: int, tags: str = "") -> str:
        """The address of a memory or table, which never changes.

        table: record.MEMORIES or record.TABLES; words: of a descriptor. tags: of the load.
        """
        key = "base", table, descriptor
        if key not in self.known:
            at = self.at(self.pointer(table), 4 * words * descriptor)
            self.known[key] = self.load("ptr", at, self.module.fixed + tags)
        return self.known[key]

    def field(self, table: int, descriptor: int, words: int, field: int) -> str:
        """The address of a word of a descriptor."""
        return self.at(self.pointer(table), 4 * (words * descriptor + field))

    def current(self, table: int, descriptor: int, words: int, field: int) -> str:
        """A word of a descriptor that may change; forgotten at a call."""
        key = "field", table, descriptor, field
        if key not in self.known:
            at = self.field(table, descriptor, words, field)
            self.known[key] = self.load("i32", at, self.module.tag("descriptors"))
        return self.known[key]

    def forget_sizes(self) -> None:
        """Sizes of memories and tables may have changed."""
        for key in [key for key in self.known if key[0] == "field"]:
            del self.known[key]

    # ------------------------------------------------------------ widths
    def to_pointer(self, value: str) -> str:
        """An i32 offset or count, as wide as pointers are."""
        if self.forms.pointer == "i32":
            return value
        return self.define(f"zext i32 {value} to i64")

    def result_type(self, type: FuncType) -> str:
        return self.forms.results(type.results)
