"""A small program in LLVM IR, as the translator makes them, and what drives its blob.

Function 0, hosts(n): adds up what the host returns for 0 .. n-1, halves kept in a float where the
processor has one. Function 1, deep(n): n + ... + 1, recursively, with a yield at the bottom.
Function 2, traps(n): the same way down, and then a trap.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from array import array
from functools import cache

from native.processor import Processor
from wrt_preflight.native.blob import Blob
from wrt_preflight.native.compile import compile_blob
from wrt_preflight.native.target import TARGETS, Target

PC, FP, AUX0, AUX1, CODE, STACK_AT, SIZE = 0, 1, 4, 5, 8, 10, 12
ENTRY_SP, BASE, LIMIT, MARGIN, BUDGET, RESERVE, SAVED, OWN = 30, 32, 34, 36, 37, 38, 42, 43
RECORD_WORDS = 44
DONE, HOST, TRAP, YIELD, MOVED = range(5)
HOST_NUMBER, TRAP_KIND, TRAP_AT, TRAP_PC = 7, 3, 0x1234, 0x5678
FUNCTIONS = ("hosts", "deep", "traps")

_PROGRAM = """
@wrt_blob = external hidden global i8
declare void @rt_trap(ptr, i32, i32, i32) noreturn cold
declare void @rt_host(ptr, i32, ptr, i32)
declare void @rt_yield(ptr)
declare {p} @llvm.read_register.{p}(metadata)

define hidden i32 @hosts(ptr %ctx, i32 %n) #0 {{
entry:
  %args = alloca [{words} x i32]
  %second = getelementptr i32, ptr %args, i32 1
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %body ]
  %sum = phi i32 [ 0, %entry ], [ %sum1, %body ]
  %half = phi {f} [ {zero}, %entry ], [ %half1, %body ]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %body, label %done
body:
  store i32 %i, ptr %args
  store i32 %sum, ptr %second
  call void @rt_host(ptr %ctx, i32 {host}, ptr %args, i32 {words})
  %a = load i32, ptr %args
  %b = load i32, ptr %second
  %ab = add i32 %a, %b
  %sum1 = add i32 %sum, %ab
  %x = {convert}
  %half1 = {add} {f} %half, %x
  %i1 = add i32 %i, 1
  br label %loop
done:
  %back = {back}
  %good = icmp eq i32 %back, %sum
  br i1 %good, label %right, label %wrong
right:
  ret i32 %sum
wrong:
  call void @rt_trap(ptr %ctx, i32 1, i32 0, i32 0)
  unreachable
}}

define hidden i32 @deep(ptr %ctx, i32 %n) #0 {{
  %sp = call {p} @llvm.read_register.{p}(metadata !0)
  %at = getelementptr i32, ptr %ctx, i32 34
  %limit = load {p}, ptr %at
  %full = icmp ult {p} %sp, %limit
  br i1 %full, label %trap, label %fits
trap:
  call void @rt_trap(ptr %ctx, i32 10, i32 0, i32 0)
  unreachable
fits:
  %end = icmp eq i32 %n, 0
  br i1 %end, label %bottom, label %down
bottom:
  call void @rt_yield(ptr %ctx)
  ret i32 0
down:
  %m = sub i32 %n, 1
  %r = call i32 @deep(ptr %ctx, i32 %m)
  call void asm sideeffect "", ""()
  %s = add i32 %r, %n
  ret i32 %s
}}

define hidden i32 @traps(ptr %ctx, i32 %n) #0 {{
  %end = icmp eq i32 %n, 0
  br i1 %end, label %bottom, label %down
bottom:
  call void @rt_trap(ptr %ctx, i32 {kind}, i32 {where}, i32 {pc})
  unreachable
down:
  %m = sub i32 %n, 1
  %r = call i32 @traps(ptr %ctx, i32 %m)
  call void asm sideeffect "", ""()
  %s = add i32 %r, %n
  ret i32 %s
}}
{shims}
define hidden void @wrt_main(ptr %ctx) #0 {{
  %codes = getelementptr i32, ptr %ctx, i32 8
  %code = load ptr, ptr %codes
  %pc = load i32, ptr %ctx
  %at = getelementptr i8, ptr %code, i32 %pc
  %shims = getelementptr i8, ptr %at, i32 4
  %offset = load i32, ptr %shims
  %shim = getelementptr i8, ptr @wrt_blob, i32 %offset
  call void %shim(ptr %ctx)
  ret void
}}
attributes #0 = {{ noinline {attributes} }}
!0 = !{{!"{sp}"}}
"""
_SHIM = """
define hidden void @shim_{name}(ptr %ctx) #0 {{
  %fps = getelementptr i32, ptr %ctx, i32 1
  %fp = load i32, ptr %fps
  %stacks = getelementptr i32, ptr %ctx, i32 10
  %stack = load ptr, ptr %stacks
  %at = getelementptr i8, ptr %stack, i32 %fp
  %n = load i32, ptr %at
  %r = call i32 @{name}(ptr %ctx, i32 %n)
  store i32 %r, ptr %at
  ret void
}}
"""
_NUMBERS = {
    "double": ("double", "0.0", "uitofp i32 %ab to double", "fadd", "fptoui double %half to i32"),
    "float": ("float", "0.0", "uitofp i32 %ab to float", "fadd", "fptoui float %half to i32"),
    "none": ("i32", "0", "add i32 %ab, 0", "add", "add i32 %half, 0"),
}


@cache
def guest_blob(name: str, words: int = 2) -> Blob:
    """The program for a target. words: how many the host's arguments take."""
    target = TARGETS[name]
    kind = "double" if target.hard_f64 else "float" if target.hard_f32 else "none"
    f, zero, convert, add, back = _NUMBERS[kind]
    ir = _PROGRAM.format(
        p=f"i{target.pointer_bits}",
        words=words,
        host=HOST_NUMBER,
        f=f,
        zero=zero,
        convert=convert,
        add=add,
        back=back,
        kind=TRAP_KIND,
        where=TRAP_AT,
        pc=TRAP_PC,
        shims="".join(_SHIM.format(name=function) for function in FUNCTIONS),
        attributes=target.attributes,
        sp="rsp" if target.name == "x64" else "sp",
    )
    return compile_blob(ir, target, [f"shim_{function}" for function in FUNCTIONS])


