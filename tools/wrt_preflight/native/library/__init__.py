"""Functions that code calls because its processor cannot do something itself.

Soft-float and 64-bit integers come from the restricted Python that the interpreters are made of
(interp/softfloat_*.py, interp/integer.py): there is one source for what an f64 addition is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...interp.intpy.scope import definition_of, result_types
from ...interp.intpy.tree import Routine
from ...interp.numeric import GROUPS
from ...ops.instructions import BY_NAME
from ..object import LinkerError
from ..target import Target
from . import integers
from .memory import MEMORY, memory_function
from .reader import SharingReader
from .writer import TYPES, Writer, struct_of

_BITS = {"i32": "i32", "i64": "i64", "f32": "i32", "f64": "i64"}

# Names that LLVM calls -> the restricted function.
COMPILER: dict[str, Callable] = {
    f"__{name}": getattr(integers, name)
    for name in (
        "muldi3 udivsi3 umodsi3 divsi3 modsi3 udivdi3 umoddi3 divdi3 moddi3 ashldi3 lshrdi3 "
        "ashrdi3 clzsi2"
    ).split()
}

# Symbol -> (instruction, restricted function, its first argument), for all float instructions
# that cannot trap.
INSTRUCTIONS: dict[str, tuple[str, Callable, int]] = {
    name.replace(".", "_"): (name, group.function, number)
    for class_name in ("f32", "f64")
    for group in GROUPS[class_name]
    for number, name in enumerate(group.ops)
    if ".trunc_f" not in name
}


class _Library:
    """Collects functions of one module, those that others call too."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.done: set[str] = set()
        self.waiting: list[Callable] = []
        self.text: list[str] = []

    def _read(self, function: Callable, fixed: dict[str, int]) -> Routine:
        """WIDE is for products of significands: other functions also divide where it is 1."""
        wide = self.target.wide_multiply and function.__name__ == "product_of"
        return SharingReader(function, wide).specialised(fixed)

    def _writer(self) -> Writer:
        return Writer(self._call, self.target.wide_multiply, integers.multiply_words)

    def _call(self, function: Callable, arguments: str) -> str:
        """A call of a restricted function, which is added to the module."""
        self.waiting.append(function)
        exposed = _exposed(function)
        convention = "" if exposed else "fastcc "
        return f"call {convention}{_result(function)} @{exposed or _symbol(function)}({arguments})"

    def add_called(self) -> None:
        """Add what the functions so far call, and so on."""
        while self.waiting:
            function = self.waiting.pop()
            exposed = _exposed(function)
            if exposed:
                self.add_compiler(exposed)
            else:
                self._add_restricted(_symbol(function), function, "internal fastcc")

    def _add_restricted(self, symbol: str, function: Callable, linkage: str) -> None:
        if symbol in self.done:
            return
        self.done.add(symbol)
        routine = self._read(function, {})
        params = ", ".join(f"{TYPES[p.type]} %{p.name}" for p in routine.params)
        prologue = [f"  store {TYPES[p.type]} %{p.name}, ptr %v.{p.name}" for p in routine.params]
        result = _result(function)

        def epilogue(writer: Writer, values: list[str]) -> list[str]:
            value = values[0]
            if len(values) > 1:
                value = "poison"
                for index, (var, part) in enumerate(zip(routine.results, values, strict=True)):
                    value = writer.define(
                        f"insertvalue {result} {value}, {TYPES[var.type]} {part}, {index}"
                    )
            writer.emit(f"ret {result} {value}")
            return []

        body = self._writer().write(routine, prologue, epilogue)
        self._define(f"{linkage} {result} @{symbol}({params})", symbol, body)

    def _define(self, head: str, symbol: str, body: list[str]) -> None:
        self.text += [f"define {head} #0 {_section(symbol)} {{", *body, "}"]

    def add_compiler(self, symbol: str) -> None:
        """A function that LLVM calls."""
        self._add_restricted(symbol, COMPILER[symbol], "hidden")

    def add_instruction(self, symbol: str) -> None:
        """A float instruction; floats are their bits."""
        name, function, number = INSTRUCTIONS[symbol]
        self.done.add(symbol)
        routine = self._read(function, {"op": number})
        operands = [_BITS[type] for type in BY_NAME[name].params]
        (result,) = (_BITS[type] for type in BY_NAME[name].results)
        prologue = []
        for index, param in enumerate(routine.params):
            type, value = TYPES[param.type], "0"
            if index < len(operands):
                value = f"%p{index}"
                if operands[index] != type:
                    prologue.append(f"  %w{index} = zext {operands[index]} {value} to {type}")
                    value = f"%w{index}"
            prologue.append(f"  store {type} {value}, ptr %v.{param.name}")

        def epilogue(writer: Writer, values: list[str]) -> list[str]:
            value = values[0] if result == "i64" else writer.lo(values[0])
            writer.emit(f"ret {result} {value}")
            return []

        body = self._writer().write(routine, prologue, epilogue)
        params = ", ".join(f"{type} %p{index}" for index, type in enumerate(operands))
        self._define(f"hidden {result} @{symbol}({params})", symbol, body)

    def add_memory(self, symbol: str) -> None:
        """memmove and its like."""
        self.done.add(symbol)
        self.text.append(memory_function(symbol, self.target, _section(symbol)))


def _section(symbol: str) -> str:
    """Every function has a section: so the linker sees who calls whom."""
    return f'section ".text.{symbol}"'


def _symbol(function: Callable) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _exposed(function: Callable) -> str | None:
    """The name under which LLVM calls a restricted function."""
    symbol = f"__{function.__name__}"
    return symbol if COMPILER.get(symbol) is function else None


def _result(function: Callable) -> str:
    types = result_types(definition_of(function))
    return TYPES[types[0]] if len(types) == 1 else struct_of(types)


def library_ir(symbols: Iterable[str], target: Target) -> str:
    """A module that defines these functions, in LLVM's text form.

    It may itself call others, which are then undefined in its object. Raises LinkerError for a
    name that the library does not have.
    """
    library = _Library(target)
    for symbol in sorted(symbols):
        if symbol in library.done:
            continue
        if symbol in INSTRUCTIONS:
            library.add_instruction(symbol)
        elif symbol in COMPILER:
            library.add_compiler(symbol)
        elif symbol in MEMORY:
            library.add_memory(symbol)
        else:
            raise LinkerError(f"{symbol} is not in the library for {target.name}")
        library.add_called()
    return "\n".join([*library.text, f"attributes #0 = {{ {target.attributes} }}", ""])
