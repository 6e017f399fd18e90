"""Translated code run in this process, on x64: a store, its memories and a thread, by ctypes.

What the trampoline does on a board is done by a few instructions here: a trap leaves the code as
longjmp would, a yield refills the fuel at once, and a host call calls Python, with the machine's
stack as it is.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Callable

from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions
from wrt_preflight.lower.context import Context
from wrt_preflight.lower.initialise import initial_globals, initial_tables
from wrt_preflight.native.library import library_ir
from wrt_preflight.native.target import TARGETS, Target, llvm
from wrt_preflight.native.translate import record, translate

SERVICES = {"rt_trap", "rt_host", "rt_yield"}
FUEL = 16384  # of a slice
STACK = 1 << 20  # bytes of machine stack that the guest may use
BUFFER = 1 << 16  # bytes of the stack buffer
HOST = 17  # the trap of a host function that is missing
HEADER = 32  # bytes between two function headers
AUX0, AUX1, ENTRY_SP, YIELDS = 4, 5, 30, 43

# rdi: the record. The offsets are those of words 0 pc, 2 fuel, 4 aux0, 5 aux1, 30 entry_sp.
_TRAMPOLINE = """\
.text
.globl wrt_blob, wrt_enter, rt_trap, rt_host, rt_yield
.set wrt_blob, wrt_enter - 0x1000000
wrt_enter:
push %rbx
push %rbp
push %r12
push %r13
push %r14
push %r15
push %rdi
mov %rsp, 120(%rdi)
lea -STACK(%rsp), %rax
mov %rax, 136(%rdi)
call wrt_main
xor %eax, %eax
leave_guest:
pop %rdi
pop %r15
pop %r14
pop %r13
pop %r12
pop %rbp
pop %rbx
ret
rt_trap:
mov %esi, 16(%rdi)
mov %edx, 20(%rdi)
mov %ecx, (%rdi)
mov 120(%rdi), %rsp
mov $2, %eax
jmp leave_guest
rt_yield:
incl 172(%rdi)
movl $FUEL, 8(%rdi)
ret
rt_host:
push %rdi
push %rbx
push %rbp
push %r12
push %r13
push %r14
push %r15
mov %rsp, %r8
movabs $CALLBACK, %rax
call *%rax
add $48, %rsp
pop %rdi
test %eax, %eax
jne host_trap
ret
host_trap:
mov %eax, %esi
xor %edx, %edx
xor %ecx, %ecx
jmp rt_trap
"""

_WORDS = ctypes.POINTER(ctypes.c_uint32)
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, _WORDS, ctypes.c_uint32, ctypes.c_void_p
)
_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class Trap(Exception):
    """number: as in ops.traps. pc: what the code told. address: of a memory trap."""

    def __init__(self, number: int, pc: int, address: int) -> None:
        super().__init__(number)
        self.number, self.pc, self.address = number, pc, address


class Machine:
    """A store that runs here.

    host: function(machine, number, words) -> trap number or 0, for host calls; the words are
        arguments, and then results.
    level: how much LLVM optimises. target: x64, or it with properties of another processor.
    deterministic: as for translate.
    """

    def __init__(
        self,
        store: Store,
        options: LowerOptions | None = None,
        host: Callable | None = None,
        level: int = 2,
        target: Target = TARGETS["x64"],
        deterministic: bool = False,
    ) -> None:
        options = options or LowerOptions()
        self.store = store
        self.context = Context(store, options)
        self.host = host
        self.target = target
        count = len(store.functions) + len(store.instances)
        self.headers = [64 + HEADER * i for i in range(count)]
        self.translation = translate(
            store, self.context, self.target, self.headers, deterministic=deterministic
        )
        self.record = (ctypes.c_uint32 * record.WORDS)()
        self._callback = _CALLBACK(self._call_host)
        self._compile(level)
        self._allocate(options)

    # ------------------------------------------------------------ code
    def _compile(self, level: int) -> None:
        binding = llvm()
        binding.initialize_native_asmparser()
        callback = ctypes.cast(self._callback, ctypes.c_void_p).value
        source = _TRAMPOLINE.replace("CALLBACK", str(callback))
        source = source.replace("STACK", str(STACK)).replace("FUEL", str(FUEL))
        lines = "".join(f'module asm "{line}"\n' for line in source.splitlines())
        head = f'target triple = "{self.target.triple}"\n'
        head += f'target datalayout = "{self.target.data_layout}"\n'
        module = binding.parse_assembly(head + self.translation.ir + lines)
        needed = set(re.findall(r"^declare hidden .*@(\w+)\(", self.translation.ir, re.M))
        library = library_ir(needed - SERVICES, self.target)
        module.link_in(binding.parse_assembly(head + library))
        module.verify()
        machine = binding.Target.from_default_triple().create_target_machine(
            opt=2, reloc="pic", codemodel="small", cpu="x86-64-v2"
        )
        tuning = binding.create_pipeline_tuning_options(speed_level=level)
        builder = binding.create_pass_builder(machine, tuning)
        builder.getModulePassManager().run(module, builder)
        self.module, self.machine = module, machine
        self.engine = binding.create_mcjit_compiler(module, machine)
        self.engine.finalize_object()
        blob = self.engine.get_function_address("wrt_blob")
        self.code = bytearray(64 + HEADER * len(self.headers))
        for header, info in zip(self.headers, self.translation.functions, strict=False):
            struct.pack_into("<I", self.code, header, info.type_id)
            if info.symbol:
                for at, symbol in ((12, info.symbol), (16, info.shim)):
                    offset = self.engine.get_function_address(symbol) - blob
                    struct.pack_into("<I", self.code, header + at, offset)
        struct.pack_into("<I", self.code, 0, 0xFFFFFFFF)
        self._enter = _ENTRY(self.engine.get_function_address("wrt_enter"))

    def assembly(self) -> str:
        return self.machine.emit_assembly(self.module)

    # ------------------------------------------------------------ memory
    def _allocate(self, options: LowerOptions) -> None:
        store, context = self.store, self.context
        self.image = (ctypes.c_uint8 * len(self.code)).from_buffer(self.code)
        self.stack = (ctypes.c_uint32 * (BUFFER // 4))()
        self.memories = [(ctypes.c_uint8 * max(m.capacity, 16))() for m in context.memories]
        descriptors = []
        for buffer, memory in zip(self.memories, context.memories, strict=True):
            most = 0xFFFFFFFF if memory.max_pages is None else min(memory.max_pages, 0xFFFFFFFF)
            descriptors += [*_address(buffer), memory.length, memory.capacity]
            descriptors += [memory.page_shift, most, memory.shared, memory.declared]
        self.segments = [ctypes.create_string_buffer(d.data, len(d.data) + 1) for d in store.datas]
        for buffer, data in zip(self.segments, store.datas, strict=True):
            descriptors += [*_address(buffer), len(data.data), 0, 0, 0, 0, 0]
        self.memory_descriptors = _words(descriptors)
        self.tables, descriptors = [], []
        for table in initial_tables(context):
            items = [0 if i is None else self.headers[i] for i in table.items]
            items += [0] * (max(table.capacity, 1) - len(items))
            self.tables.append(_words(items))
            descriptors += [*_address(self.tables[-1]), table.size, table.capacity]
        self.table_descriptors = _words(descriptors)
        self.globals = _words(
            [
                word.value if word.function is None else self.headers[word.function]
                for word in initial_globals(context)
            ]
        )
        payloads = [
            sum(2 if p in ("i64", "f64") else 1 for p in store.types.types[t].params)
            for t in store.tags
        ]
        size = 1 + max(payloads, default=0)
        self.pool = _words([0] * (options.exceptions * size))
        for word, buffer in (
            (record.CODE, self.image),
            (record.STACK, self.stack),
            (record.GLOBALS, self.globals),
            (record.MEMORIES, self.memory_descriptors),
            (record.TABLES, self.table_descriptors),
            (record.POOL, self.pool),
        ):
            self.record[word : word + 2] = _address(buffer)
        self.record[12] = BUFFER
        self.record[record.POOL_ENTRIES], self.record[record.ENTRY_WORDS] = (
            options.exceptions,
            size,
        )

    # ------------------------------------------------------------ calls
    def _call_host(self, record_address, number, words, count, stack_pointer):
        if number == record.COLLECT:
            self._collect(stack_pointer)
            return 0
        return self.host(self, number, words) or 0 if self.host else HOST

    def _collect(self, stack_pointer: int) -> None:
        """Frees the exceptions whose reference is nowhere: not even in the machine's stack."""
        end = self.record[ENTRY_SP] | self.record[ENTRY_SP + 1] << 32
        size = self.record[record.ENTRY_WORDS]
        frames = (ctypes.c_uint32 * ((end - stack_pointer) // 4)).from_address(stack_pointer)
        work, alive = [frames, self.globals, *self.tables], set()
        while work:
            for word in work.pop():
                entry = word - record.EXNREF
                if 0 <= entry < len(self.pool) // size and entry not in alive:
                    alive.add(entry)
                    work.append(self.pool[entry * size + 1 : (entry + 1) * size])
        for entry in range(len(self.pool) // size):
            if entry not in alive:
                self.pool[entry * size] = 0

    def call(self, index: int, arguments: list[int] = ()) -> None:
        """Calls a function; arguments and results are words at the start of the stack.

        Raises Trap."""
        self.stack[: len(arguments)] = arguments
        self.record[record.PC] = self.headers[index] + 12
        self.record[record.FP] = 0
        self.record[record.FUEL] = FUEL
        if self._enter(ctypes.addressof(self.record)):
            trap = Trap(self.record[AUX0], self.record[record.PC], self.record[AUX1])
            raise trap

    def instantiate(self, instance: int) -> None:
        """Runs the init function of an instance, if it has one. Raises Trap."""
        init = self.translation.inits[instance]
        if init is not None:
            self.call(init)


def _words(values: list[int]) -> ctypes.Array:
    return (ctypes.c_uint32 * max(len(values), 1))(*values)


def _address(buffer: ctypes.Array) -> tuple[int, int]:
    """The address of a buffer in two words."""
    address = ctypes.addressof(buffer)
    return address & 0xFFFFFFFF, address >> 32
