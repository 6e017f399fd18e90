"""The image format: every record and section, described once.

The writer, the host reader and the tables in docs/image-format.md all come from this file; the
device's reader (wrt_micro/image.py) names the same layouts as struct strings, and a test holds
the two together. All numbers are little-endian; every section starts at a multiple of 4.
"""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass

MAGIC = b"\0wrt"
VERSION = 1
ALIGNMENT = 4
U32_MAX = 0xFFFFFFFF

# Cold classes of an engine; bit i of the header's `features` says that class i is needed.
CLASSES = ("integer", "memory", "table", "f32", "f64", "exception")

# This bit of `features` says that the functions are machine code, in a module of its own: their
# header is followed by two words, where the module has them. `instructions` is then the number
# of the agreement between such a module and the runtime.
MACHINE_CODE = 0x40
MACHINE_CODE_ABI = 1

_CODES = {"u8": "B", "u16": "H", "u32": "I", "bytes4": "4s", "bytes32": "32s"}


@dataclass(frozen=True)
class Record:
    """A fixed layout. fields: (name, kind, meaning) in order; kind: a key of _CODES."""

    name: str
    fields: tuple[tuple[str, str, str], ...]

    @property
    def layout(self) -> str:
        """The layout as Python's struct module writes it."""
        return "<" + "".join(_CODES[kind] for _, kind, _ in self.fields)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return struct.calcsize(self.layout)

    def pack(self, **values: int | bytes) -> bytes:
        """Bytes of one record; every field must be given."""
        return struct.pack(self.layout, *(values[name] for name, _, _ in self.fields))

    def unpack(self, data: bytes, offset: int) -> dict[str, int]:
        """Fields of the record at a byte offset."""
        numbers = struct.unpack_from(self.layout, data, offset)
        return dict(zip((name for name, _, _ in self.fields), numbers, strict=True))

    def offset(self, field: str) -> int:
        """Byte offset of a field in the record."""
        names = [name for name, _, _ in self.fields]
        before = self.fields[: names.index(field)]
        return struct.calcsize("<" + "".join(_CODES[kind] for _, kind, _ in before))


HEADER = Record(
    "header",
    (
        ("magic", "bytes4", "the bytes 00 77 72 74"),
        ("version", "u16", "version of this format: 1"),
        ("header_bytes", "u16", "size of this header; the section directory follows it"),
        ("size", "u32", "bytes of the whole image"),
        ("crc", "u32", "CRC-32 of every byte of the image but these four"),
        ("instructions", "u32", "fingerprint of the instruction set; 1 for machine code"),
        ("features", "u32", "cold classes needed, one bit each; bit 6: machine code"),
        ("sections", "u32", "entries in the section directory"),
        ("stack_bytes", "u32", "stack of one thread"),
        ("memory_bytes", "u32", "sum of all memory capacities"),
        ("table_words", "u32", "sum of the capacities of all tables and segments kept in RAM"),
        ("global_words", "u32", "words of all globals"),
        ("exceptions", "u32", "entries in the exception pool"),
        ("exception_words", "u32", "words of one entry: 1 + the largest payload"),
        ("element_segments", "u32", "how many of the table records are element segments"),
    ),
)

DIRECTORY = Record(
    "directory entry",
    (
        ("id", "u32", "section id"),
        ("offset", "u32", "image offset of the section, a multiple of 4"),
        ("size", "u32", "bytes of the section"),
        ("count", "u32", "records in the section"),
    ),
)

FUNCTION = Record(
    "function header",
    (
        ("index", "u32", "store-wide index of the function"),
        ("type", "u32", "canonical type id; a function's *header offset* H points here"),
        ("frame_bytes", "u16", "everything the frame may touch above fp"),
        ("zero_words", "u16", "words to set to zero on entry"),
        ("zero_start", "u16", "byte offset from fp of the first of them"),
        ("link", "u16", "byte offset from fp of the two link words (return pc, delta)"),
    ),
)
# Byte offset of the type field: header offsets point at it; the first code word is at H + CODE.
HEADER_POINT = FUNCTION.offset("type")
CODE = FUNCTION.size - HEADER_POINT

OFFSET = Record("offset", (("offset", "u32", "image offset"),))
WORD = Record("word", (("value", "u32", "initial value"),))

INSTANCE = Record(
    "instance",
    (
        ("name", "u32", "its name, a string reference"),
        ("init", "u32", "header offset of its init function, or 0"),
        ("first_export", "u32", "index of its first export record"),
        ("exports", "u32", "number of its export records"),
        ("first_function", "u32", "index of the first function that it defines"),
        ("functions", "u32", "how many functions it defines, imports not counted"),
    ),
)

EXPORT = Record(
    "export",
    (
        ("name", "u32", "a string reference"),
        ("kind", "u8", "0 func, 1 table, 2 memory, 3 global, 4 tag"),
        ("mutable", "u8", "1 for a mutable global"),
        ("reserved", "u16", "0"),
        ("index", "u32", "store-wide index; for a global its first word"),
        ("type", "u32", "func: canonical type id; global: value type code; else 0"),
    ),
)

IMPORT = Record(
    "host import",
    (
        ("module", "u32", "a string reference"),
        ("name", "u32", "a string reference"),
        ("type", "u32", "canonical type id"),
    ),
)

