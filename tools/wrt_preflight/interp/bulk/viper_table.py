"""Viper bodies of the table class."""

from __future__ import annotations

from ...ops.traps import TRAPS
from ..dialects.viper_words import base
from .viper_words import HIGH, LOW, A, B, C, D, guard


def bodies(bits: int) -> dict[str, list[str]]:
    """By instruction. bits: of a machine word, 32 or 64."""
    descriptor = f"p = ptr32(({LOW} << 4) + tabs)"
    target, source = base("p", bits), base("q", bits)
    element = [f"t = {B}", f"if uint(t) >= uint(p[2]): trap = {TRAPS['out_of_bounds_table']}"]
    return {
        "table.get": [
            descriptor,
            *element,
            "if trap == 0:",
            f"  {A} = ptr32((t << 2) + {target})[0]",
        ],
        "table.set": [
            descriptor,
            *element,
            "if trap == 0:",
            f"  ptr32((t << 2) + {target})[0] = {C}",
        ],
        "table.size": [descriptor, f"{A} = p[2]"],
        "table.grow": [
            descriptor,
            f"t = {B}",
            f"m = {C}",
            "s = p[2]",
            "if uint(m) > uint(p[3] - s):",
            f"  {A} = -1",
            "else:",
            f"  q = ptr32((s << 2) + {target})",
            "  p[2] = s + m",
            "  i = 0",
            "  while i < m:",
            "    q[i] = t",
            "    i += 1",
            f"  {A} = s",
        ],
        "table.fill": [
            descriptor,
            f"t = {B}",
            f"s = {C}",
            f"m = {D}",
            *guard([("t", "m", "p[2]")], "out_of_bounds_table", bits),
            "if trap == 0:",
            f"  q = ptr32((t << 2) + {target})",
            "  i = 0",
            "  while i < m:",
            "    q[i] = s",
            "    i += 1",
        ],
        "table.copy": [
            descriptor,
            f"q = ptr32(({HIGH} << 4) + tabs)",
            f"t = {B}",
            f"s = {C}",
            f"m = {D}",
            *guard([("t", "m", "p[2]"), ("s", "m", "q[2]")], "out_of_bounds_table", bits),
            "if trap == 0:",
            f"  t = (t << 2) + {target}",
            f"  s = (s << 2) + {source}",
            "  if uint(t) <= uint(s):",
            "    while m:",
            "      ptr32(t)[0] = ptr32(s)[0]",
            "      t += 4",
            "      s += 4",
            "      m -= 1",
            "  else:",
            "    while m:",
            "      m -= 1",
            "      ptr32(t + (m << 2))[0] = ptr32(s + (m << 2))[0]",
        ],
        "elem.drop": [descriptor, "p[2] = 0"],
    }
