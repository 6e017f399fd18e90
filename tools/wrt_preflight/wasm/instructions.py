"""Decoding of instructions and expressions (spec: Binary Format, Instructions).

The decoded form of each kind of immediate in ops.instructions:

    block      None (no results), a value type (one result) or a type index
    label, func, type, table, local, global, memory, data, elem, tag   the index
    labels     a tuple of label indices (`br_table`; its default is the `label` that follows)
    valtypes   a tuple of value types
    heap       a heap type: a name, or a type index
    memarg     (alignment exponent, memory index, offset)
    catches    a tuple of (kind, tag index or None, label index); kind is one of CATCH_KINDS
    i32, i64   the signed value
    f32, f64   the bit pattern, unsigned
    const0     0
"""

from __future__ import annotations

from collections.abc import Callable

from ..ops.instructions import BY_OPCODE, Instruction
from .cursor import Cursor
from .module import Code, Expr, Instr, Module
from .typecodes import block_type, heap_type, unsupported, value_types

CATCH_KINDS = ("catch", "catch_ref", "catch_all", "catch_all_ref")

GC_PREFIX, MISC_PREFIX, SIMD_PREFIX, ATOMIC_PREFIX = 0xFB, 0xFC, 0xFD, 0xFE
LEGACY_EXCEPTIONS = {
    0x06: "try",
    0x07: "catch",
    0x09: "rethrow",
    0x18: "delegate",
    0x19: "catch_all",
}
STACK_SWITCHING = range(0xE0, 0xE7)
REF_EQ = 0xD3


def _memarg(cursor: Cursor) -> tuple[int, int, int]:
    start = cursor.pos
    flags = cursor.u32("an alignment")
    if flags >= 0x80:
        cursor.fail(f"expected an alignment, found flags 0x{flags:x}", start)
    memory = cursor.u32("a memory index") if flags & 0x40 else 0
    return flags & 0x3F, memory, cursor.unsigned(64, "a memory offset")


def _catch(cursor: Cursor) -> tuple[str, int | None, int]:
    kind = CATCH_KINDS[cursor.flag_byte("a catch clause", (0, 1, 2, 3))]
    tag = None if kind.startswith("catch_all") else cursor.u32("a tag index")
    return kind, tag, cursor.u32("a label")


def _bits(size: int, what: str) -> Callable[[Cursor], int]:
    return lambda cursor: int.from_bytes(cursor.bytes(size, what), "little")


def _index(what: str) -> Callable[[Cursor], int]:
    return lambda cursor: cursor.unsigned(32, what)


_READERS: dict[str, Callable[[Cursor], object]] = {
    "block": block_type,
    "label": _index("a label"),
    "func": _index("a function index"),
    "type": _index("a type index"),
    "table": _index("a table index"),
    "local": _index("a local index"),
    "global": _index("a global index"),
    "memory": _index("a memory index"),
    "data": _index("a data segment index"),
    "elem": _index("an element segment index"),
    "tag": _index("a tag index"),
    "labels": lambda cursor: tuple(cursor.vector("labels", lambda: cursor.u32("a label"))),
    "valtypes": lambda cursor: value_types(cursor, "value types"),
    "heap": heap_type,
    "memarg": _memarg,
    "catches": lambda cursor: tuple(cursor.vector("catch clauses", lambda: _catch(cursor))),
    "i32": lambda cursor: cursor.signed(32, "an i32"),
    "i64": lambda cursor: cursor.signed(64, "an i64"),
    "f32": _bits(4, "an f32"),
    "f64": _bits(8, "an f64"),
    "const0": lambda cursor: cursor.flag_byte("a reserved byte", (0,)),
}

# How the loop below treats an opcode. Modules are mostly made of the first four, so their short
# encodings are decoded in the loop itself.
_PLAIN, _INDEX, _CONST, _MEMARG, _OPEN, _END, _OTHER, _PREFIX = range(8)
_INDEX_KINDS = ("label", "func", "local", "global", "table", "memory", "type", "tag")


