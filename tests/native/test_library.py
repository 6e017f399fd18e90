"""The library's machine code on each kind of processor, against the oracles."""

from __future__ import annotations

import ctypes
import mmap
import platform
import random
from functools import cache

import pytest

from native.processor import Processor
from unit.test_numeric import ALL, edge_cases, random_cases, wanted
from wrt_preflight.interp import intpy
from wrt_preflight.interp.intpy.scope import definition_of, result_types
from wrt_preflight.native.blob import Blob, link
from wrt_preflight.native.compile import emit, library_object
from wrt_preflight.native.frames import depths, frame_sizes, thumb_code
from wrt_preflight.native.library import COMPILER, INSTRUCTIONS, library_ir
from wrt_preflight.native.library.memory import MEMORY
from wrt_preflight.native.object import LinkerError
from wrt_preflight.native.target import TARGETS
from wrt_preflight.native.trampoline import trampoline
from wrt_preflight.ops.instructions import BY_NAME

BOARDS = [name for name in TARGETS if name != "x64"]
_MAIN = """\
define hidden void @wrt_main(ptr %ctx) #0 {{
  ret void
}}
attributes #0 = {{ {} }}
"""
_WORDS = [0, 1, 2, 3, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1]
_LONGS = [*_WORDS, 2**32, 2**32 + 1, 2**40 + 3, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1]


@cache
def blob_of(name: str) -> Blob:
    """A blob with the whole library."""
    target = TARGETS[name]
    names = [*MEMORY] if name == "x64" else [*COMPILER, *MEMORY, *INSTRUCTIONS]
    main = emit(_MAIN.format(target.attributes), target)
    library = library_object(frozenset(names), target)
    return link(trampoline(target.trampoline), main, library, target, names)


@cache
def processor(name: str) -> tuple[Processor, int]:
    """An emulated processor with the library, and where its blob begins."""
    machine = Processor(name)
    return machine, machine.place(blob_of(name).data)


def caller(name: str, symbol: str, types: list[str], result: str):
    """A library function as a Python function of numbers."""
    machine, base = processor(name)
    address = base + (blob_of(name).offsets[symbol] & ~1)
    mask = (1 << int(result[1:])) - 1

    def call(*values: int) -> int:
        words = []
        for value, type in zip(values, types, strict=True):
            words += [value & 0xFFFFFFFF, value >> 32] if type[1:] == "64" else [value]
        return machine.call_c(address, *words) & mask

    return call


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_floats(name, kind):
    (index,) = (i for i, group in enumerate(ALL) if group.function.__name__ == kind)
    group = ALL[index]
    cases = edge_cases(index)
    cases = random.Random(name).sample(cases, 2500) + random_cases(index, 1500, index)
    functions = {}
    wrong = []
    for case in cases:
        instruction = group.ops[case[0]]
        symbol = instruction.replace(".", "_")
        if symbol not in INSTRUCTIONS:
            continue
        row = BY_NAME[instruction]
        if symbol not in functions:
            functions[symbol] = caller(name, symbol, list(row.params), row.results[0])
        got = functions[symbol](*case[1][: len(row.params)])
        want = wanted(group, case)
        if ((got,), 0) != want:
            operands = ", ".join(f"{value:#x}" for value in case[1])
            wrong.append(f"{symbol}({operands}): {got:#x}, wanted {want[0][0]:#x}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)}:", *wrong[:10]])
    assert set(functions) == {s for s, (_, f, _) in INSTRUCTIONS.items() if f is group.function}


def operands_for(types: list[str], divides: bool, rng: random.Random) -> list[tuple[int, ...]]:
    """Edge values in all pairs, and random ones of all lengths."""
    values = {"u32": _WORDS, "i32": [], "u64": _LONGS}
    first = values[types[0]]
    if len(types) == 1:
        return [(a,) for a in first] + [(rng.getrandbits(32) >> rng.randrange(32),) for _ in first]
    second = values[types[1]]
    shifts = types == ["u64", "i32"]
    if shifts:
        second = list(range(64))
    cases = [(a, b) for a in first for b in second if b or not divides]
    for _ in range(300):
        a, b = (rng.getrandbits(int(t[1:])) >> rng.randrange(int(t[1:])) for t in types)
        b = b % 64 if shifts else b
        cases += [(a, b)] if b or not divides else []
    return cases


def exact(symbol: str, a: int, b: int = 0) -> int:
    """What a function that LLVM calls is to return, from Python's integers."""
    width = 64 if symbol.endswith("di3") else 32
    sign = 1 << width - 1
    x, y = ((value ^ sign) - sign for value in (a, b))
    results = {
        "mul": lambda: a * b,
        "udiv": lambda: a // b,
        "umod": lambda: a % b,
        "div": lambda: abs(x) // abs(y) * (-1 if (x < 0) != (y < 0) else 1),
        "mod": lambda: abs(x) % abs(y) * (-1 if x < 0 else 1),
        "ashl": lambda: a << b,
        "lshr": lambda: a >> b,
        "ashr": lambda: x >> b,
        "clz": lambda: 32 - a.bit_length(),
    }
    return results[symbol[2:-3]]() & (1 << width) - 1


