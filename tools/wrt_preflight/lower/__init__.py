"""From linked core modules to register code."""

from .context import LowerOptions
from .lower import lower

__all__ = ["LowerOptions", "lower"]
