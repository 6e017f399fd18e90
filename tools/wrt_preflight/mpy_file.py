"""Read a .mpy file as mpy-cross writes it (format 6.3), down to the machine code of its functions.

Covers what a module of plain and viper functions holds: the header, the tables of names and
constants, and the tree of raw code. Native modules made from C (with relocations or data) are
refused: the product has none, and running one needs a linker, not a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .mpy_compile import ARCHITECTURES, MPY_SUB_VERSION, MPY_VERSION

KINDS = ("bytecode", "native", "viper", "asm")

FLAGS_FOLLOW = 0x40
FUN_TABLE = "mp_fun_table"
CONSTANTS = {0: FUN_TABLE, 1: None, 2: False, 3: True, 4: Ellipsis}
OBJ_STR, OBJ_BYTES, OBJ_INT, OBJ_FLOAT, OBJ_COMPLEX, OBJ_TUPLE = range(5, 11)

MAKE_FUNCTION = 0x32
STORE_NAME = 0x16


class MpyError(Exception):
    """The file is not a .mpy file this reader knows; the message says where and why."""


@dataclass(slots=True)
class RawCode:
    """One function: kind is a name of KINDS, data its bytecode or machine code."""

    kind: str
    data: bytes
    children: list[RawCode] = field(default_factory=list)


@dataclass(slots=True)
class MpyFile:
    """names: the qstr table; a name from MicroPython's fixed list is "#" and its number.

    constants: the object table, FUN_TABLE standing for the address of the helper table.
    functions: the module's own functions by name.
    """

    architecture: str | None
    small_int_bits: int
    names: list[str]
    constants: list[object]
    module: RawCode
    functions: dict[str, RawCode]


class _Reader:
    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def bytes(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise MpyError(f"offset {self.at}: {size} bytes expected, the file ends")
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self) -> int:
        return self.bytes(1)[0]

    def uint(self) -> int:
        value = 0
        while True:
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value


def _name(reader: _Reader) -> str:
    size = reader.uint()
    if size & 1:
        return f"#{size >> 1}"
    return reader.bytes((size >> 1) + 1)[:-1].decode()


def _constant(reader: _Reader) -> object:
    at = reader.at
    kind = reader.byte()
    if kind in CONSTANTS:
        return CONSTANTS[kind]
    size = reader.uint()
    if kind == OBJ_TUPLE:
        return tuple(_constant(reader) for _ in range(size))
    if kind in (OBJ_STR, OBJ_BYTES):
        data = reader.bytes(size + 1)[:-1]
        return data.decode() if kind == OBJ_STR else data
    if kind in (OBJ_INT, OBJ_FLOAT, OBJ_COMPLEX):
        return {OBJ_INT: int, OBJ_FLOAT: float, OBJ_COMPLEX: complex}[kind](
            reader.bytes(size).decode()
        )
    raise MpyError(f"offset {at}: constant of unknown kind {kind}")


def _raw_code(reader: _Reader) -> RawCode:
    head = reader.uint()
    kind = KINDS[head & 3]
    code = RawCode(kind, reader.bytes(head >> 3))
    if kind == "native":
        reader.uint()  # where the prelude is in the data
    elif kind != "bytecode":
        at = reader.at
        if reader.uint():
            raise MpyError(f"offset {at}: relocations or data: this is a linked native module")
        if kind == "asm":
            reader.uint()  # number of arguments
            reader.uint()  # their types
    if head & 4:
        code.children = [_raw_code(reader) for _ in range(reader.uint())]
    return code


def instructions(data: bytes) -> Iterator[tuple[int, int | None]]:
    """(opcode, its unsigned argument or None) of bytecode, behind the prelude.

    An argument is a number of the qstr table, of a child, or whatever the opcode says.
    """
    reader = _Reader(data)
    while reader.byte() & 0x80:  # the signature: nothing of it is needed
        pass
    info = cells = shift = 0
    while True:
        byte = reader.byte()
        info |= (byte >> 1 & 0x3F) << 6 * shift
        cells |= (byte & 1) << shift
        shift += 1
        if byte < 0x80:
            break
    reader.bytes(info + cells)
    while reader.at < len(data):
        opcode = reader.byte()
        argument = None
        form = 0x3A4 >> 2 * (opcode >> 4) & 3
        if form in (1, 2):
            argument = reader.uint()
        elif form == 3 and reader.byte() & 0x80:
            reader.byte()
        if not opcode & 0x9E:
            reader.byte()
        yield opcode, argument


def _functions(module: RawCode, names: list[str]) -> dict[str, RawCode]:
    """A function's raw code carries no name: take it from the module's `def` statements."""
    functions = {}
    made = None
    for opcode, argument in instructions(module.data):
        if opcode == STORE_NAME and made is not None:
            functions[names[argument]] = module.children[made]
        made = argument if opcode == MAKE_FUNCTION else None
    return functions


def read_mpy(data: bytes) -> MpyFile:
    """Read a whole .mpy file.

    Raises MpyError when it is cut short, of another version, or a linked native module.
    """
    reader = _Reader(data)
    magic, version, feature, small_int_bits = reader.bytes(4)
    if (magic, version) != (ord("M"), MPY_VERSION):
        raise MpyError(
            f"offset 0: a .mpy file of version {MPY_VERSION} expected, found {data[:2]!r}"
        )
    architecture = ARCHITECTURES[feature >> 2 & 0x2F]
    if architecture and feature & 3 != MPY_SUB_VERSION:
        raise MpyError(
            f"offset 2: native code of version {MPY_VERSION}.{feature & 3}, not .{MPY_SUB_VERSION}"
        )
    if feature & FLAGS_FOLLOW:
        reader.uint()
    name_count = reader.uint()
    constant_count = reader.uint()
    names = [_name(reader) for _ in range(name_count)]
    constants = [_constant(reader) for _ in range(constant_count)]
    module = _raw_code(reader)
    if reader.at != len(data):
        raise MpyError(f"offset {reader.at}: {len(data) - reader.at} bytes too many")
    return MpyFile(
        architecture, small_int_bits, names, constants, module, _functions(module, names)
    )
