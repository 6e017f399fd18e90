"""What a store holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wasm.module import Expr, Module
from ..wasm.types import GlobalType, MemoryType, TableType


@dataclass(frozen=True, slots=True)
class Extern:
    """Something an instance exports: kind and store-wide index, with its type for matching.

    type: a store-wide type number for "func" and "tag", else TableType, MemoryType, GlobalType.
    """

    kind: str
    index: int
    type: int | TableType | MemoryType | GlobalType


@dataclass(slots=True)
class StoreFunction:
    """instance is None for a host import, whose (module, name) is then in `host`."""

    type: int
    name: str
    instance: Instance | None = None
    code: int = 0
    host: tuple[str, str] | None = None


@dataclass(slots=True)
class StoreGlobal:
    """word: its first 32-bit word in the store. init: what sets it, in the instance's terms."""

    type: GlobalType
    word: int
    instance: Instance
    init: Expr


@dataclass(slots=True)
class StoreTable:
    """instance: whose it is. init: what its elements are at first, null if None."""

    type: TableType
    name: str
    instance: Instance
    init: Expr | None


@dataclass(slots=True)
class StoreMemory:
    """name: for messages and reports; with that of its instance."""

    type: MemoryType
    name: str


@dataclass(slots=True)
class Instance:
    """One instance of a module. The lists give the store-wide index for each index of the module.

    datas, elements: index of the segment among all segments of the store.
    checks: (kind, index, minimum): sizes only known when it is instantiated, because the
        provider may have grown by then.
    """

    name: str
    module: Module
    types: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    memories: list[int] = field(default_factory=list)
    globals: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)
    datas: list[int] = field(default_factory=list)
    checks: list[tuple[str, int, int]] = field(default_factory=list)
    exports: dict[str, Extern] = field(default_factory=dict)