@pytest.mark.parametrize("name", BOARDS)
def test_integers(name):
    rng = random.Random(name)
    for symbol, function in COMPILER.items():
        types = [arg.annotation.id for arg in definition_of(function).args.args]
        (result,) = result_types(definition_of(function))
        call = caller(name, symbol, types, result)
        for case in operands_for(types, "div" in symbol or "mod" in symbol, rng):
            assert call(*case) == exact(symbol, *case), (symbol, *map(hex, case))


def test_integers_keep_their_promises():
    """The restricted functions themselves, with the types that check."""
    rng = random.Random(1)
    for symbol, function in COMPILER.items():
        types = [arg.annotation.id for arg in definition_of(function).args.args]
        for case in operands_for(types, "div" in symbol or "mod" in symbol, rng):
            typed = [getattr(intpy, t)(value) for t, value in zip(types, case, strict=True)]
            assert function(*typed) == exact(symbol, *case), (symbol, *map(hex, case))


class Memory:
    """The mem functions of a target on a buffer: `call(symbol, to, value or from, bytes)`."""

    def __init__(self, name: str):
        self.data = bytearray(200)
        blob = blob_of(name)
        if name != "x64":
            machine, base = processor(name)
            at = machine.map(self.data).address
            self.run = lambda symbol, *args: machine.call_c(
                base + (blob.offsets[symbol] & ~1), *args
            )
        else:
            if platform.machine() != "x86_64":
                pytest.skip("no x64 here")
            self.code = mmap.mmap(-1, len(blob.data), prot=7)
            self.code.write(blob.data)
            base = ctypes.addressof(ctypes.c_char.from_buffer(self.code))
            at = ctypes.addressof(ctypes.c_char.from_buffer(self.data))
            prototype = ctypes.CFUNCTYPE(*[ctypes.c_size_t] * 4)
            self.run = lambda symbol, *args: prototype(base + blob.offsets[symbol])(*args)
        self.at = at

    def call(self, symbol: str, to: int, other: int, size: int) -> None:
        other = other if symbol == "memset" else self.at + other
        result = self.run(symbol, self.at + to, other, size)
        assert result & 0xFFFFFFFF == self.at + to & 0xFFFFFFFF


@pytest.mark.parametrize("name", TARGETS)
def test_memory(name):
    rng = random.Random(name)
    memory = Memory(name)
    for symbol in MEMORY:
        for _ in range(400):
            size = rng.choice((0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, rng.randrange(100)))
            to, other = rng.randrange(100), rng.randrange(100)
            if rng.randrange(2):
                to, other = to & ~3, other & ~3
            if symbol == "memcpy" and abs(to - other) < size:
                continue
            memory.data[:] = rng.randbytes(200)
            want = bytearray(memory.data)
            want[to : to + size] = (
                bytes([other]) * size if symbol == "memset" else want[other : other + size]
            )
            memory.call(symbol, to, other, size)
            assert memory.data == want, (symbol, to, other, size)


@pytest.mark.parametrize("name", BOARDS)
def test_no_function_takes_more_stack_than_was_read_from_its_code(name):
    target = TARGETS[name]
    machine, _ = processor(name)
    library = library_object(frozenset([*COMPILER, *MEMORY, *INSTRUCTIONS]), target)
    bounds = depths(library, frame_sizes(library, target))
    exact = 0
    for symbol, (instruction, _, _) in INSTRUCTIONS.items():
        types = BY_NAME[instruction].params
        call = caller(name, symbol, list(types), BY_NAME[instruction].results[0])
        most = 0
        for values in ((1, 2), (3, 1), (2**31 - 1, 2**31), (2**20, 2**30 + 5), (7 << 61, 9 << 60)):
            operands = [v & (1 << int(t[1:])) - 1 for v, t in zip(values, types, strict=False)]
            machine.paint()
            call(*operands)
            most = max(most, machine.used())
        assert most <= bounds[symbol], symbol
        exact += most == bounds[symbol]
    assert exact > len(INSTRUCTIONS) // 2


def test_armv6m_code_has_only_its_instructions():
    """The emulated Cortex-M0 would run others, too. ARMv6-M has no IT and CBZ, and of the wide
    instructions compiled code has BL alone."""
    target = TARGETS["armv6m"]
    library = library_object(frozenset([*COMPILER, *MEMORY, *INSTRUCTIONS]), target)
    count = 0
    for symbol in library.symbols:
        if not symbol.function or symbol.section is None:
            continue
        for _, first, second in thumb_code(symbol, library.sections[symbol.section]):
            count += 1
            if second is not None:
                assert first >> 11 == 0b11110 and second >> 14 == 0b11 and second & 0x1000
            else:
                assert first & 0xF500 != 0xB100, f"cbz in {symbol.name}"
                assert first & 0xFF00 != 0xBF00 or not first & 15, f"it in {symbol.name}"
    assert count > 3000


def test_a_function_that_nobody_has_is_named():
    with pytest.raises(LinkerError, match="__fancy is not in the library for armv6m"):
        library_ir(["__fancy"], TARGETS["armv6m"])
