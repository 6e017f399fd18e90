"""A linked store as one module of LLVM IR.

A value on WebAssembly's stack is an LLVM value, a local is a variable that LLVM keeps in a
register, a function is a function. `translate` is all there is for others.
"""

from .library import LIBRARY
from .translate import FunctionInfo, Translation, translate

__all__ = ["LIBRARY", "FunctionInfo", "Translation", "translate"]
