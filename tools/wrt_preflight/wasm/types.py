"""Core WebAssembly types (spec: Structure, Types), as the reader gives them to everyone else.

A number type is its own name ("i32"), so types print, compare and hash as plain values.
Type indices inside a RefType are relative to the module that the type was read from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefType:
    """A reference type.

    heap: "func", "extern", "exn"; their bottom types "nofunc", "noextern", "noexn", which hold
    only null; or the index of a function type in the module.
    """

    nullable: bool
    heap: str | int

    def __str__(self) -> str:
        if self.nullable and self.heap in ("func", "extern", "exn"):
            return f"{self.heap}ref"
        return f"(ref {'null ' if self.nullable else ''}{self.heap})"


ValType = str | RefType

FUNCREF = RefType(True, "func")
EXTERNREF = RefType(True, "extern")
EXNREF = RefType(True, "exn")


@dataclass(frozen=True, slots=True)
class FuncType:
    """Parameter and result types of a function, a block or (without results) a tag."""

    params: tuple[ValType, ...]
    results: tuple[ValType, ...]

    def __str__(self) -> str:
        return f"({' '.join(map(str, self.params))}) -> ({' '.join(map(str, self.results))})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Size range of a memory (in its pages) or a table (in elements); maximum None = unbounded."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class TableType:
    """A table. table64: its indices are i64."""

    element: RefType
    limits: Limits
    table64: bool = False


@dataclass(frozen=True, slots=True)
class MemoryType:
    """A linear memory. memory64: its addresses are i64. page_shift: 16, or 0 for 1-byte pages."""

    limits: Limits
    memory64: bool = False
    shared: bool = False
    page_shift: int = 16


@dataclass(frozen=True, slots=True)
class GlobalType:
    """A global variable."""

    value: ValType
    mutable: bool


# A tag is described by the index of its function type.
TagType = int


def is_reference(valtype: ValType) -> bool:
    """Whether a value of this type is a reference."""
    return not isinstance(valtype, str)


def slots(valtype: ValType) -> int:
    """Number of 4-byte slots that a value takes: 2 for i64 and f64, else 1."""
    return 2 if valtype == "i64" or valtype == "f64" else 1
