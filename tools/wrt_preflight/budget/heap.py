"""MicroPython's heap: what objects take of it, by word size.

The collector hands out blocks of four words: 16 bytes on a 32-bit board, 32 on a 64-bit machine.
Sizes are those of py/objfun.h, objtype.c, map.c, qstr.c of MicroPython 1.29; tests compare them
with what `gc.mem_alloc()` says.
"""

from __future__ import annotations

from dataclasses import dataclass

# How many entries the hash table of a dict has room for, as it grows.
_TABLES = (0, 2, 4, 6, 8, 10, 12, 17, 23, 29, 37, 47, 59, 73, 97, 127, 167, 223, 293, 389, 521)
_QSTR_CHUNK = 128  # bytes of names that are allocated together
_QSTR_ENTRIES = 10  # half of the entries of the first pool of names; each has twice as many


@dataclass(frozen=True, slots=True)
class Heap:
    """word: bytes of a machine word."""

    word: int

    @property
    def block(self) -> int:
        """Bytes of a block."""
        return 4 * self.word

    def bytes(self, size: int) -> int:
        """What an allocation of `size` bytes takes; none for 0."""
        return -(-size // self.block) * self.block

    def words(self, count: int) -> int:
        """What an allocation of `count` machine words takes."""
        return self.bytes(count * self.word)

    def table(self, entries: int) -> int:
        """The hash table of a dict, an object or a module with so many entries."""
        room = next((size for size in _TABLES if size >= entries), entries * 3 // 2)
        return self.words(2 * room)

    def names(self, names: list[str], in_rom: bool = False) -> int:
        """New names (qstrs). in_rom: their letters lie in ROMFS."""
        used, entries, room = 0, _QSTR_ENTRIES, 0
        while room < len(names):
            entries *= 2
            room += entries
            # A pool: four words, then for each name its address, 2 bytes of hash, and a length.
            used += self.bytes(5 * self.word + entries * (self.word + 3))
        if in_rom:
            return used
        left = 0
        for name in names:
            size = len(name.encode()) + 1
            if size > left:
                left = max(_QSTR_CHUNK, size)
                used += self.bytes(left)
            left -= size
        return used

    def usable(self, size: int) -> int:
        """Bytes for objects in a heap of `size`: the rest are the collector's tables."""
        blocks = size * 8 // (8 * self.block + 3)  # 2 bits of state and 1 of finaliser each
        return blocks * self.block

    def size_for(self, usable: int) -> int:
        """The smallest heap with so many bytes for objects."""
        blocks = -(-usable // self.block)
        return -(-blocks * (8 * self.block + 3) // 8) + self.block
