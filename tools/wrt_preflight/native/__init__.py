"""The native engine: a linked store as machine code that stock MicroPython imports.

Imported only by what builds native programs: LLVM, from llvmlite, takes a while to load.
"""