class Emulated:
    """A blob on an emulated processor."""

    def __init__(self, target: Target, code: bytes):
        self.machine = Processor(target.name)
        self.base = self.machine.place(code)

    def address(self, buffer: array) -> int:
        """Where the guest sees an array."""
        return self.machine.map(buffer).address

    def enter(self, at: int, depth: int) -> int:
        """Call the trampoline with a record, `depth` bytes deeper than at the top."""
        return self.machine.enter(self.base, at, depth)


class InProcess:
    """A blob of x64 code in this process. Every 4096 of depth are some calls of C."""

    def __init__(self, target: Target, code: bytes):
        self.code = mmap.mmap(-1, len(code), prot=7)
        self.code.write(code)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.code))
        words = [ctypes.c_size_t] * 3
        prototype = ctypes.CFUNCTYPE(ctypes.c_size_t, *words, ctypes.c_void_p)
        self.entry = prototype(base)

    def address(self, buffer: array) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(buffer))

    def enter(self, at: int, depth: int) -> int:
        if depth > 0:
            return list(map(lambda _: self.enter(at, depth - 256), [0]))[0]
        record = ctypes.create_string_buffer(struct.pack("<4Q", 0, 0, 0, at))
        objects = ctypes.create_string_buffer(struct.pack("<Q", ctypes.addressof(record)))
        result = self.entry(0, 1, 0, ctypes.addressof(objects))
        assert result & 1
        return result >> 1


class Guest:
    """A place to run the program, shared by its threads."""

    def __init__(self, name: str, words: int = 2):
        self.target = TARGETS[name]
        self.blob = guest_blob(name, words)
        self.place = (InProcess if name == "x64" else Emulated)(self.target, self.blob.data)
        headers = [[0, self.blob.offsets[f"shim_{function}"], 0, 0] for function in FUNCTIONS]
        self.image = array("I", [0, 0, 0, 0, *sum(headers, [])])
        self.image_at = self.place.address(self.image)


class Thread:
    """A thread record and its stack buffer, as the engine sets them up."""

    def __init__(
        self, guest: Guest, stack_words: int = 2048, budget: int = 4096, own: bool = False
    ):
        self.guest = guest
        unchecked = guest.blob.red_zone - (0 if own else guest.target.interrupt_stack)
        stack_words += guest.target.interrupt_stack // 4 if own else 0
        self.st = st = array("I", [0] * RECORD_WORDS)
        self.stack = array("I", [0] * stack_words + [0xFEEDFACE] * 4)
        self.stack_at = guest.place.address(self.stack)
        self.at = guest.place.address(st)
        for word, address in ((CODE, guest.image_at), (STACK_AT, self.stack_at)):
            st[word], st[word + 1] = address & 0xFFFFFFFF, address >> 32
        st[SIZE] = 4 * stack_words
        st[MARGIN] = 1024
        st[BUDGET] = budget
        st[RESERVE] = unchecked + 64
        st[OWN] = own

    def start(self, function: str, n: int, fp: int = 0, depth: int = 0) -> int:
        """Begin a call of a function; the status."""
        self.st[PC] = 16 + 16 * FUNCTIONS.index(function)
        self.st[FP] = fp
        self.stack[fp >> 2] = n
        return self.resume(depth)

    def resume(self, depth: int = 0) -> int:
        """Go on; the status."""
        status = self.guest.place.enter(self.at, depth)
        assert list(self.stack[-4:]) == [0xFEEDFACE] * 4, "written behind the stack"
        return status

    def answer(self) -> None:
        """Do what the host function is to do: (i, sum) become (2 * i, 1)."""
        at = self.st[AUX1] >> 2
        self.stack[at] *= 2
        self.stack[at + 1] = 1

    def finish(self, status: int, depth: int = 0) -> int:
        """Answer until the call is done; its result."""
        while status != DONE:
            assert status in (HOST, YIELD), status
            if status == HOST:
                assert self.st[AUX0] == HOST_NUMBER
                self.answer()
            status = self.resume(depth)
        return self.stack[self.st[FP] >> 2]
