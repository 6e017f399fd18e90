"""A core module as data (spec: Structure, Modules)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import ReadError
from ..ops.instructions import Instruction
from .types import FuncType, GlobalType, MemoryType, RefType, TableType, TagType, ValType

Item = TypeVar("Item")

# (offset in the file, instruction, its immediates as wasm.instructions describes them)
Instr = tuple[int, Instruction, tuple]

# The instructions of a constant expression, without the final `end`.
Expr = list[Instr]

KINDS = ("func", "table", "memory", "global", "tag")


@dataclass(slots=True)
class Import:
    """kind: one of KINDS. type: a type index for "func" and "tag", else the type itself.

    offset: of the import, in the file.
    """

    module: str
    name: str
    kind: str
    type: int | TableType | MemoryType | GlobalType
    offset: int


@dataclass(slots=True)
class Export:
    """kind: one of KINDS; index: in the index space of that kind, imports first."""

    name: str
    kind: str
    index: int
    offset: int


@dataclass(slots=True)
class Table:
    """A defined table. init: what every element starts as; None for null."""

    type: TableType
    init: Expr | None


@dataclass(slots=True)
class Global:
    """A defined global."""

    type: GlobalType
    init: Expr


@dataclass(slots=True)
class Element:
    """An element segment. mode: "active", "passive" or "declarative".

    table, position: where an active segment goes; None for the others. items: an expression each;
    a plain function index is read as `ref.func`.
    """

    mode: str
    table: int | None
    position: Expr | None
    type: RefType
    items: list[Expr]
    offset: int


@dataclass(slots=True)
class Data:
    """A data segment. mode: "active" or "passive"; memory, position: None for a passive one."""

    mode: str
    memory: int | None
    position: Expr | None
    data: bytes
    offset: int


@dataclass(slots=True)
class Code:
    """The body of a defined function.

    locals: (count, type) runs, without the parameters.
    start, end: the instructions are Module.data[start:end], the final `end` included.
    """

    locals: list[tuple[int, ValType]]
    start: int
    end: int


@dataclass(slots=True)
class Names:
    """What the name section says: by index; locals by function index, then local index."""

    module: str | None = None
    functions: dict[int, str] = field(default_factory=dict)
    locals: dict[int, dict[int, str]] = field(default_factory=dict)
    tables: dict[int, str] = field(default_factory=dict)
    memories: dict[int, str] = field(default_factory=dict)
    globals: dict[int, str] = field(default_factory=dict)
    data: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class SubType:
    """How a type was declared: final, or open to subtypes; and the type it is a subtype of."""

    final: bool = True
    supertype: int | None = None


@dataclass(slots=True)
class Module:
    """A core module, as read.

    data, file, base: the bytes, the file's name as the user gave it, and the offset of data[0] in
    that file. Every `offset` here and in errors counts from the start of the file (index + base).
    types: every type; subtypes: how each was declared; groups: the recursion groups, as ranges
    of type indices (one index each unless `rec` was used).
    functions: type index of each defined function. custom: (name, content), in order.
    """

    data: bytes
    file: str | None
    base: int
    types: list[FuncType] = field(default_factory=list)
    subtypes: list[SubType] = field(default_factory=list)
    groups: list[range] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    memories: list[MemoryType] = field(default_factory=list)
    tags: list[TagType] = field(default_factory=list)
    globals: list[Global] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    start: int | None = None
    elements: list[Element] = field(default_factory=list)
    data_count: int | None = None
    code: list[Code] = field(default_factory=list)
    datas: list[Data] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    custom: list[tuple[str, bytes]] = field(default_factory=list)

    def imported(self, kind: str) -> list[Import]:
        """The imports of one of KINDS: they come first in its index space."""
        return [item for item in self.imports if item.kind == kind]

    def function_types(self) -> list[int]:
        """The type index of every function, imports first."""
        return [item.type for item in self.imported("func")] + self.functions

    def table_types(self) -> list[TableType]:
        """The type of every table, imports first."""
        return [item.type for item in self.imported("table")] + [t.type for t in self.tables]

    def memory_types(self) -> list[MemoryType]:
        """The type of every memory, imports first."""
        return [item.type for item in self.imported("memory")] + self.memories

    def global_types(self) -> list[GlobalType]:
        """The type of every global, imports first."""
        return [item.type for item in self.imported("global")] + [g.type for g in self.globals]

    def tag_types(self) -> list[TagType]:
        """The type index of every tag, imports first."""
        return [item.type for item in self.imported("tag")] + self.tags

    def func_type(self, index: int) -> FuncType:
        """The type of function `index`. Raises ReadError if there is no such function or type."""
        return self.type(self._at(self.function_types(), index, "function"))

    def type(self, index: int) -> FuncType:
        """Type `index`. Raises ReadError if there is none."""
        return self._at(self.types, index, "type")

    def function_name(self, index: int) -> str:
        """The name of function `index` for people: name section, else export, else import."""
        if index in self.names.functions:
            return self.names.functions[index]
        for export in self.exports:
            if export.kind == "func" and export.index == index:
                return export.name
        imported = self.imported("func")
        if index < len(imported):
            return f"{imported[index].module}.{imported[index].name}"
        return f"func[{index}]"

    def _at(self, items: list[Item], index: int, what: str) -> Item:
        if not 0 <= index < len(items):
            raise ReadError(
                f"expected a {what} index below {len(items)}, found {index}",
                file=self.file,
                offset=self.base,
            )
        return items[index]
