"""An operand on WebAssembly's stack."""

from __future__ import annotations

from typing import NamedTuple

from ...wasm.types import ValType


class Value(NamedTuple):
    """ir: the LLVM value. type: WebAssembly's.

    bit: the i1 that an i32 truth value was made of; then ir is "" until somebody needs it.
    constant: its bits, unsigned, if they are known. promoted: it is an f32 made an f64.
    computed: it is the result of float arithmetic; if it is a NaN, then with any bits, though
    WebAssembly is to see the canonical one (see nans.py).
    """

    type: ValType
    ir: str
    bit: str = ""
    constant: int | None = None
    promoted: bool = False
    computed: bool = False


def constant(type: ValType, bits: int, width: int) -> Value:
    """An integer or reference that is known: LLVM takes it as a signed number."""
    bits &= (1 << width) - 1
    return Value(type, str(bits - (bits >> width - 1 << width)), constant=bits)
