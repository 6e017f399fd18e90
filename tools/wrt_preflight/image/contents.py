"""What the host reader finds in an image, and `inspect` shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wasm.types import FuncType, ValType
from . import format as fmt


@dataclass(slots=True)
class Function:
    """A function: fields of its header; code: (first, end) image offsets.

    stripped: it has no code, and its header offset is that of the next function that has.
    """

    index: int
    header: int
    type: int
    frame_bytes: int
    zero_words: int
    zero_start: int
    link: int
    code: tuple[int, int]
    handlers: list[dict[str, int]] = field(default_factory=list)
    stripped: bool = False


@dataclass(slots=True)
class Export:
    """An export; index is store-wide. type: type id of a func, value type of a global."""

    name: str
    kind: str
    index: int
    mutable: bool
    type: int | ValType | None


@dataclass(slots=True)
class Instance:
    """init: index of its init function, or None."""

    name: str
    init: int | None
    exports: list[Export]


@dataclass(slots=True)
class Import:
    module: str
    name: str
    type: int


@dataclass(slots=True)
class Table:
    """items: initial elements as function indices, None for null; only those that are stored."""

    size: int
    capacity: int
    items: list[int | None]
    constant: bool


@dataclass(slots=True)
class Contents:
    """Everything an image holds. header and sections: numbers as stored, by name.

    symbols: what image.sym holds, or {} if it was not given. optional: optional sections by id.
    """

    data: bytes
    symbols: dict
    header: dict[str, int]
    sections: dict[str, dict[str, int]]
    features: set[str]
    types: list[FuncType]
    functions: list[Function]
    instances: list[Instance]
    imports: list[Import]
    memories: list[dict[str, int]]
    segments: list[bytes]
    tables: list[Table]
    globals: list[int]
    tags: list[int]
    optional: dict[int, bytes]

    @property
    def machine_code(self) -> bool:
        """Whether its functions are machine code, in a module of its own."""
        return bool(self.header["features"] & fmt.MACHINE_CODE)

    def name(self, function: int) -> str:
        """The name of a function: from the symbols, else made from its index."""
        if self.symbols:
            return self.symbols["functions"][function]["name"]
        return f"func[{function}]"
