"""The processors that Unicorn stands in for: one for each 32-bit architecture that it knows."""

from __future__ import annotations

from dataclasses import dataclass

import unicorn
from unicorn import arm_const, riscv_const


@dataclass(frozen=True)
class Target:
    """One of mpy-cross's architectures, and the processor that stands for it.

    word_access_anywhere: the processor itself reads and writes halves and words at any address.
    """

    name: str
    arch: int
    mode: int
    cpu: int
    arguments: tuple[int, int, int, int]
    sp: int
    link: int
    pc: int
    thumb: int
    return_: bytes
    word_access_anywhere: bool


def _arm(name: str, cpu: int, anywhere: bool) -> Target:
    r = arm_const
    arguments = (r.UC_ARM_REG_R0, r.UC_ARM_REG_R1, r.UC_ARM_REG_R2, r.UC_ARM_REG_R3)
    return Target(
        name,
        unicorn.UC_ARCH_ARM,
        unicorn.UC_MODE_THUMB,  # with UC_MODE_MCLASS Unicorn takes a Cortex-M33 whatever is asked
        cpu,
        arguments,
        r.UC_ARM_REG_SP,
        r.UC_ARM_REG_LR,
        r.UC_ARM_REG_PC,
        1,
        bytes.fromhex("7047"),
        anywhere,
    )


def _riscv(name: str, cpu: int) -> Target:
    r = riscv_const
    return Target(
        name,
        unicorn.UC_ARCH_RISCV,
        unicorn.UC_MODE_RISCV32,
        cpu,
        (r.UC_RISCV_REG_A0, r.UC_RISCV_REG_A1, r.UC_RISCV_REG_A2, r.UC_RISCV_REG_A3),
        r.UC_RISCV_REG_SP,
        r.UC_RISCV_REG_RA,
        r.UC_RISCV_REG_PC,
        0,
        bytes.fromhex("8280"),
        False,  # Unicorn's does, real ones trap: the machine checks every access itself
    )


TARGETS = {
    target.name: target
    for target in (
        _arm("armv6m", arm_const.UC_CPU_ARM_CORTEX_M0, False),
        _arm("armv7m", arm_const.UC_CPU_ARM_CORTEX_M3, True),
        _riscv("rv32imc", riscv_const.UC_CPU_RISCV32_SIFIVE_E31),
    )
}
# With floating point, for code that uses it: the interpreters do not.
FPU_TARGETS = {
    target.name: target
    for target in (
        _arm("armv7emsp", arm_const.UC_CPU_ARM_CORTEX_M4, True),
        _arm("armv7emdp", arm_const.UC_CPU_ARM_CORTEX_M7, True),
    )
}
