"""Which NaN a computation gives.

WebAssembly leaves the bits of most NaNs open, and processors differ. Its deterministic profile
has every NaN that arithmetic makes be the canonical, positive one, as soft-float does. Where the
processor computes, that is a choice, since it costs up to a third (bench/programs/nbody.wat).
Arithmetic itself need not care: it is enough to set the bits right where somebody can see them,
in memory or as an integer, or where such a value meets one of which all bits count.
"""

from __future__ import annotations

from ...ops.instructions import Instruction
from ...wasm.module import Instr
from ...wasm.types import ValType

NAN = {"f32": 0x7FC00000, "f64": 0x7FF8 << 48}
_INFINITY = {"f32": 0x7F800000, "f64": 0x7FF0 << 48}
ARITHMETIC = "add sub mul div sqrt min max ceil floor trunc nearest demote promote".split()


def computed_locals(code: list[Instr], params: int, types: list[ValType]) -> set[int]:
    """Locals that only ever hold results of float arithmetic, or what is no NaN.

    They need not be set right before they are read. params: how many of the locals are
    parameters, which have any bits.
    """
    floats = {i for i in range(params, len(types)) if types[i] in ("f32", "f64")}
    sources: dict[int, set[int]] = {i: set() for i in floats}
    before: Instr | None = None
    for instr in code:
        _, instruction, immediates = instr
        if instruction.name in ("local.set", "local.tee") and immediates[0] in floats:
            local = immediates[0]
            if before[1].name in ("local.get", "local.tee"):
                sources[local].add(before[2][0])
            elif not _computes(before[1], before[2]):
                floats.discard(local)
        before = instr
    while True:
        wrong = {local for local in floats if not sources[local] <= floats}
        if not wrong:
            return floats
        floats -= wrong


def _computes(instruction: Instruction, immediates: tuple) -> bool:
    """Whether an instruction gives a result of arithmetic, or no NaN."""
    kind, _, op = instruction.name.partition(".")
    if op == "const":
        return immediates[0] & _INFINITY[kind] != _INFINITY[kind]
    return op.partition("_")[0] in (*ARITHMETIC, "convert")
