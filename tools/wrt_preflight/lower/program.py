"""The lowered program: what `lower` makes and `image` writes.

One Program is one store: all its indices (functions, types, memories, tables, globals, tags) are
store-wide. Addresses inside code are left open as relocations, since only the image writer knows
where a function lands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..wasm.types import FuncType, ValType


@dataclass(slots=True)
class Relocation:
    """A u32 inside a function's code that must become an image byte offset.

    offset: byte offset of the u32 from the function's first code word.
    function: store-wide index of the function whose header offset is written there.
    """

    offset: int
    function: int


@dataclass(slots=True)
class Handler:
    """One catch clause of a try_table, in the order in which it is tried.

    start, end: byte range from the function's first code word; a call or throw whose *next* pc
        lies in start < pc <= end is covered.
    tag: store-wide tag index, or None for catch_all.
    with_ref: the clause also delivers the exnref.
    target: byte offset of the code to go on with.
    destination: byte offset from fp of the payload's first slot; the exnref follows the payload.
    """

    start: int
    end: int
    tag: int | None
    with_ref: bool
    target: int
    destination: int


@dataclass(slots=True)
class Function:
    """One function in register code.

    type_id: index into Program.types. frame_bytes: all a frame may touch above fp, at most 65,532.
    link: byte offset from fp of the two link words (return pc, delta), behind params and results.
    zero_start, zero_words: the locals that start as zero. code: 8-byte code words.
    calls: (store-wide index of a function called directly, bytes from this frame to its frame).
    indirect: it also calls by reference.
    offsets: (code byte offset, module byte offset) pairs, for backtraces and disassembly.
    stripped: nothing calls it; it keeps its index, and its code is not written.
    """

    name: str
    type_id: int
    frame_bytes: int
    link: int
    zero_start: int
    zero_words: int
    code: bytes
    relocations: list[Relocation] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    calls: list[tuple[int, int]] = field(default_factory=list)
    indirect: bool = False
    offsets: list[tuple[int, int]] = field(default_factory=list)
    stripped: bool = False


@dataclass(slots=True)
class Memory:
    """A linear memory. All sizes in bytes.

    length: bytes at the start. capacity: bytes reserved at load; memory.grow returns -1 beyond it.
    declared: bytes the module declared as its minimum; more than `length` for a short memory
        (`--memory N`), then accesses in between trap as `short_memory`.
    page_shift: 0 or 16. max_pages: declared maximum, in pages, or None.
    static_end: where the module says that its static data and its stack end; 0 if it does not.
    """

    name: str
    length: int
    capacity: int
    page_shift: int
    max_pages: int | None
    declared: int
    memory64: bool = False
    shared: bool = False
    static_end: int = 0


@dataclass(slots=True)
class Table:
    """A table, or an element segment (capacity == size, never grows).

    items: initial element per index: a store-wide function index, or None for null; padded with
        None up to size. constant: a segment whose items need no RAM (read from the image).
    """

    name: str
    size: int
    capacity: int
    items: list[int | None] = field(default_factory=list)
    constant: bool = False


@dataclass(slots=True)
class GlobalWord:
    """Initial value of one 32-bit global word: a plain value, or a function's header offset."""

    value: int = 0
    function: int | None = None


@dataclass(slots=True)
class Export:
    """kind: "func", "table", "memory", "global" or "tag"; index: store-wide.

    For a global, index is its first word in Program.globals and type its value type.
    """

    name: str
    kind: str
    index: int
    type: ValType | None = None
    mutable: bool = False


@dataclass(slots=True)
class Instance:
    """A core module instance: its name, the function that initialises it, and what it exports.

    functions: store-wide indices of the functions it defines.
    """

    name: str
    init: int | None
    exports: list[Export] = field(default_factory=list)
    functions: range = range(0)


@dataclass(slots=True)
class HostImport:
    """A function that the device's Python must provide. `host n` in code uses its list index."""

    module: str
    name: str
    type_id: int


@dataclass(slots=True)
class NativeCode:
    """Machine code of a program, which goes into a module of its own beside the image.

    arch: mpy-cross's name of the architecture; number: MicroPython's. board: name of the board it
    was built for, or "". blob: the code. module: makes the bytes of a module with it, for a
    build's number. red_zone: bytes of machine stack that the guest leaves to interrupts.
    reserve: bytes of a thread's stack that stay free for arguments and one frame. code_bytes: of
    the blob before its constants. overhead: bytes of stack that each call from Python takes on
    top of what the functions take.
    """

    arch: str
    number: int
    board: str
    blob: bytes
    module: Callable[[int], bytes]
    red_zone: int
    reserve: int
    code_bytes: int
    overhead: int


@dataclass(slots=True)
class Program:
    """Everything an image holds, before it has addresses.

    tables: the tables, then `element_segments` hidden ones. memories: the memories only.
    data: the data segments; segment i has memory index len(memories) + i.
    tags: payload words of each store-wide tag. exceptions: entries in the exception pool.
    stack_bytes: stack of one thread. stack_reason: where that number comes from.
    features: the cold classes (ops.cold.CLASSES) that the code needs.
    native: the machine code, if there is; the code of functions is then where to find theirs.
    """

    types: list[FuncType] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    element_segments: int = 0
    globals: list[GlobalWord] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    exceptions: int = 0
    instances: list[Instance] = field(default_factory=list)
    imports: list[HostImport] = field(default_factory=list)
    stack_bytes: int = 0
    stack_reason: str = ""
    features: set[str] = field(default_factory=set)
    native: NativeCode | None = None
