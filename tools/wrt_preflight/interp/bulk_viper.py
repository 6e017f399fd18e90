"""Viper bodies of the memory, table and exception classes.

Descriptors hold machine addresses, two words each on any board; BASE(x) reads one. Bounds are
tested before anything is written, so a trap leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from ..ops.cold import KINDS

BOUNDS_MEMORY, BOUNDS_TABLE = 5, 6
NULL, UNCAUGHT, EXHAUSTED = 11, 13, 14
# An exnref is this plus the entry's number: a value no other word is likely to have, since
# the collector takes every word that looks like an exnref for one. It fits a viper small int.
EXNREF = 0x2A5C0001
MARK = 1 << 29

_A, _B = "fp[pc[4]]", "fp[pc[5]]"
_C, _D = "ptr32(ptr16(pc)[3] + int(fp))[0]", "ptr32(ptr16(pc)[4] + int(fp))[0]"
_LOW, _HIGH = "ptr16(pc)[6]", "ptr16(pc)[7]"


def setup(class_name: str, address: Callable[[int], str]) -> list[str]:
    lines = {
        "memory": [f"mems = {address(16)}"],
        "table": [f"tabs = {address(18)}"],
        "exception": [
            f"pool = ptr32({address(20)})",
            "size = st[23]",
            "count = st[22]",
            "l = pc",
        ],
    }[class_name]
    names = "p = fp", "q = fp", "i = 0", "m = 0", "s = 0", "t = 0"
    return [*lines, *names]


def handlers(class_name: str, bits: int, strict: bool) -> list[list[str]]:
    """Bodies in numbering order. A body sets `trap` instead of doing its work."""
    if class_name == "exception":
        return _exceptions(bits)
    bodies = (_memory if class_name == "memory" else _table)(bits, strict)
    return [bodies[name] for name in KINDS[class_name]]


def _base(pointer: str, bits: int) -> str:
    return f"({pointer}[0] | ({pointer}[1] << 32))" if bits == 64 else f"{pointer}[0]"


def _outside(start: str, count: str, size: str, bits: int) -> str:
    """Whether start + count > size, all unsigned 32-bit."""
    if bits == 64:
        return f"{start} + {count} > {size}"
    return f"uint({count}) > uint({size})", f"uint({start}) > uint({size} - {count})"


def _guard(tests: list[tuple[str, str, str]], trap: int, bits: int) -> list[str]:
    out = []
    for start, count, size in tests:
        test = _outside(start, count, size, bits)
        for condition in (test,) if isinstance(test, str) else test:
            out.append(f"if {condition}: trap = {trap}")
    return out


def _memory(bits: int, strict: bool) -> dict[str, list[str]]:
    descriptor = f"p = ptr32(({_LOW} << 5) + mems)"
    # p and q are the function's parameters, which viper keeps in registers.
    step = lambda n: [f"  p = ptr32({n} + int(p))", f"  q = ptr32({n} + int(q))", f"  m -= {n}"]  # noqa: E731
    words = [
        "while m >= 32:",
        *(f"  p[{k}] = q[{k}]" for k in range(8)),
        *step(32),
        "while m >= 4:",
        "  p[0] = q[0]",
        *step(4),
    ]
    if strict:
        words = ["if (s | t) & 3 == 0:", *("  " + line for line in words)]
    forward = [
        "p = ptr32(t)",
        "q = ptr32(s)",
        *words,
        "while m:",
        "  ptr8(p)[0] = ptr8(q)[0]",
        *step(1),
    ]
    byte = ["  m -= 1", "  ptr8(t + m)[0] = ptr8(s + m)[0]"]
    downwards = [
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
    backward = downwards
    if strict:
        words = ["if (s | t) & 3 == 0:", *("  " + line for line in downwards)]
        backward = [*words, "while m:", *byte]
    return {
        # Word 7, the declared length, is what guests see; a short memory has fewer bytes (word 2).
        "memory.size": [descriptor, f"{_A} = uint(p[7]) >> p[4]"],
        "memory.grow": [
            descriptor,
            f"t = {_B}",
            "s = int(uint(p[7]) >> p[4])",
            "i = int(uint(p[3] - p[2]) >> p[4])",
            "if uint(t) > uint(i):",
            f"  {_A} = -1",
            "else:",
            "  p[2] = p[2] + (t << p[4])",
            "  p[7] = p[7] + (t << p[4])",
            f"  {_A} = s",
        ],
        "memory.copy": [
            descriptor,
            f"q = ptr32(({_HIGH} << 5) + mems)",
            f"t = {_B}",
            f"s = {_C}",
            f"m = {_D}",
            *_guard([("t", "m", "p[2]"), ("s", "m", "q[2]")], BOUNDS_MEMORY, bits),
            "if trap == 0:",
            f"  t = t + {_base('p', bits)}",
            f"  s = s + {_base('q', bits)}",
            "  if uint(t - s) >= uint(m):",
            *("    " + line for line in forward),
            "  else:",
            *("    " + line for line in backward),
        ],
        "memory.fill": [
            descriptor,
            f"t = {_B}",
            f"s = {_C} & 255",
            f"m = {_D}",
            *_guard([("t", "m", "p[2]")], BOUNDS_MEMORY, bits),
            "if trap == 0:",
            f"  t = t + {_base('p', bits)}",
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


def _table(bits: int, strict: bool) -> dict[str, list[str]]:
    descriptor = f"p = ptr32(({_LOW} << 4) + tabs)"
    base, source = _base("p", bits), _base("q", bits)
    element = [f"t = {_B}", "if uint(t) >= uint(p[2]): trap = %d" % BOUNDS_TABLE]
    return {
        "table.get": [
            descriptor,
            *element,
            "if trap == 0:",
            f"  {_A} = ptr32((t << 2) + {base})[0]",
        ],
        "table.set": [
            descriptor,
            *element,
            "if trap == 0:",
            f"  ptr32((t << 2) + {base})[0] = {_C}",
        ],
        "table.size": [descriptor, f"{_A} = p[2]"],
        "table.grow": [
            descriptor,
            f"t = {_B}",
            f"m = {_C}",
            "s = p[2]",
            "if uint(m) > uint(p[3] - s):",
            f"  {_A} = -1",
            "else:",
            f"  q = ptr32((s << 2) + {base})",
            "  p[2] = s + m",
            "  i = 0",
            "  while i < m:",
            "    q[i] = t",
            "    i += 1",
            f"  {_A} = s",
        ],
        "table.fill": [
            descriptor,
            f"t = {_B}",
            f"s = {_C}",
            f"m = {_D}",
            *_guard([("t", "m", "p[2]")], BOUNDS_TABLE, bits),
            "if trap == 0:",
            f"  q = ptr32((t << 2) + {base})",
            "  i = 0",
            "  while i < m:",
            "    q[i] = s",
            "    i += 1",
        ],
        "table.copy": [
            descriptor,
            f"q = ptr32(({_HIGH} << 4) + tabs)",
            f"t = {_B}",
            f"s = {_C}",
            f"m = {_D}",
            *_guard([("t", "m", "p[2]"), ("s", "m", "q[2]")], BOUNDS_TABLE, bits),
            "if trap == 0:",
            f"  t = (t << 2) + {base}",
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


def _fail(trap: int, indent: str = "") -> list[str]:
    return [indent + line for line in ("st[0] = int(pc) - code", f"st[4] = {trap}", "return 2")]


# t = the first free entry, or count.
_FREE = ["t = 0", "while t < count:", "  if pool[t * size] == 0: break", "  t += 1"]


def _exceptions(bits: int) -> list[list[str]]:
    """throw (0) makes an entry, throw_ref (1) has one; both unwind and never fall through."""
    unwind = _unwind()
    throw = [
        f"p = ptr32({_field_c()})",
        *_FREE,
        "if t == count:",
        *("  " + line for line in _collect(bits)),
        *("  " + line for line in _FREE),
        "  if t == count:",
        *_fail(EXHAUSTED, "    "),
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
        f"t = ptr32({_field_c()})[0]",
        "if t == 0:",
        *_fail(NULL, "  "),
        f"t = t - {EXNREF}",
        "q = ptr32((t * size << 2) + int(pool))",
    ]
    return [[*throw, *unwind], [*throw_ref, *unwind]]


def _field_c() -> str:
    return "ptr16(pc)[3] + int(fp)"


def _collect(bits: int) -> list[str]:
    """Frees the entries no word refers to: stack, globals, tables and payloads are searched.

    Conservative: a number that looks like an exnref keeps an entry."""
    address = (
        (lambda i: f"st[{i}] | (st[{i + 1}] << 32)") if bits == 64 else (lambda i: f"st[{i}]")
    )
    base = _base("q", bits)
    mark = [
        f"i = p[m] - {EXNREF}",
        "if uint(i) < uint(count):",
        "  k32 = ptr32((i * size << 2) + int(pool))",
        "  if k32[0]:",
        "    if k32[0] & %d == 0:" % MARK,
        "      k32[0] = k32[0] | %d" % MARK,
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
        *search(address(14), "st[26]"),
        "s = 0",
        "while s < st[27]:",
        f"  q = ptr32(({address(18)}) + (s << 4))",
        *("  " + x for x in search(base, "q[2]")),
        "  s += 1",
        "again = 1",
        "while again:",
        "  again = 0",
        "  s = 0",
        "  while s < count:",
        "    if pool[s * size] & %d:" % MARK,
        *("      " + x for x in search("(s * size << 2) + int(pool) + 4", "size - 1")),
        "    s += 1",
        "s = 0",
        "while s < count:",
        "  i = pool[s * size]",
        "  if i & %d: pool[s * size] = i - %d" % (MARK, MARK),
        "  else: pool[s * size] = 0",
        "  s += 1",
        f"p = ptr32({_field_c()})",
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
        "      if i == 0: i = int(ptr16(l)[4] == q[0] - 1) << 1",
        "      if i:",
        "        st[0] = p[3]",
        "        st[1] = int(fp) - stack",
        "        p = ptr32(p[4] + int(fp))",
        "        m = 0",
        "        if i > 1: i = ptr32(st[28] + code)[q[0] - 1]",
        "        else: i = 0",
        "        while m < i:",
        "          p[m] = q[m + 1]",
        "          m += 1",
        "        if s & 16384:",
        f"          p[m] = t + {EXNREF}",
        "        else:",
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
        *_fail(UNCAUGHT, "    "),
        "  at = p[0]",
        "  fp = ptr32(int(fp) - p[1])",
    ]
