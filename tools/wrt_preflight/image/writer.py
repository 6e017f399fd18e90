"""Writes a lowered program as an image: places everything, then patches the relocations."""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import LimitError
from ..interp.fingerprint import fingerprint
from ..mpy_compile import MPY_SUB_VERSION, MPY_VERSION
from . import format as fmt
from . import types
from .symbols import symbols

if TYPE_CHECKING:
    from ..lower.program import Function, NativeCode, Program, Table


@dataclass(frozen=True, slots=True)
class Image:
    """A written image.

    data: the bytes of image.wrt. symbols: what image.sym holds, as JSON. module: the bytes of
    image_native.mpy, the machine code of a native program, or None.
    """

    data: bytes
    symbols: dict
    module: bytes | None = None


def write(program: Program, optional: Mapping[int, bytes] | None = None) -> Image:
    """Make the image of a program.

    optional: bytes of optional sections by id (format.OPTIONAL), each a plain byte section.
    Raises LimitError if a number does not fit its field.
    """
    return _Writer(program, optional or {}).image()


class _Writer:
    def __init__(self, program: Program, optional: Mapping[int, bytes]) -> None:
        self.program = program
        self.optional = optional
        self.strings = {"": 0}
        self.names = bytearray(struct.pack("<H", 0))
        self.headers = self._place_functions()

    def image(self) -> Image:
        program = self.program
        body = bytearray()
        directory = []

        def section(id: int, data: bytes, count: int) -> int:
            """Append a section; its image offset."""
            offset = self.base + len(body)
            directory.append(fmt.DIRECTORY.pack(id=id, offset=offset, size=len(data), count=count))
            body.extend(data)
            body.extend(bytes(fmt.align(len(body)) - len(body)))
            return offset

        def next_offset() -> int:
            return self.base + len(body)

        section(1, self._code(), 0)
        section(2, _words(self.headers), len(self.headers))
        section(3, self._types(next_offset()), len(program.types))
        instances, exports, imports = self._instances(), self._exports(), self._imports()
        section(4, self.names, 0)
        section(5, instances, len(program.instances))
        section(6, exports, sum(len(instance.exports) for instance in program.instances))
        section(7, imports, len(program.imports))
        section(8, self._memories(), len(program.memories))
        data_offset = fmt.align(next_offset() + fmt.SEGMENT.size * len(program.data))
        section(9, self._segments(data_offset), len(program.data))
        section(10, b"".join(program.data), 0)
        items_offset = fmt.align(next_offset() + fmt.TABLE.size * len(program.tables))
        tables, items = self._tables(items_offset)
        section(11, tables, len(program.tables))
        section(12, items, len(items) // 4)
        section(13, self._globals(), len(program.globals))
        section(14, _words(program.tags), len(program.tags))
        handlers = self._handlers()
        section(15, handlers, len(handlers) // fmt.HANDLER.size)
        for id, data in sorted(self.optional.items()):
            section(id, data, 0)
        module = None
        if program.native:
            build = crc32(program.native.blob, crc32(body))
            module = program.native.module(build)
            section(fmt.NATIVE, _native(program.native, build, module), 0)
        image = bytearray(self._header(self.base + len(body)) + b"".join(directory) + body)
        struct.pack_into("<I", image, fmt.HEADER.offset("crc"), fmt.checksum(image))
        return Image(bytes(image), symbols(program, self.headers, fmt.checksum(image)), module)

    @property
    def base(self) -> int:
        """Image offset of the first section, which is the code."""
        return first_section(self._sections - len(fmt.SECTIONS))

    @property
    def _sections(self) -> int:
        return len(fmt.SECTIONS) + len(self.optional) + (self.program.native is not None)

    def _header(self, size: int) -> bytes:
        program = self.program
        unknown = program.features - set(fmt.CLASSES)
        if unknown:
            raise ValueError(f"features without an engine class: {sorted(unknown)}")
        return fmt.HEADER.pack(
            magic=fmt.MAGIC,
            version=fmt.VERSION,
            header_bytes=fmt.HEADER.size,
            size=size,
            crc=0,
            instructions=fmt.MACHINE_CODE_ABI if program.native else fingerprint(),
            features=sum(1 << fmt.CLASSES.index(name) for name in program.features)
            | fmt.MACHINE_CODE * (program.native is not None),
            sections=self._sections,
            stack_bytes=program.stack_bytes,
            memory_bytes=_u32("all memories", sum(m.capacity for m in program.memories)),
            table_words=_u32("all tables", sum(_ram_words(t) for t in program.tables)),
            global_words=len(program.globals),
            exceptions=program.exceptions,
            exception_words=1 + max(program.tags, default=0),
            element_segments=program.element_segments,
        )

    def _place_functions(self) -> list[int]:
        headers = []
        offset = self.base
        for function in self.program.functions:
            headers.append(offset + fmt.HEADER_POINT)
            if function.stripped:
                continue  # its place is that of the next one
            offset = fmt.align(offset + fmt.FUNCTION.size + len(function.code))
        return headers

    def _code(self) -> bytes:
        data = bytearray()
        for index, function in enumerate(self.program.functions):
            if function.stripped:
                continue
            data += fmt.FUNCTION.pack(
                index=index,
                type=function.type_id,
                frame_bytes=_u16(function, "frame bytes", function.frame_bytes),
                zero_words=_u16(function, "words of locals", function.zero_words),
                zero_start=_u16(function, "bytes before its locals", function.zero_start),
                link=_u16(function, "bytes before its link words", function.link),
            )
            code = bytearray(function.code)
            for relocation in function.relocations:
                target = self.headers[relocation.function]
                struct.pack_into("<I", code, relocation.offset, target)
            data += code + bytes(fmt.align(len(code)) - len(code))
        return bytes(data)

    def _types(self, offset: int) -> bytes:
        offset += fmt.OFFSET.size * len(self.program.types)
        offsets, records = [], bytearray()
        for functype in self.program.types:
            offsets.append(offset + len(records))
            records += types.encode(functype)
        return _words(offsets) + records

    def _string(self, text: str) -> int:
        """The reference of a string: its offset in the names section."""
        if text not in self.strings:
            data = text.encode()
            if len(data) > 0xFFFF:
                raise LimitError(f"the name {text[:40]!r}... has {len(data)} bytes, at most 65535")
            self.strings[text] = len(self.names)
            self.names += struct.pack("<H", len(data)) + data
        return self.strings[text]

    def _instances(self) -> bytes:
        data = bytearray()
        first = 0
        for instance in self.program.instances:
            data += fmt.INSTANCE.pack(
                name=self._string(instance.name),
                init=0 if instance.init is None else self.headers[instance.init],
                first_export=first,
                exports=len(instance.exports),
                first_function=instance.functions.start,
                functions=len(instance.functions),
            )
            first += len(instance.exports)
        return bytes(data)

    def _exports(self) -> bytes:
        data = bytearray()
        for instance in self.program.instances:
            for export in instance.exports:
                type_code = 0
                if export.kind == "func":
                    type_code = self.program.functions[export.index].type_id
                elif export.kind == "global":
                    type_code = types.code_of(export.type)
                data += fmt.EXPORT.pack(
                    name=self._string(export.name),
                    kind=fmt.KINDS.index(export.kind),
                    mutable=int(export.mutable),
                    reserved=0,
                    index=export.index,
                    type=type_code,
                )
        return bytes(data)

    def _imports(self) -> bytes:
        if len(self.program.imports) > fmt.MAX_IMPORTS:
            raise LimitError(
                f"the program imports {len(self.program.imports)} host functions, "
                f"at most {fmt.MAX_IMPORTS} have a number",
            )
        return b"".join(
            fmt.IMPORT.pack(
                module=self._string(item.module), name=self._string(item.name), type=item.type_id
            )
            for item in self.program.imports
        )

    def _memories(self) -> bytes:
        return b"".join(
            fmt.MEMORY.pack(
                length=_u32(f"memory {m.name}", m.length),
                capacity=_u32(f"memory {m.name}", m.capacity),
                declared=min(m.declared, fmt.U32_MAX),
                max_pages=fmt.U32_MAX if m.max_pages is None else min(m.max_pages, fmt.U32_MAX),
                page_shift=m.page_shift,
                flags=fmt.SHARED * m.shared | fmt.MEMORY64 * m.memory64,
                reserved=0,
            )
            for m in self.program.memories
        )

    def _segments(self, offset: int) -> bytes:
        records = bytearray()
        for data in self.program.data:
            records += fmt.SEGMENT.pack(offset=offset, length=len(data))
            offset += len(data)
        return bytes(records)

    def _tables(self, offset: int) -> tuple[bytes, bytes]:
        records, items = bytearray(), bytearray()
        for table in self.program.tables:
            words = [0 if item is None else self.headers[item] for item in table.items]
            if table.constant:
                words += [0] * (table.size - len(words))
            else:
                while words and not words[-1]:
                    words.pop()
            records += fmt.TABLE.pack(
                size=table.size,
                capacity=_u32(f"table {table.name}", table.capacity),
                items=offset + len(items),
                count=len(words),
                flags=fmt.CONSTANT * table.constant,
            )
            items += _words(words)
        return bytes(records), bytes(items)

    def _globals(self) -> bytes:
        return _words(
            word.value & fmt.U32_MAX if word.function is None else self.headers[word.function]
            for word in self.program.globals
        )

    def _handlers(self) -> bytes:
        data = bytearray()
        for header, function in zip(self.headers, self.program.functions, strict=True):
            code = header + fmt.CODE
            for handler in () if function.stripped else function.handlers:
                tag = fmt.CATCH_ALL if handler.tag is None else handler.tag
                data += fmt.HANDLER.pack(
                    start=code + handler.start,
                    end=code + handler.end,
                    tag=tag | fmt.WITH_REF * handler.with_ref,
                    target=code + handler.target,
                    destination=handler.destination,
                )
        return bytes(data)


def first_section(optional: int) -> int:
    """Image offset of the code in an image with so many optional sections."""
    return fmt.HEADER.size + fmt.DIRECTORY.size * (len(fmt.SECTIONS) + optional)


def _native(code: NativeCode, build: int, module: bytes) -> bytes:
    record = fmt.NATIVE_CODE.pack(
        arch=code.number,
        mpy=MPY_VERSION,
        sub=MPY_SUB_VERSION,
        reserved=0,
        red_zone=code.red_zone,
        reserve=code.reserve,
        code_bytes=code.code_bytes,
        build=build,
        module_bytes=len(module),
        module_crc=crc32(module),
    )
    return record + code.board.encode()


def _words(values) -> bytes:
    values = list(values)
    return struct.pack(f"<{len(values)}I", *values)


def _ram_words(table: Table) -> int:
    return 0 if table.constant else table.capacity


def _u16(function: Function, what: str, value: int) -> int:
    if value > 0xFFFF:
        raise LimitError(
            f"function {function.name} has {value} {what}, an image holds at most 65535",
            hint="split the function, or compile it with fewer locals",
        )
    return value


def _u32(what: str, value: int) -> int:
    if value > fmt.U32_MAX:
        raise LimitError(
            f"{what}: {value} reserved, an image holds at most {fmt.U32_MAX}",
            hint="give a smaller capacity with --limit",
        )
    return value
