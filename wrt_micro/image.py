# Reads an image in place. docs/image-format.md specifies the format.

import struct
from binascii import crc32

from .engine.instructions import FINGERPRINT
from .trap import ImageError
from .words import octets

VERSION = 1
HEADER = "<4sHHIIIIIIIIIIII"
HEADER_BYTES = 56
DIRECTORY = "<IIII"
# Layout of the records of sections 1 to 15; None is a section of plain bytes.
SECTIONS = (
    None,  # code
    "<I",  # functions
    "<I",  # types: offsets, then the types themselves
    None,  # names
    "<IIIIII",  # instances
    "<IBBHII",  # exports
    "<III",  # imports
    "<IIIIBBH",  # memories
    "<II",  # segments
    None,  # data
    "<IIIII",  # tables
    "<I",  # items
    "<I",  # globals
    "<I",  # tags
    "<IIIII",  # handlers
)
CODE, FUNCTIONS, TYPES, NAMES, INSTANCES, EXPORTS, IMPORTS, MEMORIES = 1, 2, 3, 4, 5, 6, 7, 8
SEGMENTS, DATA, TABLES, ITEMS, GLOBALS, TAGS, HANDLERS = 9, 10, 11, 12, 13, 14, 15
COMPONENT, NATIVE = 32, 33
SIGNATURE_BYTES = 76
KINDS = ("func", "table", "memory", "global", "tag")
FEATURES = 0x3F  # one bit for each cold class of the engines
MACHINE_CODE = 0x40  # the functions are machine code, in a module of its own: engine native
MACHINE_CODE_ABI = 1  # how that module and the runtime work together


def open_image(source):
    """The checked image in a path, an open binary file, or any bytes-like object.

    A file that can be viewed in place, as on ROMFS, is not copied, unless it lies at an address
    that is no multiple of 4. Raises OSError, ImageError, LimitError.
    """
    if isinstance(source, str):
        with open(source, "rb") as file:
            return Image(_aligned(_contents(file)), source)
    return Image(_aligned(_contents(source) if hasattr(source, "read") else source))


def _contents(file):
    try:
        return memoryview(file)
    except TypeError:
        size = file.seek(0, 2)
        file.seek(0)
        data = octets(size, "the image", None)
        file.readinto(data)
        return data


def _aligned(data):
    try:
        from uctypes import addressof
    except ImportError:  # CPython: its engine does not read words from addresses
        return data
    if not addressof(data) & 3:
        return data
    copy = octets(len(data), "a copy of the image, which is not at a multiple of 4", None)
    copy[:] = data
    return copy