MEMORY = Record(
    "memory",
    (
        ("length", "u32", "bytes at the start"),
        ("capacity", "u32", "bytes reserved at load; memory.grow returns -1 beyond them"),
        ("declared", "u32", "bytes the module declared; above length for a short memory"),
        ("max_pages", "u32", "declared maximum in pages, saturated; 0xffffffff for none"),
        ("page_shift", "u8", "0 or 16"),
        ("flags", "u8", "bit 0 shared, bit 1 memory64"),
        ("reserved", "u16", "0"),
    ),
)

SEGMENT = Record(
    "data segment",
    (("offset", "u32", "image offset of its bytes"), ("length", "u32", "bytes")),
)

TABLE = Record(
    "table",
    (
        ("size", "u32", "elements at the start"),
        ("capacity", "u32", "elements reserved at load"),
        ("items", "u32", "image offset of the initial elements"),
        ("count", "u32", "initial elements stored; the rest up to size are null"),
        ("flags", "u32", "bit 0: constant, read in place from the image (then count = size)"),
    ),
)

HANDLER = Record(
    "handler",
    (
        ("start", "u32", "a call or throw is covered if start < its next pc <= end"),
        ("end", "u32", "code offset"),
        ("tag", "u32", "tag index, or 0x3fffffff for catch_all; bit 30: deliver the exnref"),
        ("target", "u32", "code offset to go on with"),
        ("destination", "u32", "byte offset from fp of the payload's first slot"),
    ),
)
MACHINE_FUNCTION = Record(
    "machine function",
    (
        ("entry", "u32", "offset in the blob of its code, called with arguments in registers"),
        ("shim", "u32", "offset in the blob of what takes its arguments from the stack"),
    ),
)

NATIVE_CODE = Record(
    "native code",
    (
        ("arch", "u8", "MicroPython's number of the architecture: 2 x64, 4 armv6m, ..."),
        ("mpy", "u8", "version of .mpy files: 6"),
        ("sub", "u8", "their sub-version for native code: 3"),
        ("reserved", "u8", "0"),
        ("red_zone", "u32", "bytes of machine stack that the guest leaves to interrupts"),
        ("reserve", "u32", "bytes of a thread's stack kept free for arguments and one frame"),
        ("code_bytes", "u32", "bytes of the blob before its constants"),
        (
            "build",
            "u32",
            "CRC-32 of the sections before this one and of the code; the module has it too",
        ),
        ("module_bytes", "u32", "bytes of the module, OUT_native.mpy"),
        ("module_crc", "u32", "its CRC-32"),
    ),
)

# Behind an image that is signed. It is no part of the image: its size and CRC go without it.
SIGNATURE = Record(
    "signature",
    (
        ("magic", "bytes4", "the bytes 00 73 69 67"),
        ("version", "u16", "version of this record: 1"),
        ("flags", "u16", "bit 0: the MAC goes over the module of machine code, too"),
        ("counter", "u32", "a number that grows with each release, or 0"),
        (
            "device",
            "bytes32",
            "the only device that may load it, in UTF-8 and zeros; 0: every one",
        ),
        ("mac", "bytes32", "HMAC-SHA-256 of the image, this record up to here, and the module"),
    ),
)
SIGNATURE_MAGIC, SIGNATURE_VERSION, SIGNED_MODULE = b"\0sig", 1, 1

CATCH_ALL = 0x3FFFFFFF
WITH_REF = 0x40000000

# Numbers from here on are the runtime's own host functions.
MAX_IMPORTS = 0x8000

KINDS = ("func", "table", "memory", "global", "tag")
SHARED, MEMORY64 = 1, 2
CONSTANT = 1


@dataclass(frozen=True)
class Section:
    """One section. record: what `count` counts, or None for plain bytes (count is 0)."""

    id: int
    name: str
    record: Record | None
    meaning: str


# Sections 1 to 15 are always there, in this order: entry i of the directory is section i + 1.
SECTIONS = (
    Section(1, "code", None, "functions: header, then 8-byte code words; by index, ascending"),
    Section(2, "functions", OFFSET, "header offset of each function"),
    Section(3, "types", OFFSET, "image offset of each function type; the types follow"),
    Section(4, "names", None, "strings: u16 length, then UTF-8; first the empty string"),
    Section(5, "instances", INSTANCE, "core module instances, in order of instantiation"),
    Section(6, "exports", EXPORT, "exports of all instances, grouped by instance"),
    Section(7, "imports", IMPORT, "host functions; code calls them by index"),
    Section(8, "memories", MEMORY, "linear memories"),
    Section(9, "segments", SEGMENT, "data segments; their memory indices follow the memories'"),
    Section(10, "data", None, "bytes of the data segments"),
    Section(11, "tables", TABLE, "tables, then element segments"),
    Section(12, "items", WORD, "initial elements: header offsets, 0 for null"),
    Section(13, "globals", WORD, "initial words of all globals"),
    Section(14, "tags", WORD, "payload words of each tag"),
    Section(15, "handlers", HANDLER, "catch clauses by function, innermost first"),
)
# Optional sections follow the fixed ones, in ascending order of their ids.
COMPONENT, NATIVE = 32, 33
OPTIONAL = (
    Section(COMPONENT, "component", None, "the plan of a component"),
    Section(NATIVE, "native", None, "native code record, then the board's name, if it was given"),
)
BY_NAME = {section.name: section for section in SECTIONS + OPTIONAL}


def checksum(data: bytes) -> int:
    """CRC-32 of an image but its crc field."""
    start = HEADER.offset("crc")
    return binascii.crc32(data[start + 4 :], binascii.crc32(data[:start]))


def align(offset: int) -> int:
    """The next multiple of ALIGNMENT."""
    return -(-offset // ALIGNMENT) * ALIGNMENT
