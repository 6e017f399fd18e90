"""The linker: what it writes into code, and what it refuses."""

from __future__ import annotations

import random
import struct
import sys

import pytest

from native.guest import guest_blob
from wrt_preflight.errors import UsageError
from wrt_preflight.native.blob import link
from wrt_preflight.native.compile import compile_blob, emit
from wrt_preflight.native.frames import depths, frame_sizes
from wrt_preflight.native.object import LinkerError, Object, Relocation, Section, Symbol
from wrt_preflight.native.relocations import RELATIVE, branch_addend
from wrt_preflight.native.target import TARGETS, llvm
from wrt_preflight.native.trampoline import trampoline

MAIN = (
    "define hidden void @wrt_main(ptr %ctx) #0 {{\n  ret void\n}}\n{}\nattributes #0 = {{ {} }}\n"
)


def module(name: str, more: str) -> str:
    return MAIN.format(more, TARGETS[name].attributes)


@pytest.mark.parametrize("name", TARGETS)
def test_offsets_are_those_of_functions(name):
    blob = guest_blob(name)
    assert set(blob.offsets) == {"shim_hosts", "shim_deep", "shim_traps"}
    for offset in blob.offsets.values():
        assert offset & 1 == TARGETS[name].thumb
        assert offset < len(blob.data)
    assert {"hosts", "deep", "traps", "wrt_main"} <= set(blob.frames)
    assert blob.red_zone > max(blob.frames.values()) + TARGETS[name].interrupt_stack


@pytest.mark.parametrize("name", TARGETS)
def test_writable_data_is_refused(name):
    text = "@g = hidden global i32 1\ndefine hidden ptr @f() #0 {\n  ret ptr @g\n}"
    with pytest.raises(LinkerError, match=r"section \.data can be written"):
        compile_blob(module(name, text), TARGETS[name])


@pytest.mark.parametrize("name", TARGETS)
def test_names_that_nobody_defines_are_refused(name):
    text = "declare hidden void @nobody()\ndefine hidden void @f() #0 {\n"
    text += "  call void @nobody()\n  ret void\n}"
    with pytest.raises(LinkerError, match=f"nobody is not in the library for {name}"):
        compile_blob(module(name, text), TARGETS[name])
    with pytest.raises(LinkerError, match="nowhere is not defined"):
        compile_blob(module(name, ""), TARGETS[name], ["nowhere"])


@pytest.mark.parametrize("name", TARGETS)
def test_addresses_that_only_a_loader_knows_are_refused(name):
    text = "define hidden void @f() #0 {\n  ret void\n}\n"
    text += "@table = hidden constant [1 x ptr] [ptr @f]\n"
    with pytest.raises(LinkerError, match="can be written|relocation"):
        compile_blob(module(name, text), TARGETS[name])


@pytest.mark.parametrize("name", TARGETS)
def test_unknown_relocations_are_refused(name):
    target = TARGETS[name]
    start, program = trampoline(target.trampoline), emit(module(name, ""), target)
    symbol = Symbol("there", 0, 0)
    odd = Section(".text.odd", bytes(8), relocations=[Relocation(0, 255, symbol, 0)])
    with pytest.raises(LinkerError, match="relocation 255, of there"):
        link(start, program, Object([odd], [symbol]), target, [])


def test_sections_that_want_more_alignment_than_micropython_gives_are_refused():
    target = TARGETS["armv7m"]
    start, program = trampoline(target.trampoline), emit(module("armv7m", ""), target)
    with pytest.raises(LinkerError, match="64-byte"):
        link(start, program, Object([Section(".rodata", bytes(4), 64, False)], []), target, [])


def test_a_name_defined_twice_is_refused():
    target = TARGETS["armv7m"]
    start, program = trampoline(target.trampoline), emit(module("armv7m", ""), target)
    with pytest.raises(LinkerError, match="wrt_main is defined twice"):
        link(start, program, program, target, [])


