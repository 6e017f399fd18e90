"""A bare 32-bit processor, emulated by Unicorn, that calls viper functions as MicroPython does.

A Machine holds what a native function sees of MicroPython: function objects, their module's
context, and the table of C helpers. The helpers that viper's integer arithmetic and argument
passing need are here; a call of any other one raises HelperCalled. A function that ran to its end
with `allocations` unchanged has therefore allocated nothing.

Memory is the caller's own: `map` shows the bytes of a bytearray or array to the processor where
they lie, so both sides see each other's writes and nothing is copied.
"""

from __future__ import annotations

import ctypes
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import unicorn

from wrt_preflight.mpy_compile import compile_mpy
from wrt_preflight.mpy_file import FUN_TABLE, MpyFile, read_mpy

from .targets import FPU_TARGETS, TARGETS

PAGE = 4096
SYSTEM = 0x0700_0000  # helper table, stubs, contexts and function objects
SYSTEM_SIZE = 0x1_0000
STUBS = SYSTEM + 0x400
STOP = SYSTEM + 0x600  # where a called function returns to: reaching it ends the run
ARGUMENTS = SYSTEM + 0x800
OBJECTS = SYSTEM + 0x1000
CODE = 0x0800_0000
CODE_SIZE = 0x10_0000
STACK = 0x1000_0000
STACK_SIZE = 0x1_0000
RAM = 0x2000_0000
HANDLES = 0x7000_0000  # addresses of objects that live on this side only; nothing is mapped there

HELPERS = """
    const_none const_false const_true convert_obj_to_native convert_native_to_obj swap_globals
    load_name load_global load_build_class load_attr load_method load_super_method store_name
    store_global store_attr obj_subscr obj_is_true unary_op binary_op build_tuple build_list
    build_map build_set store_set list_append store_map make_function_from_proto_fun
    call_function_n_kw call_method_n_kw call_method_n_kw_var getiter iternext nlr_push nlr_pop
    raise import_name import_from import_all new_slice unpack_sequence unpack_ex delete_name
    delete_global new_closure arg_check_num_sig setup_code_state small_int_floor_divide
    small_int_modulo yield_from setjmp
""".split()
TYPE_OBJ, TYPE_BOOL, TYPE_INT, TYPE_UINT = range(4)


class HelperCalled(Exception):
    """Native code called a C helper that integer-only code has no business with."""


class Fault(Exception):
    """The processor stopped: a bad address, an unaligned access, an unknown instruction."""


@lru_cache(maxsize=64)
def compile_viper(source: str, architecture: str) -> MpyFile:
    """Compile MicroPython source for one of TARGETS, just as the runtime is for boards."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "module.py"
        path.write_text(source, encoding="utf-8")
        made = path.with_suffix(".mpy")
        compile_mpy(path, made, (f"-march={architecture}",), path.name)
        return read_mpy(made.read_bytes())


def _signed(word: int) -> int:
    return (word & 0xFFFF_FFFF ^ 0x8000_0000) - 0x8000_0000


def _c_divide(num: int, denom: int) -> int:
    """C's `/` on int32_t, for operands that C itself lets overflow by wrapping."""
    num, denom = _signed(num), _signed(denom)
    quotient = abs(num) // abs(denom)
    return _signed(quotient if (num < 0) == (denom < 0) else -quotient)


def small_int_floor_divide(num: int, denom: int) -> int:
    """mp_small_int_floor_divide on 32 bits: its correction wraps for large mixed-sign operands."""
    if num >= 0:
        if denom < 0:
            num += -denom - 1
    elif denom >= 0:
        num += -denom + 1
    return _c_divide(num, denom)


def small_int_modulo(dividend: int, divisor: int) -> int:
    """mp_small_int_modulo on 32 bits."""
    rest = dividend - _c_divide(dividend, divisor) * divisor
    if rest < 0 < divisor or divisor < 0 < rest:
        rest += divisor
    return rest


@dataclass(frozen=True)
class Buffer:
    """A mapped object: where the processor sees it, and how many bytes it has."""

    address: int
    size: int


@dataclass(frozen=True)
class Function:
    """A loaded viper function: its name, its function object, and its machine code."""

    name: str
    object: int
    code: int
    size: int


