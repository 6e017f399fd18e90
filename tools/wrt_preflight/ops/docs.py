"""`python -m wrt_preflight.ops.docs FILE`: writes docs/instructions.md from the tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from ..interp.numeric import GROUPS
from . import cold
from .encoding import CODES
from .how import how
from .instructions import INSTRUCTIONS, Instruction
from .machine import FIELDS, TABLE, Row

_HEAD = """# Instructions

Written by `make generate` from the tables in `tools/wrt_preflight/ops`; do not edit.

* [The register machine](#the-register-machine): what an image holds and the main loop executes
* [Cold instructions](#cold-instructions): what it leaves to a function of their class
* [WebAssembly](#webassembly): what pre-flight reads and lowers

"""

_MACHINE = """## The register machine

Operands are slots of a function's frame, words of 4 bytes; 64-bit values take a pair, low word
first. A code word is 8 bytes, little-endian; an instruction with a field d, n or imm takes 16.

| byte | 0 to 3 | 4 | 5 | 6, 7 | 8, 9 | 10, 11 | 12 to 15 |
| --- | --- | --- | --- | --- | --- | --- | --- |
| | code | a | b | c | d | n | imm |

Fields a and b are numbers of slots; slots in c and d are byte offsets. A jump holds its distance
in bytes, from this instruction, plus 32,768. The last 8 bytes as one number are imm64, and imm0 is
its lower half.

The code is made for an interpreter that can ask two cheap questions. The first three bytes are 0
or 1 each, and answer "is this byte zero"; the fourth is a set of bits inside the group that they
choose. The questions form a tree, with what programs execute often near its root. So the codes
change with every version; an image carries a fingerprint of them, and a runtime with other ones
refuses it.

| operand | is |
| --- | --- |
| w, W | slot that is written: one word, a pair |
| r, R | slot that is read: one word, a pair |
| x | slot that is read and written |
| i, I | number of up to 16 bits, of 32 bits |
| j | distance of a jump |
| s | where the frame of a call starts |
| v | where the link words of the frame are |
| f | function |

In the last column A to D are the words of slots a to d, `PTR p a` makes p a pointer to the pair
of slot a, S and U take a word as signed or unsigned, and a name in capitals is a sequence that
each form of the interpreter writes its own way. LOAD and STORE come with the width of the access
and with how the address is made: plain is slot b + c, where c includes the width; `a` is b + c,
`x` is b * 4 + c and `r` is b + slot c, these modulo 2^32.

"""

_COLD = """
## Cold instructions

They are reached through `slow`, whose fields a to d are their operands, n their class and number,
and imm a memory or table. An image names the classes it needs; the others are never loaded. In
the viper forms the f32 and f64 instructions are part of the loop.

"""

_WASM = """
## WebAssembly

What lies behind the opcode, and the types on the stack; `addr` is i32, or i64 in a 64-bit memory
or table. No types means that they follow from the immediates.

An instruction is a *row* of the register machine, of its own name or a close one; or *folded* into
the instructions around it; or cold, in a *class*; or a *sequence* of rows. 64-bit addresses and
indices put `i64.saturate` before it, offsets that the memory's minimum does not cover
`memory.address`, and with several memories `memory.select` goes before the first access.

"""

_WASM_HEADS = ("instruction", "opcode", "immediates", "types", "runs as")


def page() -> str:
    """The whole page, as Markdown."""
    machine = _table(("instruction", "code", "operands", "bytes", "does"), map(_machine, TABLE))
    classes = _table(("class", "instructions"), map(_cold, cold.CLASSES))
    parts = [_HEAD, _MACHINE, machine, _COLD, classes, _WASM]
    for proposal, rows in groupby(sorted(INSTRUCTIONS, key=_proposal), key=_proposal):
        parts.append(f"### {'WebAssembly 1.0' if proposal == '1.0' else proposal}\n\n")
        parts.append(_table(_WASM_HEADS, map(_wasm, rows)))
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _machine(row: Row) -> tuple[str, ...]:
    operands = ", ".join(f"{row.kind(f)} {f}" for f in FIELDS if row.kind(f) != "-")
    code = CODES[row.name].hex(" ")
    return f"`{row.name}`", code, operands, str(row.size), f"`{'; '.join(row.body)}`"


def _cold(name: str) -> tuple[str, ...]:
    numeric = [op for group in GROUPS.get(name, ()) for op in group.ops]
    return name, ", ".join(f"`{op}`" for op in [*cold.KINDS.get(name, ()), *numeric])


def _proposal(instruction: Instruction) -> str:
    return instruction.proposal


def _wasm(instruction: Instruction) -> tuple[str, ...]:
    opcode = instruction.opcode
    codes = opcode if isinstance(opcode, tuple) else (opcode,)
    types = ""
    if instruction.params is not None and instruction.results is not None:
        types = f"{' '.join(instruction.params)} → {' '.join(instruction.results)}".strip()
    hexadecimal = " ".join(f"{code:02x}" for code in codes)
    immediates = ", ".join(instruction.immediates)
    return f"`{instruction.name}`", hexadecimal, immediates, types, how(instruction)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in r)} |\n" for r in lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
