"""Viper bodies by class."""

from __future__ import annotations

from ...ops.cold import KINDS
from ..dialects.viper_words import address
from . import viper_exception, viper_memory, viper_table


def setup(class_name: str, bits: int) -> list[str]:
    """Lines before the first instruction. Viper wants every name to have its type early."""
    lines = {
        "memory": [f"mems = {address(16, bits)}"],
        "table": [f"tabs = {address(18, bits)}"],
        "exception": [
            f"pool = ptr32({address(20, bits)})",
            "size = st[23]",
            "count = st[22]",
            "l = pc",
        ],
    }[class_name]
    return [*lines, "p = fp", "q = fp", "i = 0", "m = 0", "s = 0", "t = 0"]


def handlers(class_name: str, bits: int, strict: bool) -> list[list[str]]:
    """Bodies in numbering order. A body sets `trap` instead of doing its work."""
    bodies = {
        "memory": viper_memory.bodies(bits, strict),
        "table": viper_table.bodies(bits),
        "exception": viper_exception.bodies(bits),
    }[class_name]
    return [bodies[name] for name in KINDS[class_name]]