class Machine:
    """One emulated processor.

    architecture: a name of TARGETS or FPU_TARGETS. ram: where mapped memory starts; 0xC0000000
    shows whether code takes addresses for signed numbers. strict: unaligned accesses to mapped
    memory are faults; default: where the processor itself would fault.

    allocations counts what MicroPython would have allocated. helpers counts helper calls by name.
    """

    def __init__(self, architecture: str, ram: int = RAM, strict: bool | None = None):
        self.target = target = (TARGETS | FPU_TARGETS)[architecture]
        self.allocations = 0
        self.helpers: Counter[str] = Counter()
        self._uc = uc = unicorn.Uc(target.arch, target.mode)
        uc.ctl_set_cpu_model(target.cpu)
        self._next_ram = self._ram = ram
        self._next_code = CODE
        self._next_object = OBJECTS
        self._objects: dict[int, object] = {}
        self._mapped: dict[int, tuple[int, int, object]] = {}
        self._trouble = ""
        uc.mem_map(SYSTEM, SYSTEM_SIZE)
        uc.mem_map(CODE, CODE_SIZE, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)
        uc.mem_map(STACK, STACK_SIZE, unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE)
        self._place_helpers()
        uc.hook_add(unicorn.UC_HOOK_CODE, self._helper, None, STUBS, STUBS + 4 * len(HELPERS) - 1)
        uc.hook_add(unicorn.UC_HOOK_MEM_INVALID, self._bad_address)
        if strict is None:
            strict = not target.word_access_anywhere
        if strict and architecture != "armv6m":  # the Cortex-M0 model has this check built in
            accesses = unicorn.UC_HOOK_MEM_READ | unicorn.UC_HOOK_MEM_WRITE
            uc.hook_add(accesses, self._check_alignment, None, ram, 0xFFFF_FFFF)

    # Loading

    def _place_helpers(self) -> None:
        table = []
        for index, name in enumerate(HELPERS):
            constant = name.startswith("const_")
            stub = STUBS + 4 * index
            table.append(HANDLES + 8 * (index + 1) if constant else stub | self.target.thumb)
            self._uc.mem_write(stub, self.target.return_)
        for handle, value in zip(table, (None, False, True), strict=False):
            self._objects[handle] = value
        self._uc.mem_write(SYSTEM, struct.pack(f"<{len(table)}I", *table))

    def _put(self, words: list[int]) -> int:
        """Write words into the system area; their address."""
        address = self._next_object
        self._next_object += 4 * len(words)
        if self._next_object > SYSTEM + SYSTEM_SIZE:
            raise MemoryError("the machine's system area is full")
        self._uc.mem_write(
            address, struct.pack(f"<{len(words)}I", *(w & 0xFFFF_FFFF for w in words))
        )
        return address

    def load(self, module: MpyFile) -> dict[str, Function]:
        """Load a module's viper functions: name -> Function."""
        if module.architecture != self.target.name:
            raise ValueError(f"code for {module.architecture}, machine for {self.target.name}")
        constants = [
            SYSTEM if value is FUN_TABLE else self._object(value) for value in module.constants
        ]
        # struct mp_module_context_t: type, globals, qstr_table, obj_table
        context = self._put([0, 0, 0, self._put(constants)])
        functions = {}
        for name, raw_code in module.functions.items():
            if raw_code.kind != "viper":
                continue
            code = self._next_code
            self._next_code += len(raw_code.data) + 15 & ~15
            if self._next_code > CODE + CODE_SIZE:
                raise MemoryError("the machine's code area is full")
            self._uc.mem_write(code, raw_code.data)
            # struct mp_obj_fun_bc_t: type, context, child_table, bytecode
            made = self._put([0, context, 0, code | self.target.thumb])
            functions[name] = Function(name, made, code, len(raw_code.data))
        return functions

    def map(self, memory: object) -> Buffer:
        """Show an object's bytes (bytearray, array, memoryview, bytes) to the processor.

        What is read-only here is read-only there. The object must not be resized while it is
        mapped; bytearray and array refuse that.
        """
        view = memoryview(memory).cast("B")
        size = len(view)
        if not size:
            return Buffer(self._ram, 0)
        access = unicorn.UC_PROT_READ
        if view.readonly:
            view = bytearray(view)  # ctypes shows no read-only memory, and this cannot change
        else:
            access |= unicorn.UC_PROT_WRITE
        held = (ctypes.c_char * size).from_buffer(view)
        host = ctypes.addressof(held)
        first = host & -PAGE
        pages = (host + size - first + PAGE - 1) & -PAGE
        base = self._next_ram
        self._next_ram += pages + PAGE
        self._uc.mem_map_ptr(base, pages, access, ctypes.c_void_p(first))
        address = base + host - first
        self._mapped[address] = (base, pages, held)
        return Buffer(address, size)

    def unmap(self, buffer: Buffer) -> None:
        """Take a mapped object's bytes away again."""
        if buffer.size:
            base, pages, _ = self._mapped.pop(buffer.address)
            self._uc.mem_unmap(base, pages)
            if not self._mapped:
                self._next_ram = self._ram

    # Running

    def call(self, function: Function, *arguments: int | Buffer) -> object:
        """Call a viper function; its result.

        Raises HelperCalled, or Fault.
        """
        target, uc = self.target, self._uc
        top = STACK + STACK_SIZE - 64
        temporary = len(self._objects)
        words = [self._object(argument) for argument in arguments]
        uc.mem_write(ARGUMENTS, struct.pack(f"<{len(words)}I", *words))
        registers = (function.object, len(words), 0, ARGUMENTS)
        for register, value in zip(target.arguments, registers, strict=True):
            uc.reg_write(register, value)
        uc.reg_write(target.sp, top)
        uc.reg_write(target.link, STOP | target.thumb)
        self._trouble = ""
        try:
            uc.emu_start(function.code | target.thumb, STOP)
            if self._trouble:
                raise Fault(self._where(function, self._trouble))
            if uc.reg_read(target.sp) != top:
                raise Fault(self._where(function, "returned with an unbalanced stack"))
            return self._value(uc.reg_read(target.arguments[0]))
        except unicorn.UcError as error:
            raise Fault(self._where(function, str(error))) from None
        finally:
            while len(self._objects) > temporary:
                self._objects.popitem()

    def _where(self, function: Function, what: str) -> str:
        offset = self._uc.reg_read(self.target.pc) - function.code
        return f"{self.target.name}: {function.name} + {offset:#x}: {self._trouble or what}"

    @contextmanager
    def instructions(self) -> Iterator[Counter[int]]:
        """Count instructions: a Counter from the address of each basic block to the instructions
        executed in it, filled in while the `with` block runs. Much slower than running."""
        counts: Counter[int] = Counter()
        sizes: dict[tuple[int, int], int] = {}

        def block(uc: unicorn.Uc, address: int, size: int, _: object) -> None:
            key = address, size
            if key not in sizes:
                sizes[key] = self._instructions_in(uc.mem_read(address, size))
            counts[address] += sizes[key]

        hook = self._uc.hook_add(unicorn.UC_HOOK_BLOCK, block, None, CODE, CODE + CODE_SIZE - 1)
        self._uc.ctl_flush_tb()
        try:
            yield counts
        finally:
            self._uc.hook_del(hook)
            self._uc.ctl_flush_tb()

    def _instructions_in(self, code: bytes) -> int:
        at = number = 0
        while at < len(code):
            half = code[at] | code[at + 1] << 8
            wide = (
                half >> 11 in (0b11101, 0b11110, 0b11111) if self.target.thumb else half & 3 == 3
            )
            at += 4 if wide else 2
            number += 1
        return number

    # What MicroPython does for native code

    def _object(self, value: object) -> int:
        """The object word of a Python value: a small integer, or a handle of something here."""
        if type(value) is int and -(1 << 30) <= value < 1 << 30:
            return (value << 1 | 1) & 0xFFFF_FFFF
        handle = HANDLES + 8 * (len(self._objects) + 1)
        self._objects[handle] = value
        return handle

    def _value(self, word: int) -> object:
        return _signed(word) >> 1 if word & 1 else self._objects[word]

    def _helper(self, uc: unicorn.Uc, address: int, size: int, _: object) -> None:
        name = HELPERS[(address - STUBS) // 4]
        self.helpers[name] += 1
        first = uc.reg_read(self.target.arguments[0])
        second = uc.reg_read(self.target.arguments[1])
        if name == "convert_obj_to_native":
            result = self._to_native(self._value(first), second & 15)
        elif name == "convert_native_to_obj":
            result = self._to_object(first, second & 15)
        elif name == "small_int_floor_divide":
            result = small_int_floor_divide(_signed(first), _signed(second))
        elif name == "small_int_modulo":
            result = small_int_modulo(_signed(first), _signed(second))
        else:
            raise HelperCalled(f"{self.target.name}: native code called {name}")
        uc.reg_write(self.target.arguments[0], result & 0xFFFF_FFFF)

    def _to_native(self, value: object, kind: int) -> int:
        if kind == TYPE_BOOL:
            return int(bool(value))
        if isinstance(value, Buffer) and kind > TYPE_UINT:
            return value.address
        if isinstance(value, int):
            return value
        raise HelperCalled(f"{self.target.name}: {value!r} as native type {kind}")

    def _to_object(self, word: int, kind: int) -> int:
        if kind == TYPE_OBJ:
            return word
        if kind == TYPE_BOOL:
            return self._bool(word)
        made = self._object(_signed(word) if kind == TYPE_INT else word)
        self.allocations += not made & 1
        return made

    def _bool(self, word: int) -> int:
        return HANDLES + 8 * (3 if word else 2)

    def _bad_address(self, uc, access, address: int, size: int, value: int, _: object) -> bool:
        self._trouble = f"access of {size} bytes at {address:#x}, where nothing is mapped"
        return False

    def _check_alignment(self, uc, access, address: int, size: int, value: int, _: object) -> None:
        if address & size - 1:
            self._trouble = f"unaligned access of {size} bytes at {address:#x}"
            uc.emu_stop()
