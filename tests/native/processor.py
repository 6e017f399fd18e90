"""Emulated processors that run blobs, called as MicroPython and as compiled code call them."""

from __future__ import annotations

import struct

from unicorn import arm_const, riscv_const

from emulated.machine import CODE, CODE_SIZE, STACK, STACK_SIZE, STOP, Fault, Machine

MORE_CODE = 64 << 20  # behind the code area, for the many modules of one script
ARGUMENTS = 0x0700_0900  # in the machine's system area
_PATTERN = 0xA5
_SAVED = {
    1: [getattr(arm_const, f"UC_ARM_REG_R{n}") for n in range(4, 12)],
    0: [getattr(riscv_const, f"UC_RISCV_REG_S{n}") for n in range(12)],
}
_FPU_SAVED = [getattr(arm_const, f"UC_ARM_REG_D{n}") for n in range(8, 16)]


class Processor(Machine):
    """architecture: a name of native.target.TARGETS other than x64."""

    def __init__(self, architecture: str, strict: bool | None = None):
        super().__init__(architecture, strict=strict)
        thumb = self.target.thumb
        self._kept = list(_SAVED[thumb])
        if architecture in ("armv7emsp", "armv7emdp"):
            self._kept += _FPU_SAVED
        self.reserve(CODE + CODE_SIZE, MORE_CODE)
        self._arrays: dict[int, int] = {}

    def place(self, code: bytes) -> int:
        """Put machine code into the code area; its address."""
        address = self._next_code
        if address + len(code) > CODE + CODE_SIZE + MORE_CODE:
            raise MemoryError("the machine's code area is full")
        self._next_code += len(code) + 31 & ~15
        self._uc.mem_write(address, code)
        return address

    def reserve(self, address: int, size: int) -> None:
        """Give the processor memory at a fixed address; both in pages of 4096 bytes."""
        self._uc.mem_map(address, size)

    def write(self, address: int, data: bytes) -> None:
        """Put bytes where memory is."""
        self._uc.mem_write(address, data)

    def call_c(self, address: int, *words: int) -> int:
        """Call a function with up to four words in registers; r0 and r1 as one number."""
        first, second, *_ = registers = self.target.arguments
        for register, word in zip(registers, words, strict=False):
            self._uc.reg_write(register, word)
        self._run(address, STACK + STACK_SIZE - 64)
        return self._uc.reg_read(first) | self._uc.reg_read(second) << 32

    def enter(self, address: int, buffer: int, depth: int = 0) -> int:
        """Call a blob's first function with an array as its argument; what it returns.

        buffer: address of the array's items. depth: bytes of stack that callers have taken.
        Raises Fault if a register that the caller owns has changed.
        """
        if buffer not in self._arrays:
            self._arrays[buffer] = self._put([0, 0, 0, buffer])
        uc = self._uc
        uc.mem_write(ARGUMENTS, struct.pack("<I", self._arrays[buffer]))
        for register, value in zip(self.target.arguments, (0, 1, 0, ARGUMENTS), strict=True):
            uc.reg_write(register, value)
        values = {register: 0x1234_5600 + i for i, register in enumerate(self._kept)}
        for register, value in values.items():
            uc.reg_write(register, value)
        self._run(address, STACK + STACK_SIZE - 64 - depth)
        changed = [register for register in values if uc.reg_read(register) != values[register]]
        if changed:
            raise Fault(f"{self.target.name}: the caller's registers {changed} have changed")
        word = uc.reg_read(self.target.arguments[0])
        if not word & 1:
            raise Fault(f"{self.target.name}: the result {word:#x} is no small integer")
        return word >> 1

    def _run(self, address: int, top: int) -> None:
        uc, target = self._uc, self.target
        uc.reg_write(target.sp, top)
        uc.reg_write(target.link, STOP | target.thumb)
        self._trouble = ""
        try:
            uc.emu_start(address | target.thumb, STOP)
        except Exception as error:
            offset = uc.reg_read(target.pc) - address
            raise Fault(f"{target.name}: + {offset:#x}: {self._trouble or error}") from None
        if self._trouble:
            raise Fault(f"{target.name}: {self._trouble}")
        if uc.reg_read(target.sp) != top:
            raise Fault(f"{target.name}: returned with an unbalanced stack")

    def paint(self) -> None:
        """Fill the stack, so that `painted` can tell how far down it was used."""
        self._uc.mem_write(STACK, bytes([_PATTERN]) * STACK_SIZE)

    def used(self, depth: int = 0) -> int:
        """Bytes below the first call's frame that were written since `paint`."""
        stack = bytes(self._uc.mem_read(STACK, STACK_SIZE))
        untouched = len(stack) - len(stack.lstrip(bytes([_PATTERN])))
        return STACK_SIZE - 64 - depth - untouched
