"""Library functions that translated code may call: name, and its LLVM signature.

Floats are bits in integers of their width, truth is an i32 that is 0 or 1. None reads or writes
memory, and none traps: what could is checked before the call. Besides them, LLVM itself calls
functions for what a processor cannot do (division, 64-bit shifts, copies of memory); those have
the names of the processor's ABI.
"""

from __future__ import annotations

from ...ops.instructions import BY_NAME
from .forms import integer

_ARITHMETIC = "add sub mul div sqrt min max ceil floor trunc nearest eq ne lt gt le ge".split()
_INTEGERS = [f"{integer}_{sign}" for integer in ("i32", "i64") for sign in "su"]


def _names() -> list[str]:
    names = []
    for kind in ("f32", "f64"):
        names += [f"{kind}.{name}" for name in _ARITHMETIC]
        names += [f"{kind}.convert_{source}" for source in _INTEGERS]
        names += [f"{to[:3]}.trunc_sat_{kind}_{to[-1]}" for to in _INTEGERS]
    return [*names, "f32.demote_f64", "f64.promote_f32"]


def symbol(name: str) -> str:
    """The library function for an instruction."""
    return name.replace(".", "_")


def _signature(name: str) -> str:
    instruction = BY_NAME[name]
    (result,) = instruction.results
    params = ", ".join(map(integer, instruction.params))
    return f"{integer(result)} @{symbol(name)}({params})"


# Instruction name -> signature, as in `declare hidden SIGNATURE`.
LIBRARY: dict[str, str] = {name: _signature(name) for name in _names()}
