"""The native engine: a linked store as machine code that stock MicroPython imports.

Its parts are imported only by what builds native programs: LLVM takes a while to load.
"""

# What machine code is made for, by mpy-cross's names: target.TARGETS has the rest.
ARCHITECTURES = ("x64", "armv6m", "armv7m", "armv7emsp", "armv7emdp", "rv32imc")
