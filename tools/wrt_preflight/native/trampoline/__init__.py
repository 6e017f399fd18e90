"""The code between MicroPython and guest code, and the services that guest code calls.

Written in assembly; machine_code.py is made of it by `python -m wrt_preflight.native.trampoline`,
which needs llvm-mc. LLVM as llvmlite has it reads no assembly of other processors.
"""

from __future__ import annotations

from functools import cache

from ..object import Object, Relocation, Section, Symbol

# Bytes that a suspension pushes below the frame of the function that asks for it, at most.
SAVED_BYTES = 128


@cache
def trampoline(name: str) -> Object:
    """The object for Target.trampoline: one section, which has to be the first of the blob."""
    from .machine_code import MACHINE_CODE

    code, defined, places = MACHINE_CODE[name]
    data = bytes.fromhex(code)
    section = Section(".trampoline", data, 16)
    # wrt_blob is the address of a byte: as a function's it would be odd on Thumb.
    symbols = {
        label: Symbol(label, 0, value, function=label != "wrt_blob")
        for label, value in defined.items()
    }
    for offset, number, label, addend in places:
        symbol = symbols.setdefault(label, Symbol(label, None, function=True))
        section.relocations.append(Relocation(offset, number, symbol, addend))
    return Object([section], list(symbols.values()))