@pytest.mark.parametrize("kind, first", [(10, 0xF000D000), (30, 0xF0009000)])
def test_thumb_branches_reach_sixteen_megabytes(kind, first):
    """BL and B.W; the distance is read back from the instruction, whose other bits stay."""
    rng = random.Random(kind)
    edges = [0, 2, -2, 2**24 - 2, -(2**24), 2**23, -(2**23), 2**22, -(2**22)]
    for distance in edges + [rng.randrange(-(2**24), 2**24, 2) for _ in range(300)]:
        data = bytearray(struct.pack("<HH", first >> 16, first & 0xFFFF))
        RELATIVE["thumb"][kind](data, 0, distance)
        assert branch_addend(data, 0) == distance
        high, low = struct.unpack("<HH", data)
        assert (high & 0xF800, low & 0xD000) == (0xF000, first & 0xD000)
    for distance in (2**24, -(2**24) - 2):
        with pytest.raises(LinkerError, match="does not fit in 25 bits"):
            RELATIVE["thumb"][kind](bytearray(4), 0, distance)


def riscv_jump(word: int) -> int:
    """The distance in a jal, as the RISC-V manual says."""
    value = (word >> 31) << 20 | (word >> 12 & 0xFF) << 12 | (word >> 20 & 1) << 11
    value |= (word >> 21 & 0x3FF) << 1
    return value - (value >> 20 << 21)


def riscv_branch(word: int) -> int:
    """The distance in a beq and its like."""
    value = (word >> 31) << 12 | (word >> 7 & 1) << 11 | (word >> 25 & 0x3F) << 5
    value |= (word >> 8 & 15) << 1
    return value - (value >> 12 << 13)


def riscv_call(data: bytes) -> int:
    """Where an auipc and a jalr lead."""
    high, low = struct.unpack("<II", data)
    offset = low >> 20
    value = (high & 0xFFFFF000) + offset - (offset >> 11 << 12)
    return (value & 0xFFFFFFFF ^ 0x80000000) - 0x80000000


@pytest.mark.parametrize(
    "kind, bits, read",
    [
        (16, 13, lambda data: riscv_branch(struct.unpack("<I", data[:4])[0])),
        (17, 21, lambda data: riscv_jump(struct.unpack("<I", data[:4])[0])),
        (18, 32, lambda data: riscv_call(data)),
        (19, 32, lambda data: riscv_call(data)),
    ],
)
def test_riscv_branches(kind, bits, read):
    rng = random.Random(kind)
    top = 2 ** (bits - 1)
    for distance in [0, 2, -2, top - 2, -top, *(rng.randrange(-top, top, 2) for _ in range(300))]:
        if bits == 32 and distance >= top - 0x800:
            continue  # what auipc cannot reach, a blob is too small for
        data = bytearray(8)
        RELATIVE["riscv32"][kind](data, 0, distance)
        assert read(bytes(data)) == distance
    if bits < 32:
        with pytest.raises(LinkerError, match="does not fit"):
            RELATIVE["riscv32"][kind](bytearray(8), 0, top)


FRAME = """
declare void @llvm.memset.p0.i32(ptr, i8, i32, i1)
declare hidden void @use(ptr)
define hidden void @frame() #0 {{
  %a = alloca [{size} x i8], align 8
  call void @use(ptr %a)
  ret void
}}
define hidden void @arguments() #0 {{
  %a = alloca i32
  call void @many(ptr %a, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9)
  ret void
}}
declare hidden void @many(ptr, i32, i32, i32, i32, i32, i32, i32, i32, i32)
attributes #0 = {{ {attributes} }}
"""


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("size", [8, 64, 496, 512, 1024, 4096, 5000, 70000])
def test_frames_of_any_size_are_read(name, size):
    target = TARGETS[name]
    ir = FRAME.format(size=size, attributes=target.attributes)
    frames = frame_sizes(emit(ir, target), target)
    assert size < frames["frame"] <= size + 64
    assert 8 <= frames["arguments"] <= 64


def test_a_library_function_that_calls_itself_is_refused():
    """LLVM knows what some loops count, and would call the very function that has the loop."""
    first, second = Symbol("first", 0, function=True), Symbol("second", 1, function=True)
    sections = [
        Section(".text.first", bytes(8), relocations=[Relocation(0, 10, second, None)]),
        Section(".text.second", bytes(8)),
    ]
    obj = Object(sections, [first, second])
    assert depths(obj, {"first": 16, "second": 24}) == {"first": 40, "second": 24}
    sections[1].relocations.append(Relocation(4, 10, Symbol("first", None), None))
    with pytest.raises(LinkerError, match="first calls itself"):
        depths(obj, {"first": 16, "second": 24})


@pytest.mark.parametrize("package", ["llvmlite", "elftools"])
def test_a_missing_package_is_named(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        UsageError, match=r"(?s)LLVM, which is not installed .*pip install 'wrt-micro"
    ):
        llvm.__wrapped__()
