"""The processors that native code is made for, and LLVM itself.

LLVM is loaded when it is first needed, not when this module is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from ..errors import UsageError
from ..mpy_compile import ARCHITECTURES

# MicroPython gives code 16-byte aligned memory everywhere, so the blob's parts may ask for that.
ALIGNMENT = 16


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of processor.

    name: as mpy-cross names it. triple, cpu, features, abi: as LLVM names it.
    pointer_bits: 32 or 64.
    hard_f32, hard_f64: f32 and f64 are LLVM's float and double; else they are i32 and i64, and
        their arithmetic is calls of library functions.
    unaligned: loads and stores of 16 and 32 bits may have any address. (LLVM knows the others'
        rules: `align 1` is always right.)
    wide_multiply: a machine instruction multiplies 32 by 32 bits to 64.
    small: code is made for size. It lies in the heap of a board, where that is the better choice.
    trampoline: name of the code in trampoline/machine_code.py.
    interrupt_stack: bytes below a guest's stack pointer that others may write at any time:
        interrupts on a board, signal handlers on a desktop, and the red zone of x64's ABI.
    """

    name: str
    triple: str
    cpu: str
    trampoline: str
    features: str = ""
    abi: str = ""
    pointer_bits: int = 32
    hard_f32: bool = False
    hard_f64: bool = False
    unaligned: bool = False
    wide_multiply: bool = True
    small: bool = True
    interrupt_stack: int = 512

    @property
    def thumb(self) -> bool:
        """Whether addresses of code have bit 0 set."""
        return self.triple.startswith("thumb")

    @property
    def attributes(self) -> str:
        """Attributes of every function in LLVM IR.

        "no-builtins": a loop that copies stays a loop. uwtable: x64 code is not to be scanned
        for what it does to the stack pointer, so LLVM writes it down, and it is read from there.
        """
        size = "optsize" if self.small else "uwtable(sync)"
        return f'nounwind "no-builtins" {size}'

    @property
    def mpy_arch(self) -> int:
        """The architecture's number in a .mpy file."""
        return ARCHITECTURES.index(self.name)

    @property
    def data_layout(self) -> str:
        """LLVM's data layout string."""
        return str(machine(self).target_data)


TARGETS = {
    target.name: target
    for target in (
        Target(
            "x64",
            "x86_64-unknown-linux-gnu",
            "x86-64-v2",
            "x64",
            pointer_bits=64,
            hard_f32=True,
            hard_f64=True,
            unaligned=True,
            small=False,
            interrupt_stack=16384,
        ),
        Target(
            "armv6m",
            "thumbv6m-none-eabi",
            "cortex-m0",
            "thumb_v6m",
            features="+strict-align",
            wide_multiply=False,
        ),
        Target("armv7m", "thumbv7m-none-eabi", "cortex-m3", "thumb_v7m", unaligned=True),
        Target(
            "armv7emsp",
            "thumbv7em-none-eabihf",
            "cortex-m4",
            "thumb_fpu",
            hard_f32=True,
            unaligned=True,
        ),
        Target(
            "armv7emdp",
            "thumbv7em-none-eabihf",
            "cortex-m7",
            "thumb_fpu",
            hard_f32=True,
            hard_f64=True,
            unaligned=True,
        ),
        Target("rv32imc", "riscv32-unknown-elf", "generic-rv32", "rv32", "+m,+c", "ilp32"),
    )
}


@cache
def llvm() -> ModuleType:
    """llvmlite's binding of LLVM, ready for every target.

    Raises UsageError if it is missing, or what reads its objects.
    """
    try:
        import elftools  # noqa: F401
        import llvmlite.binding as binding
    except ImportError as error:
        raise UsageError(
            f"the native engine makes its code with LLVM, which is not installed ({error})",
            hint="pip install 'wrt-micro[native]', or build for the engine interp",
        ) from None
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    return binding


@cache
def machine(target: Target) -> Any:
    """LLVM's TargetMachine, which makes position-independent code."""
    return (
        llvm()
        .Target.from_triple(target.triple)
        .create_target_machine(
            cpu=target.cpu,
            features=target.features,
            opt=2,
            reloc="pic",
            codemodel="small",
            abiname=target.abi,
        )
    )
