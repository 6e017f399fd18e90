"""Objects: what LLVM emits, as the linker of blobs sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

_WRITE, _ALLOC, _EXECUTE = 1, 2, 4
# Sections about code, for unwinders: nothing of them gets into a blob.
_ABOUT_CODE = (".eh_frame", ".ARM.exidx", ".ARM.extab")
_X64_RSP = 7  # DWARF's number


class LinkerError(Exception):
    """The code needs what a blob cannot have, or what the linker does not know."""


@dataclass(slots=True)
class Symbol:
    """section: its index in Object.sections; None: another object has to define it.

    value: offset in the section, with bit 0 clear for Thumb functions too. size: in bytes.
    shared: other objects may mean it by its name.
    """

    name: str
    section: int | None
    value: int = 0
    size: int = 0
    function: bool = False
    shared: bool = True


@dataclass(slots=True)
class Relocation:
    """A place that depends on where things come to lie.

    type: the number that the machine's ELF supplement gives it. addend: None if the place has it.
    """

    offset: int
    type: int
    symbol: Symbol
    addend: int | None


@dataclass(slots=True)
class Section:
    """Bytes that stay together. align: of the first one. marks: offsets from which on the bytes
    are machine code (True) or data (False), where the object tells."""

    name: str
    data: bytes
    align: int = 4
    executable: bool = True
    relocations: list[Relocation] = field(default_factory=list)
    marks: list[tuple[int, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Object:
    """frames: (section, offset of a function) -> bytes of its stack frame, return address
    included, where LLVM wrote that down."""

    sections: list[Section]
    symbols: list[Symbol]
    frames: dict[tuple[int, int], int] = field(default_factory=dict)

    def undefined(self) -> set[str]:
        """Names that other objects have to define."""
        return {
            relocation.symbol.name
            for section in self.sections
            for relocation in section.relocations
            if relocation.symbol.section is None
        }


def read_object(data: bytes) -> Object:
    """Read a relocatable ELF file. Raises LinkerError if it has a section that can be written."""
    from elftools.elf.elffile import ELFFile
    from elftools.elf.relocation import RelocationSection

    elf = ELFFile(io.BytesIO(data))
    numbers: dict[int, int] = {}
    sections = []
    for number, part in enumerate(elf.iter_sections()):
        flags = part["sh_flags"]
        if not flags & _ALLOC or not part["sh_size"] or part.name.startswith(_ABOUT_CODE):
            continue
        if flags & _WRITE:
            raise LinkerError(f"section {part.name} can be written")
        numbers[number] = len(sections)
        executable = bool(flags & _EXECUTE)
        sections.append(Section(part.name, part.data(), part["sh_addralign"], executable))
    symbols = list(_symbols(elf, numbers, sections))
    for part in elf.iter_sections():
        if isinstance(part, RelocationSection) and part["sh_info"] in numbers:
            target = sections[numbers[part["sh_info"]]]
            for entry in part.iter_relocations():
                target.relocations.append(
                    Relocation(
                        entry["r_offset"],
                        entry["r_info_type"],
                        symbols[entry["r_info_sym"]],
                        entry["r_addend"] if entry.is_RELA() else None,
                    )
                )
    return Object(sections, symbols, _frames(elf, symbols))


def _symbols(elf: ELFFile, numbers: dict[int, int], sections: list[Section]) -> Iterator[Symbol]:
    thumb = elf.get_machine_arch() == "ARM"
    for entry in elf.get_section_by_name(".symtab").iter_symbols():
        number = entry["st_shndx"]
        section = numbers.get(number) if isinstance(number, int) else None
        value = entry["st_value"]
        function = entry["st_info"]["type"] == "STT_FUNC"
        if section is not None and entry.name[:2] in ("$t", "$d"):
            sections[section].marks.append((value, entry.name[1] == "t"))
        if thumb and function:
            value &= ~1
        shared = entry["st_info"]["bind"] != "STB_LOCAL"
        yield Symbol(entry.name, section, value, entry["st_size"], function, shared)


def _frames(elf: ELFFile, symbols: list[Symbol]) -> dict[tuple[int, int], int]:
    """The deepest canonical frame address of every function that .eh_frame describes."""
    from elftools.dwarf.callframe import FDE
    from elftools.elf.relocation import RelocationSection

    frames = {}
    places = {}
    for part in elf.iter_sections():
        if isinstance(part, RelocationSection) and part.name.endswith(".eh_frame"):
            places = {entry["r_offset"]: entry for entry in part.iter_relocations()}
    if not places:
        return frames
    for entry in elf.get_dwarf_info().EH_CFI_entries():
        if not isinstance(entry, FDE):
            continue
        place = places[entry.offset + 8]  # the function's address, behind a length and a pointer
        symbol = symbols[place["r_info_sym"]]
        rules = [row["cfa"] for row in entry.get_decoded().table]
        if any(rule.reg != _X64_RSP for rule in rules):
            raise LinkerError("a function's frame has no size that is known")
        key = (symbol.section, symbol.value + place["r_addend"])
        frames[key] = max(rule.offset for rule in rules)
    return frames
