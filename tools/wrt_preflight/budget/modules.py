"""What a compiled module takes of the heap when a device has imported it.

All of it is read from the `.mpy` file: the loader copies the code of each function, the module's
own code makes functions and classes of it, and both make names and constants. Code that runs once,
of modules and classes, is garbage afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..firmware_names import KNOWN
from ..mpy_file import MpyFile, RawCode, instructions, read_mpy
from .heap import Heap

_LOAD_NAME, _STORE_NAME, _STORE_GLOBAL = 0x11, 0x16, 0x17
_MAKE_FUNCTION, _MAKE_FUNCTION_DEFAULTS = 0x32, 0x33
_BUILD_TUPLE, _BUILD_LIST, _BUILD_MAP = 0x2A, 0x2B, 0x2C
_CLASS_WORDS = 17  # of a class object, without its dict


@dataclass(slots=True)
class ModuleCost:
    """Bytes of heap of one module. names: those that it brings, whose cost depends on others."""

    bytecode: int = 0
    machine_code: int = 0
    objects: int = 0
    names: set[str] = field(default_factory=set)
    largest: int = 0

    @property
    def total(self) -> int:
        """All but the names."""
        return self.bytecode + self.machine_code + self.objects


def module_cost(
    name: str, data: bytes, heap: Heap, in_rom: bool = False, code_apart: bool = False
) -> ModuleCost:
    """What a `.mpy` file takes. name: of the module, with those of its packages.

    in_rom: it lies in ROMFS, where bytecode and strings stay. code_apart: machine code goes to
    memory that is not of the heap. Raises MpyError.
    """
    file = read_mpy(data)
    cost = ModuleCost()
    cost.names = {name, *(text for text in file.names if text[:1] != "#")} - KNOWN
    # The module, its dict, and the tables of its names (2 bytes each) and constants.
    cost.objects = heap.words(4) + heap.words(4)
    names = -(-2 * len(file.names) // heap.word)
    cost.objects += heap.words(names + len(file.constants))
    cost.objects += sum(_constant(value, heap, in_rom) for value in file.constants)
    _run_once(file.module, file, heap, in_rom, code_apart, cost, names=2)
    return cost


def names_cost(costs: list[ModuleCost], heap: Heap, in_rom: bool = False) -> int:
    """What the names of modules take together."""
    return heap.names(sorted(set().union(*(cost.names for cost in costs))), in_rom)


def _constant(value: object, heap: Heap, in_rom: bool) -> int:
    """A constant object of a module."""
    if isinstance(value, str | bytes):
        size = len(value.encode() if isinstance(value, str) else value)
        return heap.words(4) + (0 if in_rom else heap.bytes(size + 1))
    if isinstance(value, tuple):
        return heap.words(2 + len(value)) + sum(_constant(v, heap, in_rom) for v in value)
    if isinstance(value, bool) or value is None or value is Ellipsis:
        return 0
    if isinstance(value, int):
        return heap.words(3) + heap.bytes(-(-value.bit_length() // 16) * 2)
    return heap.words(2) if isinstance(value, float | complex) else 0


def _run_once(
    code: RawCode,
    file: MpyFile,
    heap: Heap,
    in_rom: bool,
    code_apart: bool,
    cost: ModuleCost,
    names: int,
) -> None:
    """Add what the code of a module or class leaves behind. names: entries of its dict besides
    those that it stores."""
    stored = set()
    for opcode, argument in instructions(code.data):
        if opcode in (_STORE_NAME, _STORE_GLOBAL):
            stored.add(argument)
        elif opcode == _BUILD_TUPLE:
            cost.objects += heap.words(2 + argument)
        elif opcode == _BUILD_LIST:
            cost.objects += heap.words(4) + heap.words(max(4, argument))
        elif opcode == _BUILD_MAP:
            cost.objects += heap.words(4) + heap.table(argument)
        elif opcode in (_MAKE_FUNCTION, _MAKE_FUNCTION_DEFAULTS):
            child = code.children[argument]
            if _is_class(child):
                cost.objects += heap.words(_CLASS_WORDS) + heap.words(4)
                _run_once(child, file, heap, in_rom, code_apart, cost, names=0)
            else:
                extra = 2 if opcode == _MAKE_FUNCTION_DEFAULTS else 0
                cost.objects += heap.words(4 + extra)
                _keep(child, heap, in_rom, code_apart, cost)
    cost.objects += heap.table(names + len(stored))


def _is_class(code: RawCode) -> bool:
    """Whether code is the body of a class: it begins with __module__ = __name__."""
    if code.kind != "bytecode":
        return False
    opcodes = [opcode for opcode, _ in instructions(code.data)][:2]
    return opcodes == [_LOAD_NAME, _STORE_NAME]


def _keep(code: RawCode, heap: Heap, in_rom: bool, code_apart: bool, cost: ModuleCost) -> None:
    """Add the code of a function, and of those inside of it, which are made anew each time."""
    if code.kind != "bytecode":
        if not code_apart:
            cost.machine_code += heap.bytes(len(code.data))
        cost.largest = max(cost.largest, len(code.data))
    elif not in_rom:
        cost.bytecode += heap.bytes(len(code.data))
    if code.children:
        cost.objects += heap.words(len(code.children))
        for child in code.children:
            cost.objects += heap.words(4)
            _keep(child, heap, in_rom, code_apart, cost)
