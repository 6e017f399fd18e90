"""The native engine: a linked store as machine code that stock MicroPython imports.

Its parts are imported only by what builds native programs: LLVM takes a while to load.
"""

# What machine code is made for, by mpy-cross's names: target.TARGETS has the rest.
ARCHITECTURES = ("x64", "armv6m", "armv7m", "armv7emsp", "armv7emdp", "rv32imc")

# Architectures of Cortex-M, each of which runs the code of those before it.
THUMB = ("armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp")


def runs_on(code: str, arch: str) -> bool:
    """Whether a MicroPython of the architecture `arch` loads machine code for `code`."""
    if code in THUMB and arch in THUMB:
        return THUMB.index(code) <= THUMB.index(arch)
    return code == arch


def made_for(arch: str | None) -> str | None:
    """The best architecture of ARCHITECTURES whose code runs on `arch`; None where none does."""
    return next((code for code in reversed(ARCHITECTURES) if runs_on(code, arch or "")), None)
