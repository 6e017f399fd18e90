"""From linked core modules to a program: register code here, machine code in native/."""

from .context import LowerOptions
from .lower import lower
from .stackdepth import referenced

__all__ = ["LowerOptions", "lower", "referenced"]
