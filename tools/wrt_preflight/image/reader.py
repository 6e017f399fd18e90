"""Reads an image back on the host, and checks all of it: every offset, index and sum.

The device trusts what is inside of the sections once the CRC is right; this reader does not.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from ..errors import ImageError
from ..interp.fingerprint import fingerprint
from ..wasm.types import FuncType, ValType
from . import format as fmt
from . import symbols as symbol_file
from . import types
from .contents import Contents, Export, Function, Import, Instance, Table


def read(data: bytes, file: str | None = None, symbols: dict | None = None) -> Contents:
    """Read and check a whole image.

    file: its name for messages. symbols: what its image.sym holds. Raises ImageError with the
    byte offset of what is wrong.
    """
    try:
        contents = _Reader(bytes(data)).contents()
        if symbols:
            symbol_file.check(symbols, data)
            contents.symbols = symbols
        return contents
    except ImageError as error:
        raise ImageError(
            error.message, file=file, offset=error.offset, hint=error.hint or _HINT
        ) from None


_HINT = "build the image again with wrt-micro build"


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.header = self._header()
        self.sections = self._directory()
        self.strings = self._strings()
        self.headers = [word for (word,) in struct.iter_unpack("<I", self._bytes("functions"))]
        self.indices = {header: index for index, header in enumerate(self.headers)}

    def contents(self) -> Contents:
        header, data = self.header, self.data
        functypes = self._types()
        self.type_count = len(functypes)
        self.functions = self._functions()
        memories = self._records("memories")
        contents = Contents(
            data=data,
            symbols={},
            header=header,
            sections=self.sections,
            features={n for i, n in enumerate(fmt.CLASSES) if header["features"] >> i & 1},
            types=functypes,
            functions=self.functions,
            instances=self._instances(),
            imports=self._imports(),
            memories=memories,
            segments=self._segments(),
            tables=self._tables(),
            globals=[record["value"] for record in self._records("globals")],
            tags=[record["value"] for record in self._records("tags")],
            optional={
                section.id: self._bytes(section.name)
                for section in fmt.OPTIONAL
                if section.name in self.sections
            },
        )
        self._check(contents)
        return contents

    def _strings(self) -> dict[int, str]:
        """All strings by their references."""
        names, start = self._bytes("names"), self.sections["names"]["offset"]
        strings, at = {}, 0
        while at < len(names):
            size = int.from_bytes(names[at : at + 2], "little")
            text = names[at + 2 : at + 2 + size]
            try:
                strings[at] = text.decode()
            except UnicodeDecodeError:
                raise ImageError("a name is not UTF-8", offset=start + at) from None
            if at + 2 + len(text) > len(names) or len(text) != size:
                raise ImageError("a name runs past its section", offset=start + at)
            at += 2 + size
        return strings

    def _header(self) -> dict[str, int]:
        data = self.data
        if len(data) < fmt.HEADER.size:
            raise ImageError(
                f"an image has at least {fmt.HEADER.size} bytes, this file has {len(data)}",
                offset=len(data),
            )
        header = fmt.HEADER.unpack(data, 0)
        if header.pop("magic") != fmt.MAGIC:
            found = data[:4].hex(" ")
            raise ImageError(
                f"not an image: expected the bytes {fmt.MAGIC.hex(' ')}, found {found}", offset=0
            )
        if header["version"] != fmt.VERSION:
            raise ImageError(
                f"image format {header['version']}, this wrt-micro reads {fmt.VERSION}", offset=4
            )
        if header["size"] != len(data):
            raise ImageError(
                f"the image has {header['size']} bytes, this file has {len(data)}",
                offset=fmt.HEADER.offset("size"),
                hint="the file was cut or damaged: copy or build it again",
            )
        found = fmt.checksum(data)
        if found != header["crc"]:
            raise ImageError(
                f"the image is damaged: its CRC is {found:08x}, expected {header['crc']:08x}",
                offset=fmt.HEADER.offset("crc"),
                hint="copy or build it again",
            )
        if header["header_bytes"] != fmt.HEADER.size:
            raise ImageError(
                f"the header has {header['header_bytes']} bytes, expected {fmt.HEADER.size}",
                offset=fmt.HEADER.offset("header_bytes"),
            )
        machine_code = header["features"] & fmt.MACHINE_CODE
        expected = fmt.MACHINE_CODE_ABI if machine_code else fingerprint()
        if header["instructions"] != expected:
            raise ImageError(
                f"the image is written in instruction set {header['instructions']:08x}, "
                f"this wrt-micro has {expected:08x}",
                offset=fmt.HEADER.offset("instructions"),
            )
        unknown = (header["features"] & ~fmt.MACHINE_CODE) >> len(fmt.CLASSES)
        if unknown:
            raise ImageError(
                f"the image needs unknown features 0x{header['features']:x}",
                offset=fmt.HEADER.offset("features"),
            )
        return header

    def _directory(self) -> dict[str, dict[str, int]]:
        count, size = self.header["sections"], len(self.data)
        at = fmt.HEADER.size
        end = at + fmt.DIRECTORY.size * count
        if not len(fmt.SECTIONS) <= count <= len(fmt.SECTIONS + fmt.OPTIONAL) or end > size:
            raise ImageError(
                f"{count} sections, expected {len(fmt.SECTIONS)}",
                offset=fmt.HEADER.offset("sections"),
            )
        known = {section.id: section for section in fmt.SECTIONS + fmt.OPTIONAL}
        sections = {}
        for i in range(count):
            entry = fmt.DIRECTORY.unpack(self.data, at)
            section = known.get(entry["id"])
            if section is None or (i < len(fmt.SECTIONS)) != (section.id == i + 1):
                raise ImageError(f"section {i + 1} has the id {entry['id']}", offset=at)
            if entry["offset"] != end:
                raise ImageError(
                    f"section {section.name} lies at 0x{entry['offset']:x}, expected 0x{end:x}",
                    offset=at + 4,
                )
            end = fmt.align(entry["offset"] + entry["size"])
            if end > size:
                raise ImageError(f"section {section.name} runs past the image", offset=at + 8)
            needed = entry["count"] * (section.record.size if section.record else 0)
            if entry["count"] and not section.record or needed > entry["size"]:
                raise ImageError(f"section {section.name} has a wrong count", offset=at + 12)
            if section.record and section.name != "types" and needed != entry["size"]:
                raise ImageError(f"section {section.name} has a wrong size", offset=at + 8)
            sections[section.name] = entry
            at += fmt.DIRECTORY.size
        if ("native" in sections) != bool(self.header["features"] & fmt.MACHINE_CODE):
            raise ImageError(
                "the section native and bit 6 of the features must come together",
                offset=fmt.HEADER.offset("features"),
            )
        if end != size:
            raise ImageError(f"the last section ends at 0x{end:x}, the image at 0x{size:x}")
        return sections

    def _bytes(self, name: str) -> bytes:
        section = self.sections[name]
        return self.data[section["offset"] : section["offset"] + section["size"]]

    def _records(self, name: str) -> list[dict[str, int]]:
        section = self.sections[name]
        record = fmt.BY_NAME[name].record
        return [
            record.unpack(self.data, section["offset"] + record.size * i)
            for i in range(section["count"])
        ]

    def _at(self, name: str, index: int) -> int:
        """Image offset of a record, for messages."""
        return self.sections[name]["offset"] + fmt.BY_NAME[name].record.size * index

    def _types(self) -> list[FuncType]:
        section = self.sections["types"]
        end = section["offset"] + section["size"]
        expected = section["offset"] + fmt.OFFSET.size * section["count"]
        found = []
        for i, record in enumerate(self._records("types")):
            if record["offset"] != expected:
                raise ImageError(f"type {i} lies elsewhere", offset=self._at("types", i))
            functype, expected = types.decode(self.data, expected, end)
            found.append(functype)
        if expected != end:
            raise ImageError("there is more than types in their section", offset=expected)
        return found

    def _functions(self) -> list[Function]:
        code = self.sections["code"]
        if code["size"] % fmt.ALIGNMENT:
            raise ImageError("the code has odd bytes", offset=code["offset"] + code["size"])
        start, end = code["offset"] + fmt.HEADER_POINT, code["offset"] + code["size"]
        functions = []
        for i, header in enumerate(self.headers):
            if header in (*self.headers[i + 1 : i + 2], end + fmt.HEADER_POINT):
                functions.append(Function(i, header, 0, 0, 0, 0, 0, (header, header), [], True))
                continue
            after = self.headers[i + 1] - fmt.HEADER_POINT if i + 1 < len(self.headers) else end
            if header % 4 or header < start or header + fmt.CODE > after or after > end:
                raise ImageError(
                    f"function {i} lies in a wrong place", offset=self._at("functions", i)
                )
            fields = fmt.FUNCTION.unpack(self.data, header - fmt.HEADER_POINT)
            if fields.pop("index") != i or fields["type"] >= self.type_count:
                raise ImageError(f"the header of function {i} is wrong", offset=header - 4)
            if fields["link"] + 8 > fields["frame_bytes"]:
                raise ImageError(f"function {i} has no room for its link", offset=header + 4)
            functions.append(
                Function(index=i, header=header, code=(header + fmt.CODE, after), **fields)
            )
            start = after + fmt.HEADER_POINT
        for i, handler in enumerate(self._records("handlers")):
            owner = bisect_right(self.headers, handler["start"]) - 1
            code = functions[owner].code if owner >= 0 else (0, 0)
            inside = code[0] <= handler["start"] <= handler["end"] <= code[1]
            if not inside or not code[0] <= handler["target"] < code[1]:
                raise ImageError(f"handler {i} leads nowhere", offset=self._at("handlers", i))
            functions[owner].handlers.append(handler)
        return functions

    def _string(self, reference: int, at: int) -> str:
        if reference not in self.strings:
            raise ImageError(f"0x{reference:x} is no string reference", offset=at)
        return self.strings[reference]

    def _function_index(self, header: int, at: int) -> int:
        if header not in self.indices:
            raise ImageError(f"0x{header:x} is no function", offset=at)
        return self.indices[header]

    def _instances(self) -> list[Instance]:
        exports = [self._export(i, fields) for i, fields in enumerate(self._records("exports"))]
        instances = []
        first = 0
        for i, fields in enumerate(self._records("instances")):
            at = self._at("instances", i)
            if fields["first_export"] != first or first + fields["exports"] > len(exports):
                raise ImageError(f"instance {i} has wrong exports", offset=at + 8)
            init = self._function_index(fields["init"], at + 4) if fields["init"] else None
            last = first + fields["exports"]
            instances.append(Instance(self._string(fields["name"], at), init, exports[first:last]))
            first = last
        if first != len(exports):
            raise ImageError(
                f"export {first} belongs to no instance", offset=self._at("exports", first)
            )
        return instances

    def _export(self, index: int, fields: dict[str, int]) -> Export:
        at = self._at("exports", index)
        if fields["kind"] >= len(fmt.KINDS) or fields["mutable"] > 1 or fields["reserved"]:
            raise ImageError(f"export {index} is wrong", offset=at + 4)
        kind = fmt.KINDS[fields["kind"]]
        section = {"func": "functions", "memory": "memories"}.get(kind, kind + "s")
        if fields["index"] >= self.sections[section]["count"]:
            raise ImageError(
                f"export {index}: there is no {kind} {fields['index']}", offset=at + 8
            )
        type_: int | ValType | None = None
        if kind == "func":
            type_ = fields["type"]
            if type_ != self.functions[fields["index"]].type:
                raise ImageError(f"export {index} has a wrong type", offset=at + 12)
        elif kind == "global":
            type_ = types.type_of(fields["type"])
        name = self._string(fields["name"], at)
        return Export(name, kind, fields["index"], bool(fields["mutable"]), type_)

    def _imports(self) -> list[Import]:
        imports = []
        for i, fields in enumerate(self._records("imports")):
            at = self._at("imports", i)
            if fields["type"] >= self.type_count:
                raise ImageError(f"import {i}: there is no type {fields['type']}", offset=at + 8)
            module = self._string(fields["module"], at)
            imports.append(Import(module, self._string(fields["name"], at + 4), fields["type"]))
        return imports

    def _segments(self) -> list[bytes]:
        segments = []
        data = self.sections["data"]
        for i, fields in enumerate(self._records("segments")):
            end = fields["offset"] + fields["length"]
            if fields["offset"] < data["offset"] or end > data["offset"] + data["size"]:
                raise ImageError(
                    f"data segment {i} lies elsewhere", offset=self._at("segments", i)
                )
            segments.append(self.data[fields["offset"] : end])
        if sum(map(len, segments)) != data["size"]:
            raise ImageError("there is more than segments in the data", offset=data["offset"])
        return segments

    def _tables(self) -> list[Table]:
        tables = []
        start, items = self.sections["items"]["offset"], self._records("items")
        for i, fields in enumerate(self._records("tables")):
            at = self._at("tables", i)
            first, unaligned = divmod(fields["items"] - start, 4)
            count, size = fields["count"], fields["size"]
            if unaligned or first < 0 or first + count > len(items):
                raise ImageError(f"the elements of table {i} lie elsewhere", offset=at + 8)
            constant = fields["flags"] == fmt.CONSTANT
            if size > fields["capacity"] or count > size or constant and count != size:
                raise ImageError(f"table {i} has wrong sizes", offset=at)
            if fields["flags"] > fmt.CONSTANT:
                raise ImageError(f"table {i} has wrong flags", offset=at + 16)
            words = [item["value"] for item in items[first : first + count]]
            functions = [self._function_index(word, at + 8) if word else None for word in words]
            tables.append(Table(size, fields["capacity"], functions, constant))
        return tables

    def _check(self, contents: Contents) -> None:
        """The header's sums."""
        expected = {
            "memory_bytes": sum(memory["capacity"] for memory in contents.memories),
            "table_words": sum(t.capacity for t in contents.tables if not t.constant),
            "global_words": len(contents.globals),
            "exception_words": 1 + max(contents.tags, default=0),
        }
        for name, value in expected.items():
            if self.header[name] != value:
                raise ImageError(
                    f"the header's {name} is {self.header[name]}, expected {value}",
                    offset=fmt.HEADER.offset(name),
                )
        if self.header["element_segments"] > len(contents.tables):
            raise ImageError(
                "more element segments than tables", offset=fmt.HEADER.offset("element_segments")
            )
        for i, memory in enumerate(contents.memories):
            at = self._at("memories", i)
            if memory["page_shift"] not in (0, 16) or memory["flags"] > 3 or memory["reserved"]:
                raise ImageError(f"memory {i} is wrong", offset=at + 16)
            if memory["length"] > memory["capacity"]:
                raise ImageError(f"memory {i} is longer than its capacity", offset=at)
