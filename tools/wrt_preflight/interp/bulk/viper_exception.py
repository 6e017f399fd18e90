"""Viper bodies of the exception class: the pool, and unwinding."""

from __future__ import annotations

from ...ops.traps import TRAPS
from ..dialects.viper_words import OFFSETS, address, base
from .pool import COLLECT, EXNREF, KEPT, MARK


def _fail(kind: str, indent: str) -> list[str]:
    lines = "st[0] = int(pc) - code", f"st[4] = {TRAPS[kind]}", "return 2"
    return [indent + line for line in lines]


# The payload of a throw, the exnref of a throw_ref.
_OPERAND = f"{OFFSETS['c']} + int(fp)"

# t = the first free entry, or count.
_FREE = ["t = 0", "while t < count:", "  if pool[t * size] == 0: break", "  t += 1"]


def bodies(bits: int) -> dict[str, list[str]]:
    """By instruction: throw makes an entry, throw_ref has one; both unwind, none falls through."""
    unwind = _unwind()
    throw = [
        f"p = ptr32({_OPERAND})",
        *_FREE,
        "if t == count:",
        "  if st[29]:",
        "    st[0] = int(pc) - code",
        f"    st[4] = {COLLECT}",
        "    return 1",
        *("  " + line for line in _collect(bits)),
        *("  " + line for line in _FREE),
        "  if t == count:",
        *_fail("exceptions_exhausted", "    "),
        "q = ptr32((t * size << 2) + int(pool))",
        "q[0] = ptr32(pc)[3] + 1",
        "m = ptr32(st[28] + code)[q[0] - 1]",
        "i = 1",
        "while i < size:",
        "  if i <= m: q[i] = p[i - 1]",
        "  else: q[i] = 0",  # what is no payload must not keep another exception alive
        "  i += 1",
    ]
    throw_ref = [
        f"t = ptr32({_OPERAND})[0]",
        "if t == 0:",
        *_fail("null_reference", "  "),
        f"t = t - {EXNREF}",
        "q = ptr32((t * size << 2) + int(pool))",
    ]
    return {"throw": [*throw, *unwind], "throw_ref": [*throw_ref, *unwind]}


def _collect(bits: int) -> list[str]:
    """Frees the entries no word refers to: stack, globals, tables and payloads are searched.

    Conservative: a number that looks like an exnref keeps an entry."""
    mark = [
        f"i = p[m] - {EXNREF}",
        "if uint(i) < uint(count):",
        "  k32 = ptr32((i * size << 2) + int(pool))",
        "  if k32[0]:",
        f"    if k32[0] & {MARK} == 0:",
        f"      k32[0] = k32[0] | {MARK}",
        "      again = 1",
    ]

    def search(pointer: str, words: str) -> list[str]:
        return [
            f"p = ptr32({pointer})",
            "m = 0",
            f"while m < {words}:",
            *("  " + x for x in mark),
            "  m += 1",
        ]

    return [
        "again = 0",
        "k32 = pool",
        *search("stack", "st[12] >> 2"),
        *search(address(14, bits), "st[26]"),
        "s = 0",
        "while s < st[27]:",
        f"  q = ptr32(({address(18, bits)}) + (s << 4))",
        *("  " + x for x in search(base("q", bits), "q[2]")),
        "  s += 1",
        "again = 1",
        "while again:",
        "  again = 0",
        "  s = 0",
        "  while s < count:",
        f"    if pool[s * size] & {MARK}:",
        *("      " + x for x in search("(s * size << 2) + int(pool) + 4", "size - 1")),
        "    s += 1",
        "s = 0",
        "while s < count:",
        "  i = pool[s * size]",
        f"  if i & {MARK}: pool[s * size] = i - {MARK}",
        "  else: pool[s * size] = 0",
        "  s += 1",
        f"p = ptr32({_OPERAND})",
    ]


def _unwind() -> list[str]:
    """From q, entry t: find the innermost handler that takes it, frame by frame.

    Handlers: st[7] is their image offset, st[13] their number; functions: st[24], st[25]; payload
    words of the tags: st[28]. The tag word's upper half has the exnref flag in bit 14 and is all
    ones below it for catch_all.
    """
    return [
        "at = int(pc) - code + 16",
        "while True:",
        "  l = ptr8(st[7] + code)",
        "  m = st[13]",
        "  while m:",
        "    p = ptr32(l)",
        "    if p[0] < at and at <= p[1]:",
        "      s = ptr16(l)[5]",
        "      i = int(s & 16383 == 16383)",
        "      if i == 0: i = int(ptr16(l)[4] == ptr16(q)[0] - 1) << 1",
        "      if i:",
        "        st[0] = p[3]",
        "        st[1] = int(fp) - stack",
        "        p = ptr32(p[4] + int(fp))",
        "        m = 0",
        "        if i > 1: i = ptr32(st[28] + code)[ptr16(q)[0] - 1]",
        "        else: i = 0",
        "        while m < i:",
        "          p[m] = q[m + 1]",
        "          m += 1",
        "        if s & 16384:",
        f"          p[m] = t + {EXNREF}",
        f"          q[0] = q[0] | {KEPT}",
        f"        elif q[0] & {KEPT} == 0:",
        "          q[0] = 0",
        "        return 0",
        "    l = ptr8(int(l) + 20)",
        "    m -= 1",
        # Not here: find this frame's function, follow its link words.
        "  p = ptr32(st[24] + code)",
        "  m = 0",
        "  i = st[25]",
        "  while i - m > 1:",
        "    s = (i + m) >> 1",
        "    if p[s] < at: m = s",
        "    else: i = s",
        "  p = ptr32(ptr16(p[m] + code)[5] + int(fp))",
        "  if p[1] == 0:",
        *_fail("uncaught_exception", "    "),
        "  at = p[0]",
        "  fp = ptr32(int(fp) - p[1])",
    ]