def _treatment(instruction: Instruction) -> int:
    kinds = instruction.immediates
    if instruction.name == "end":
        return _END
    if kinds and kinds[0] == "block":
        return _OPEN
    if not kinds:
        return _PLAIN
    if len(kinds) > 1:
        return _OTHER
    if kinds[0] in _INDEX_KINDS:
        return _INDEX
    return {"i32": _CONST, "i64": _CONST, "memarg": _MEMARG}.get(kinds[0], _OTHER)


_BYTE_OPCODES = [BY_OPCODE.get(opcode) for opcode in range(256)]
_TREATMENTS = [_PREFIX if found is None else _treatment(found) for found in _BYTE_OPCODES]


def _prefixed(cursor: Cursor, start: int) -> Instruction:
    """The instruction at `start`, whose first byte is a prefix or unknown; cursor is behind it."""
    byte = cursor.data[start]
    if byte == MISC_PREFIX or byte == ATOMIC_PREFIX:
        code = cursor.u32("an instruction code")
        if (byte, code) in BY_OPCODE:
            return BY_OPCODE[byte, code]
        cursor.fail(f"expected an instruction, found 0x{byte:02x} 0x{code:02x}", start)
    if byte == SIMD_PREFIX:
        unsupported(cursor, "a vector instruction", "SIMD", start)
    if byte == GC_PREFIX or byte == REF_EQ:
        unsupported(cursor, "a garbage collection instruction", "garbage collection", start)
    if byte in LEGACY_EXCEPTIONS:
        unsupported(
            cursor, f"the instruction {LEGACY_EXCEPTIONS[byte]}", "legacy exceptions", start
        )
    if byte in STACK_SWITCHING:
        unsupported(cursor, "a continuation instruction", "stack switching", start)
    cursor.fail(f"expected an instruction, found 0x{byte:02x}", start)


def instructions(cursor: Cursor) -> list[Instr]:
    """The instructions of one expression, up to the `end` that closes it, which is included."""
    data, base, end = cursor.data, cursor.base, cursor.end
    opcodes, treatments = _BYTE_OPCODES, _TREATMENTS
    found: list[Instr] = []
    append = found.append
    pos = cursor.pos
    depth = 0
    while True:
        if pos >= end:
            cursor.pos = end
            cursor.fail(f"expected an instruction, found the end of the {cursor.where}")
        start = pos
        byte = data[pos]
        pos += 1
        instruction = opcodes[byte]
        treatment = treatments[byte]
        if treatment == _PLAIN:
            append((start + base, instruction, ()))
            continue
        if treatment == _END:
            append((start + base, instruction, ()))
            if depth == 0:
                cursor.pos = pos
                return found
            depth -= 1
            continue
        if pos < end:
            byte = data[pos]
            if treatment == _INDEX:
                if byte < 0x80:
                    append((start + base, instruction, (byte,)))
                    pos += 1
                    continue
            elif treatment == _CONST:
                if byte < 0x80:
                    append((start + base, instruction, (byte - 0x80 if byte & 0x40 else byte,)))
                    pos += 1
                    continue
            elif treatment == _MEMARG:
                if byte < 0x40 and pos + 1 < end and data[pos + 1] < 0x80:
                    append((start + base, instruction, ((byte, 0, data[pos + 1]),)))
                    pos += 2
                    continue
        if treatment == _OPEN:
            depth += 1
        cursor.pos = pos
        if treatment == _PREFIX:
            instruction = _prefixed(cursor, start)
        immediates = tuple([_READERS[kind](cursor) for kind in instruction.immediates])
        append((start + base, instruction, immediates))
        pos = cursor.pos


def constant_expression(cursor: Cursor) -> Expr:
    """A constant expression, without its final `end`."""
    found = instructions(cursor)
    found.pop()
    return found


def decode(
    data: bytes, start: int, end: int, file: str | None = None, base: int = 0
) -> list[Instr]:
    """The instructions of a function body, data[start:end], its final `end` included.

    base: offset of data[0] in the file. The offsets returned and in errors count from the start
    of the file. Raises ReadError, or ProfileError for instructions that wrt-micro does not run.
    """
    cursor = Cursor(data, start, end, file, base, "function body")
    found = instructions(cursor)
    cursor.finish()
    return found


def decode_body(module: Module, code: Code) -> list[Instr]:
    """The instructions of a function of `module`; see decode."""
    return decode(module.data, code.start, code.end, module.file, module.base)
