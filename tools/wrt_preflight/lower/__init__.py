"""From linked core modules to register code."""

from .context import LowerOptions
from .lower import lower, referenced

__all__ = ["LowerOptions", "lower", "referenced"]
