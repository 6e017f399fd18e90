"""The linker: objects become one blob of position-independent code and constants.

The blob has no table of relocations and nothing that can be written: MicroPython loads it as the
code of one function, at any address. The trampoline comes first, then code, then constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .frames import depths, frame_sizes
from .object import LinkerError, Object, Relocation, Symbol
from .relocations import (
    RELATIVE,
    RISCV_ADD,
    RISCV_LOW,
    Write,
    add_to_word,
    branch_addend,
    word_addend,
)
from .target import ALIGNMENT, Target
from .trampoline import SAVED_BYTES

_THUMB_BRANCHES = (10, 30)
_PCREL_HIGH = 23


@dataclass(frozen=True, slots=True)
class Blob:
    """Linked machine code.

    offsets: blob offset of each name that was asked for; bit 0 is set for a Thumb function, as a
        branch to it wants.
    frames: bytes of machine stack that one activation of a function takes, for every function.
    sizes: bytes of code of every function.
    red_zone: bytes below a guest's stack limit that have to be there: it is compared after a
        prologue, and what the library, the trampoline and interrupts take is not checked.
    """

    data: bytes
    offsets: dict[str, int]
    frames: dict[str, int]
    sizes: dict[str, int]
    red_zone: int


class Linker:
    """Lays out objects for a target, in their order."""

    def __init__(self, objects: list[Object], target: Target) -> None:
        self.objects = objects
        self.target = target
        self.data = bytearray()
        self.starts: dict[tuple[int, int], int] = {}  # (object, section) -> blob offset
        self.defined: dict[str, tuple[int, Symbol]] = {}
        self.highs: dict[int, int] = {}  # place of an auipc -> its distance
        self._lay_out()
        self._define()

    def _lay_out(self) -> None:
        for executable in (True, False):
            for number, obj in enumerate(self.objects):
                for index, section in enumerate(obj.sections):
                    if section.executable is executable:
                        align = max(section.align, 4)
                        if align > ALIGNMENT:
                            raise LinkerError(f"section {section.name} wants {align}-byte blocks")
                        self.data += bytes(-len(self.data) % align)
                        self.starts[number, index] = len(self.data)
                        self.data += section.data

    def _define(self) -> None:
        for number, obj in enumerate(self.objects):
            for symbol in obj.symbols:
                if symbol.shared and symbol.section is not None:
                    if symbol.name in self.defined:
                        raise LinkerError(f"{symbol.name} is defined twice")
                    self.defined[symbol.name] = number, symbol

    def address(self, number: int, symbol: Symbol) -> tuple[int, bool]:
        """(blob offset, whether it is a function) of a symbol of an object."""
        if symbol.section is None:
            if symbol.name not in self.defined:
                raise LinkerError(f"{symbol.name} is not defined anywhere")
            number, symbol = self.defined[symbol.name]
        return self.starts[number, symbol.section] + symbol.value, symbol.function

    def relocate(self) -> None:
        """Write all places that depend on the layout."""
        machine = self.target.triple.partition("-")[0]
        machine = "thumb" if self.target.thumb else machine
        late = []
        for number, place, relocation in self._places():
            address, function = self.address(number, relocation.symbol)
            writer = RELATIVE[machine].get(relocation.type)
            if writer:
                distance = self._distance(place, relocation, address, function)
                self._write(writer, place, distance, relocation)
            elif machine == "riscv32" and relocation.type in RISCV_LOW:
                late.append((RISCV_LOW[relocation.type], place, address, relocation))
            elif machine == "riscv32" and relocation.type in RISCV_ADD:
                value = address + relocation.addend
                add_to_word(self.data, place, RISCV_ADD[relocation.type] * value)
            else:
                name = relocation.symbol.name or "a section"
                raise LinkerError(f"{machine} relocation {relocation.type}, of {name}")
        for writer, place, high, relocation in late:
            self._write(writer, place, self.highs[high], relocation)

    def _places(self) -> Iterator[tuple[int, int, Relocation]]:
        for number, obj in enumerate(self.objects):
            for index, section in enumerate(obj.sections):
                for relocation in section.relocations:
                    yield number, self.starts[number, index] + relocation.offset, relocation

    def _distance(self, place: int, relocation: Relocation, address: int, function: bool) -> int:
        addend = relocation.addend
        if addend is None:
            branch = relocation.type in _THUMB_BRANCHES
            addend = (branch_addend if branch else word_addend)(self.data, place)
            if function and not branch:
                address |= 1
        distance = address + addend - place
        if self.target.name == "rv32imc" and relocation.type == _PCREL_HIGH:
            self.highs[place] = distance
        return distance

    def _write(self, writer: Write, place: int, distance: int, relocation: Relocation) -> None:
        try:
            writer(self.data, place, distance)
        except LinkerError as error:
            raise LinkerError(f"{relocation.symbol.name or 'a section'}: {error}") from None


def link(
    trampoline: Object,
    program: Object,
    library: Object | None,
    target: Target,
    wanted: Iterable[str],
) -> Blob:
    """Link the parts of a blob.

    wanted: names of functions whose offsets the caller needs.

    Raises LinkerError for a name that nobody defines, a relocation that is not known, a distance
    that does not fit, or a section that can be written.
    """
    parts = [trampoline, program, library] if library else [trampoline, program]
    linker = Linker(parts, target)
    linker.relocate()
    offsets = {}
    for name in wanted:
        if name not in linker.defined:
            raise LinkerError(f"{name} is not defined anywhere")
        address, function = linker.address(*linker.defined[name])
        offsets[name] = address | (function and target.thumb)
    frames = frame_sizes(program, target)
    unchecked = SAVED_BYTES
    if library:
        own = frame_sizes(library, target)
        unchecked = max(unchecked, *depths(library, own).values())
        frames |= own
    sizes = {
        symbol.name: symbol.size
        for part in parts[1:]
        for symbol in part.symbols
        if symbol.function and symbol.section is not None
    }
    red_zone = max(frames.values(), default=0) + unchecked + target.interrupt_stack
    return Blob(bytes(linker.data), offsets, frames, sizes, red_zone)
