"""Viper bodies of the memory class."""

from __future__ import annotations

from ..dialects.viper_words import base
from .viper_words import HIGH, LOW, A, B, C, D, guard


def _step(count: int) -> list[str]:
    """Both pointers go on. They are the function's parameters, which viper keeps in registers."""
    return [
        f"  p = ptr32({count} + int(p))",
        f"  q = ptr32({count} + int(q))",
        f"  m -= {count}",
    ]


def _aligned(words: list[str], strict: bool) -> list[str]:
    """Words only where both addresses allow it."""
    return ["if (s | t) & 3 == 0:", *("  " + line for line in words)] if strict else words


def _forward(strict: bool) -> list[str]:
    """m bytes from address s to t, upwards."""
    words = [
        "while m >= 32:",
        *(f"  p[{k}] = q[{k}]" for k in range(8)),
        *_step(32),
        "while m >= 4:",
        "  p[0] = q[0]",
        *_step(4),
    ]
    return [
        "p = ptr32(t)",
        "q = ptr32(s)",
        *_aligned(words, strict),
        "while m:",
        "  ptr8(p)[0] = ptr8(q)[0]",
        *_step(1),
    ]


def _backward(strict: bool) -> list[str]:
    """m bytes from address s to t, downwards: bytes until a whole number of words is left."""
    byte = ["  m -= 1", "  ptr8(t + m)[0] = ptr8(s + m)[0]"]
    words = [
        "while m & 3:",
        *byte,
        "while m >= 32:",
        "  m -= 32",
        "  p = ptr32(t + m)",
        "  q = ptr32(s + m)",
        *(f"  p[{k}] = q[{k}]" for k in reversed(range(8))),
        "while m:",
        "  m -= 4",
        "  ptr32(t + m)[0] = ptr32(s + m)[0]",
    ]
    return [*_aligned(words, strict), "while m:", *byte] if strict else words


def bodies(bits: int, strict: bool) -> dict[str, list[str]]:
    """By instruction. strict: words only where both ends of a copy are aligned."""
    descriptor = f"p = ptr32(({LOW} << 5) + mems)"
    forward, backward = _forward(strict), _backward(strict)
    return {
        # Word 7, the declared length, is what guests see; a short memory has fewer bytes (word 2).
        "memory.size": [descriptor, f"{A} = uint(p[7]) >> p[4]"],
        "memory.grow": [
            descriptor,
            f"t = {B}",
            "s = int(uint(p[7]) >> p[4])",
            "i = int(uint(p[3] - p[2]) >> p[4])",
            "if uint(t) > uint(i):",
            f"  {A} = -1",
            "else:",
            "  p[2] = p[2] + (t << p[4])",
            "  p[7] = p[7] + (t << p[4])",
            f"  {A} = s",
        ],
        "memory.copy": [
            descriptor,
            f"q = ptr32(({HIGH} << 5) + mems)",
            f"t = {B}",
            f"s = {C}",
            f"m = {D}",
            *guard([("t", "m", "p[2]"), ("s", "m", "q[2]")], "out_of_bounds_memory", bits),
            "if trap == 0:",
            f"  t = t + {base('p', bits)}",
            f"  s = s + {base('q', bits)}",
            "  if uint(t - s) >= uint(m):",
            *("    " + line for line in forward),
            "  else:",
            *("    " + line for line in backward),
        ],
        "memory.fill": [
            descriptor,
            f"t = {B}",
            f"s = {C} & 255",
            f"m = {D}",
            *guard([("t", "m", "p[2]")], "out_of_bounds_memory", bits),
            "if trap == 0:",
            f"  t = t + {base('p', bits)}",
            "  m = m + t",
            "  while (t & 3) * (m - t):",
            "    ptr8(t)[0] = s",
            "    t += 1",
            "  i = s | (s << 8)",
            "  i = i | (i << 16)",
            "  p = ptr32(t)",
            "  m = m - t",
            "  while m >= 32:",
            *(f"    p[{k}] = i" for k in range(8)),
            "    p = ptr32(32 + int(p))",
            "    m -= 32",
            "  while m >= 4:",
            "    p[0] = i",
            "    p = ptr32(4 + int(p))",
            "    m -= 4",
            "  while m:",
            "    m -= 1",
            "    ptr8(p)[m] = s",
        ],
        "data.drop": [descriptor, "p[2] = 0"],
    }
