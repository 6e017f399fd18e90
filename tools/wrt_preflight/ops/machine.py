"""The op table of the register machine: how wrt-micro runs WebAssembly.

One row an instruction: name, operand fields, weight (how often real programs execute it) and
body. From this table come the encoder and disassembler (`encoding.py`), the dispatch tree, the
viper interpreters for 64- and 32-bit words and the portable interpreter (`interp/`).

A code word is 8 bytes, `f0 f1 f2 op | a8 b8 c16`; a row with fields d, n or imm takes 16, the
second half being `d16 n16 | imm32`. Field kinds:

    w W  slot written: one word, a pair        r R  slot read: one word, a pair
    x    slot read and written (one word)      i    unsigned immediate
    j    branch displacement                   s    start of a callee frame, as a slot
    f    function (relocated)                  I    32-bit constant
    v    link words, as a slot                 -    unused

Bodies are lines in the small macro language that `interp/dialects` expands: A B C D are the
slots' words, a b c d n imm the raw fields, PTR makes a pointer to a pair, S and U are signed and
unsigned views of a word. A row may give a second body for 32-bit words.

The order of the table matters: among rows of equal weight it decides the opcodes.
"""

from __future__ import annotations

from .row import COMPARISONS, FIELDS, NEGATED, SWAPPED, Row
from .rows.branches import BRANCHES
from .rows.branches64 import BRANCHES64
from .rows.calls import CALLS, GLOBALS, REFERENCES
from .rows.i32 import ARITHMETIC
from .rows.i64 import ARITHMETIC64
from .rows.memory import MEMORY
from .rows.moves import MOVES

TABLE: list[Row] = [
    *MOVES,
    *ARITHMETIC,
    *BRANCHES,
    *ARITHMETIC64,
    *BRANCHES64,
    *MEMORY,
    *GLOBALS,
    *REFERENCES,
    *CALLS,
]

BY_NAME = {row.name: row for row in TABLE}

__all__ = ["BY_NAME", "COMPARISONS", "FIELDS", "NEGATED", "SWAPPED", "TABLE", "Row"]
