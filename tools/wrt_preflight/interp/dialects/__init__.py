"""From the op table's macro language to Python source.

Viper for two word sizes, and plain Python. All dialects share the structure of the loop
(`loop.py`): a handler ends in `continue`, an exit sets `tr` and leaves the loop with `break`.
"""

from __future__ import annotations

from .plain import Plain
from .viper import Viper

__all__ = ["Plain", "Viper"]
