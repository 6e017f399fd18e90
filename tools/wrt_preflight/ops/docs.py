"""`python -m wrt_preflight.ops.docs FILE`: writes docs/instructions.md from the tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from ..interp.numeric import GROUPS
from . import cold
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
first. A code word is 8 bytes, `f0 f1 f2 op | a8 b8 c16`, and an instruction with a field d, n or
imm takes 16, with `d16 n16 | imm32` behind. The numbers of the instructions follow from how often
programs execute them. They change with every version, so an image carries a fingerprint of them,
and a runtime with other ones refuses it.

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
each form of the interpreter writes its own way.

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

"""


def page() -> str:
    """The whole page, as Markdown."""
    machine = _table(("instruction", "operands", "bytes", "does"), map(_machine, TABLE))
    classes = _table(("class", "instructions"), map(_cold, cold.CLASSES))
    parts = [_HEAD, _MACHINE, machine, _COLD, classes, _WASM]
    for proposal, rows in groupby(sorted(INSTRUCTIONS, key=_proposal), key=_proposal):
        parts.append(f"### {'WebAssembly 1.0' if proposal == '1.0' else proposal}\n\n")
        parts.append(_table(("instruction", "opcode", "immediates", "types"), map(_wasm, rows)))
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _machine(row: Row) -> tuple[str, ...]:
    operands = ", ".join(f"{row.kind(f)} {f}" for f in FIELDS if row.kind(f) != "-")
    return f"`{row.name}`", operands, str(row.size), f"`{'; '.join(row.body)}`"


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
    return f"`{instruction.name}`", hexadecimal, ", ".join(instruction.immediates), types


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in r)} |\n" for r in lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
