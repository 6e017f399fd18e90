"""How many bytes of a memory of 64 KiB pages would do: `--memory`, from what the linker exports.

`wasm-ld` defines `__data_end`, where static data ends, `__heap_base`, where the heap may begin,
and `__stack_pointer`, where the stack begins. Data and stack, in either order, lie below the
largest.
"""

from __future__ import annotations

from ..link import Store
from .program import Memory

EXPORTS = ("__heap_base", "__data_end", "__stack_pointer")
CONSTANTS = ("i32.const", "i64.const")
HEAP = 4096  # bytes that a suggestion leaves for the heap
UNIT = 1024  # bytes that suggestions are multiples of


def static_end(store: Store, memory: int) -> int:
    """Where the static data and stack in a memory end, in bytes; 0 where nothing says it.

    memory: store-wide index.
    """
    end = 0
    for instance in store.instances:
        if memory not in instance.memories[:1]:
            continue
        for name in EXPORTS:
            extern = instance.exports.get(name)
            if extern and extern.kind == "global":
                match store.globals[extern.index].init:
                    case [(_, instruction, (int(value),))] if instruction.name in CONSTANTS:
                        end = max(end, value)
    return end


def short_memory(memory: Memory) -> int | None:
    """A number for --memory that leaves 4 KiB of heap, or None where that saves nothing."""
    if not memory.static_end or memory.length < memory.declared:
        return None
    number = -(-(memory.static_end + HEAP) // UNIT) * UNIT
    return number if number < memory.length and memory.page_shift else None
