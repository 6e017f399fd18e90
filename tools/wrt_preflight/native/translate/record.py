"""Where things are in the thread record: words of 32 bits, pointers in two, low word first."""

from __future__ import annotations

PC, FP, FUEL, MEMORY = 0, 1, 2, 3
CODE, STACK, GLOBALS, MEMORIES, TABLES, POOL = 8, 10, 14, 16, 18, 20
POOL_ENTRIES, ENTRY_WORDS = 22, 23
LIMIT = 34
THROWN, TAIL = 39, 40
WORDS = 44

# Words of a descriptor. A memory: base (2), length, capacity, page shift, most pages, flags,
# declared length. A table: base (2), size, capacity.
MEMORY_WORDS, TABLE_WORDS = 8, 4
LENGTH, CAPACITY, PAGE_SHIFT, MAX_PAGES, DECLARED = 2, 3, 4, 5, 7

# In a function's header: its type is the first word.
ENTRY_OFFSET, SHIM_OFFSET = 12, 16

# An exnref is a tag plus the entry's place in the pool. In an entry's first word, tag + 1,
# ESCAPED says that somebody got the reference: only the collector may free the entry.
EXNREF = 0x7E000001
ESCAPED = 1 << 28
TAG_MASK = ESCAPED - 1

# Host functions of the runtime itself.
WAIT32, WAIT64, NOTIFY, COLLECT = 0x8000, 0x8001, 0x8002, 0x8003
