"""What lowering needs to know of the whole store."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import LimitError, UsageError
from ..link import Store
from ..wasm.types import RefType
from .program import Memory
from .short import static_end

MAX_BYTES = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class LowerOptions:
    """What a user may decide.

    memory_bytes: physical bytes of every memory (`--memory N`); None: what it declares.
    memory_reserve: bytes reserved for memory.grow beyond the minimum, where the maximum allows.
    table_reserve: elements reserved for table.grow, likewise.
    stack_bytes: of a thread; None: computed where the call graph is finite, else default_stack.
    exceptions: entries in the exception pool.
    native: architecture to make machine code for, or None for register code. board: what is told
        to those who load that code elsewhere. deterministic: of machine code; NaNs have the bits
        that they have on the other engines, whatever the processor makes of them.
    strip: leave out what nothing reaches. keep: names of exports that are called; None for all.
    """

    memory_bytes: int | None = None
    memory_reserve: int = 0
    table_reserve: int = 16
    stack_bytes: int | None = None
    default_stack: int = 16384
    exceptions: int = 8
    native: str | None = None
    board: str = ""
    deterministic: bool = False
    strip: bool = True
    keep: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Raise LimitError for a capacity that no 32-bit machine has."""
        for name, value in (
            ("stack", self.stack_bytes or self.default_stack),
            ("memory-reserve", self.memory_reserve),
            ("table-reserve", self.table_reserve),
            ("exceptions", self.exceptions),
        ):
            if value > MAX_BYTES:
                raise LimitError(f"limit {name}: expected at most {MAX_BYTES:,}, found {value:,}")


class Context:
    """Store-wide facts: sizes, widths, and where the segments are."""

    def __init__(self, store: Store, options: LowerOptions) -> None:
        self.store = store
        self.options = options
        self.memories = [self._memory(m.type, m.name) for m in store.memories]
        for index, memory in enumerate(self.memories):
            memory.static_end = static_end(store, index)
        self.many_memories = len(self.memories) > 1

    def _memory(self, declared, name: str) -> Memory:
        limits, shift = declared.limits, declared.page_shift
        minimum = limits.minimum << shift
        length = minimum
        if self.options.memory_bytes is not None:
            length = min(minimum, self.options.memory_bytes)
            if shift == 0 and length < minimum:
                raise UsageError(
                    f"memory {name} has 1-byte pages and asks for exactly {minimum} bytes, "
                    f"so it cannot be given {self.options.memory_bytes}",
                    hint="leave out --memory: such a memory already costs only what it needs",
                )
        if length > MAX_BYTES:
            raise LimitError(
                f"memory {name} starts with {length} bytes, "
                f"more than the {MAX_BYTES} that can be addressed",
                hint="give it fewer physical bytes with --memory",
            )
        maximum = MAX_BYTES if limits.maximum is None else limits.maximum << shift
        capacity = length
        if length == minimum:
            capacity = max(length, min(maximum, length + self.options.memory_reserve))
        return Memory(
            name,
            length,
            capacity,
            shift,
            limits.maximum,
            minimum,
            declared.memory64,
            declared.shared,
        )

    def minimum_length(self, memory: int) -> int:
        """Bytes that the memory certainly has, always."""
        return self.memories[memory].length

    def memory64(self, memory: int) -> bool:
        return self.store.memories[memory].type.memory64

    def table64(self, table: int) -> bool:
        return self.store.tables[table].type.table64

    def element_type(self, table: int) -> RefType:
        return self.store.tables[table].type.element

    def data_index(self, segment: int) -> int:
        """Data segments are read-only memories behind the others."""
        return len(self.store.memories) + segment

    def element_index(self, segment: int) -> int:
        """Element segments are tables behind the others."""
        return len(self.store.tables) + segment
