"""Plain Python bodies of the memory and table classes, and those of exceptions, by class."""

from __future__ import annotations

from ...ops.cold import KINDS
from ...ops.traps import TRAPS
from . import plain_exception
from .plain_words import HIGH, LOW, A, B, C, D

SETUP = {
    "memory": ["mems = vm.mems", "memories = vm.memories"],
    "table": ["tabs = vm.tabs", "tables = vm.tables"],
    "exception": [
        "pool = vm.exceptions",
        "size = st[23]",
        "count = st[22]",
    ],
}


def _guard(tests: list[tuple[str, str, str]], kind: str) -> list[str]:
    test = " or ".join(f"{start} + {count} > {size}" for start, count, size in tests)
    return [f"if {test}: trap = {TRAPS[kind]}", "else:"]


_OPERANDS = [f"t = {B}", f"s = {C}", f"m = {D}"]
_MEMORY = {
    "memory.size": [f"p = {LOW} << 3", f"{A} = mems[p + 7] >> mems[p + 4]"],
    "memory.grow": [
        f"p = {LOW} << 3",
        f"t = {B}",
        "s = mems[p + 7] >> mems[p + 4]",
        "if t > (mems[p + 3] - mems[p + 2]) >> mems[p + 4]:",
        f"  {A} = 0xffffffff",
        "else:",
        "  mems[p + 2] += t << mems[p + 4]",
        "  mems[p + 7] += t << mems[p + 4]",
        f"  {A} = s",
    ],
    "memory.copy": [
        f"p = {LOW}",
        f"q = {HIGH}",
        *_OPERANDS,
        *_guard(
            [("t", "m", "mems[(p << 3) + 2]"), ("s", "m", "mems[(q << 3) + 2]")],
            "out_of_bounds_memory",
        ),
        "  memories[p][t : t + m] = memories[q][s : s + m]",
    ],
    "memory.fill": [
        f"p = {LOW}",
        *_OPERANDS,
        *_guard([("t", "m", "mems[(p << 3) + 2]")], "out_of_bounds_memory"),
        "  mem = memories[p]",
        "  s &= 255",
        "  for i in range(t, t + m): mem[i] = s",
    ],
    "data.drop": [f"mems[({LOW} << 3) + 2] = 0"],
}

_ELEMENT = [
    f"p = {LOW}",
    f"t = {B}",
    f"if t >= tabs[(p << 2) + 2]: trap = {TRAPS['out_of_bounds_table']}",
]
_TABLE = {
    "table.get": [*_ELEMENT, f"else: {A} = tables[p][t]"],
    "table.set": [*_ELEMENT, f"else: tables[p][t] = {C}"],
    "table.size": [f"{A} = tabs[({LOW} << 2) + 2]"],
    "table.grow": [
        f"p = {LOW}",
        f"t = {B}",
        f"m = {C}",
        "s = tabs[(p << 2) + 2]",
        "if m > tabs[(p << 2) + 3] - s:",
        f"  {A} = 0xffffffff",
        "else:",
        "  for i in range(s, s + m): tables[p][i] = t",
        "  tabs[(p << 2) + 2] = s + m",
        f"  {A} = s",
    ],
    "table.fill": [
        f"p = {LOW}",
        *_OPERANDS,
        *_guard([("t", "m", "tabs[(p << 2) + 2]")], "out_of_bounds_table"),
        "  for i in range(t, t + m): tables[p][i] = s",
    ],
    "table.copy": [
        f"p = {LOW}",
        f"q = {HIGH}",
        *_OPERANDS,
        *_guard(
            [("t", "m", "tabs[(p << 2) + 2]"), ("s", "m", "tabs[(q << 2) + 2]")],
            "out_of_bounds_table",
        ),
        "  order = range(m) if t <= s else range(m - 1, -1, -1)",
        "  for i in order: tables[p][t + i] = tables[q][s + i]",
    ],
    "elem.drop": [f"tabs[({LOW} << 2) + 2] = 0"],
}


def handlers(class_name: str) -> list[list[str]]:
    """Bodies in numbering order; see viper.py."""
    bodies = {"memory": _MEMORY, "table": _TABLE, "exception": plain_exception.BODIES}[class_name]
    return [bodies[name] for name in KINDS[class_name]]