class Image:
    """An image whose header, checksum and section directory have been checked.

    data: its bytes. signature: the block behind them, or None; nothing here looks at it (sign.py).
    path: where they were read from, or None. native: the module with its machine code, where it is
    not beside it. Raises ImageError. Contents of sections are trusted once the CRC is right.
    """

    native = signature = None

    def __init__(self, data, path=None):
        self.data = data
        self.path = path
        present = len(data)
        if present < HEADER_BYTES:
            raise ImageError(
                "an image has at least %d bytes, here are %d" % (HEADER_BYTES, present)
            )
        head = struct.unpack_from(HEADER, data, 0)
        magic, version, header_bytes, size, crc, instructions, self.features, sections = head[:8]
        if magic != b"\0wrt":
            raise ImageError("not an image: it starts with %r, expected b'\\0wrt'" % bytes(magic))
        if version != VERSION:
            raise ImageError(
                "image format %d, this runtime reads %d: build the image with the wrt-micro "
                "that the runtime came with" % (version, VERSION)
            )
        view = memoryview(data)
        if present == size + SIGNATURE_BYTES and view[size : size + 4] == b"\0sig":
            self.signature = view[size:]
            data = self.data = view = view[:size]
        elif size != present:
            raise ImageError(
                "the image has %d bytes, here are %d: copy it again" % (size, present)
            )
        found = crc32(view[16:], crc32(view[:12])) & 0xFFFFFFFF
        if found != crc:
            raise ImageError(
                "the image is damaged: CRC %08x, expected %08x: copy it again" % (found, crc)
            )
        if header_bytes != HEADER_BYTES:
            raise ImageError("the header has %d bytes, expected %d" % (header_bytes, HEADER_BYTES))
        self.machine_code = bool(self.features & MACHINE_CODE)
        expected = MACHINE_CODE_ABI if self.machine_code else FINGERPRINT
        if instructions != expected:
            raise ImageError(
                "the image is written in instruction set %08x, this runtime has %08x: build it "
                "with the wrt-micro that the runtime came with" % (instructions, expected)
            )
        if self.features & ~(FEATURES | MACHINE_CODE):
            raise ImageError(
                "the image needs features 0x%x, this runtime knows 0x%x"
                % (self.features, FEATURES | MACHINE_CODE)
            )
        self.crc = crc
        self.stack_bytes = head[8]
        self.exceptions, self.exception_words, self.element_segments = head[12:]
        self._read_directory(header_bytes, sections, head[11])

    def _read_directory(self, at, sections, global_words):
        data = self.data
        fixed = len(SECTIONS)
        end = at + 16 * sections
        if sections < fixed or end > len(data):
            raise ImageError("the image has %d sections, expected %d or more" % (sections, fixed))
        self.offsets = offsets = [0] * (fixed + 1)
        self.counts = counts = [0] * (fixed + 1)
        self.optional = {}
        last = 0
        for i in range(sections):
            id, offset, size, count = struct.unpack_from(DIRECTORY, data, at + 16 * i)
            if i < fixed:
                layout = SECTIONS[i]
                needed = struct.calcsize(layout) * count if layout else 0
                right = id == i + 1 and (needed == size or needed <= size and id in (1, 3, 4, 10))
            else:
                right = id > last
                if id not in (COMPONENT, NATIVE):
                    raise ImageError(
                        "section %d is unknown to image format %d: install a newer wrt_micro"
                        % (id, VERSION)
                    )
            last = id
            if not right or offset != end or offset + size > len(data):
                raise ImageError("section entry %d of the image is wrong (id %d)" % (i + 1, id))
            end = offset + size + 3 & ~3
            if i < fixed:
                offsets[id] = offset
                counts[id] = count
            else:
                self.optional[id] = (offset, size)
        wrong = self.machine_code != (NATIVE in self.optional)
        wrong = wrong or self.element_segments > counts[TABLES] or global_words != counts[GLOBALS]
        if wrong or end != len(data):
            raise ImageError("the image's header does not match its sections")

    @property
    def is_component(self):
        """Whether it is one, and no core program."""
        return COMPONENT in self.optional

    def fields(self, section, index):
        """The fields of a section's record, as a tuple."""
        if index >= self.counts[section]:
            raise IndexError("section %d has no record %d" % (section, index))
        layout = SECTIONS[section - 1]
        return struct.unpack_from(
            layout, self.data, self.offsets[section] + struct.calcsize(layout) * index
        )

    def string(self, reference):
        """The string at an offset in the names section."""
        at = self.offsets[NAMES] + reference
        size = struct.unpack_from("<H", self.data, at)[0]
        return str(bytes(self.data[at + 2 : at + 2 + size]), "utf-8")

    def function(self, index):
        """The header offset of a function."""
        # Most is asked for while the program runs, when what reads other records may be gone.
        return struct.unpack_from("<I", self.data, self.offsets[FUNCTIONS] + 4 * index)[0]

    def function_at(self, pc):
        """The index of the function that holds a code address."""
        low, high = 0, self.counts[FUNCTIONS]
        while high - low > 1:
            middle = (low + high) // 2
            if self.function(middle) <= pc:
                low = middle
            else:
                high = middle
        return low

    def instance_of(self, function):
        """The name of the instance that defines a function, or None for a host function."""
        for i in range(self.counts[INSTANCES]):
            name, init, _, _, first, count = self.fields(INSTANCES, i)
            if first <= function < first + count or init == self.function(function):
                return self.string(name)
        return None

    def functype(self, index):
        """A function type: (value type codes of its params, those of its results)."""
        at = self.fields(TYPES, index)[0]
        params, results = struct.unpack_from("<HH", self.data, at)
        at += 4
        codes = []
        for _ in range(params + results):
            code = self.data[at]
            at += 1
            if code == 0x63 or code == 0x64:
                code |= struct.unpack_from("<H", self.data, at)[0] << 8
                at += 2
            codes.append(code)
        return tuple(codes[:params]), tuple(codes[params:])

    def type_id(self, header):
        """The canonical type id of the function with this header offset."""
        return struct.unpack_from("<I", self.data, header)[0]

    def type_of(self, header):
        """The function type of the function with this header offset."""
        return self.functype(self.type_id(header))

    def exports(self, instance):
        """Exports of an instance: {name: (kind, store-wide index, type)}.

        type: of a func its type id; of a global its value type code, plus 1 << 24 if mutable.
        """
        first, count = self.fields(INSTANCES, instance)[2:4]
        exports = {}
        for i in range(first, first + count):
            name, kind, mutable, _, index, type = self.fields(EXPORTS, i)
            exports[self.string(name)] = (KINDS[kind], index, type | mutable << 24)
        return exports
