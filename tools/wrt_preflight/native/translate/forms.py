"""What WebAssembly's types are in LLVM."""

from __future__ import annotations

from ...wasm.types import ValType, slots
from ..target import Target


class Forms:
    """IR types for a target: floats are LLVM's where the processor has them, else their bits."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.pointer = f"i{target.pointer_bits}"
        self.f32 = "float" if target.hard_f32 else "i32"
        self.f64 = "double" if target.hard_f64 else "i64"

    def of(self, type: ValType) -> str:
        """The IR type of a value. References are i32."""
        if type == "f32":
            return self.f32
        if type == "f64":
            return self.f64
        return "i64" if type == "i64" else "i32"

    def results(self, types: tuple[ValType, ...]) -> str:
        """The IR type that a function with these results returns."""
        if not types:
            return "void"
        if len(types) == 1:
            return self.of(types[0])
        return "{ " + ", ".join(map(self.of, types)) + " }"

    def hard(self, type: ValType) -> bool:
        """Whether values of a float type are LLVM floats."""
        return self.of(type) in ("float", "double")

    def register(self, type: ValType) -> str:
        """The letter for registers of floats of a type, in constraints of inline assembly."""
        if self.target.pointer_bits == 64:
            return "x"
        return "t" if type == "f32" else "w"

    @property
    def rounds(self) -> bool:
        """Whether an instruction rounds to an integral float: from SSE4.1 and FPv5 on."""
        return self.target.hard_f64


def integer(type: ValType) -> str:
    """The IR integer type with as many bits as a number type, or a reference."""
    return f"i{32 * slots(type)}"


def words(types: tuple[ValType, ...]) -> int:
    """32-bit words that values take, one behind the other."""
    return sum(map(slots, types))


def places(types: tuple[ValType, ...]) -> list[int]:
    """Byte offset of each of these values, one behind the other."""
    found, at = [], 0
    for type in types:
        found.append(at)
        at += 4 * slots(type)
    return found
