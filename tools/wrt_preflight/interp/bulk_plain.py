"""Plain Python bodies of the memory, table and exception classes; see bulk_viper.py."""

from __future__ import annotations

from ..ops.cold import KINDS
from .bulk_viper import (
    BOUNDS_MEMORY,
    BOUNDS_TABLE,
    EXHAUSTED,
    EXNREF,
    MARK,
    NULL,
    UNCAUGHT,
)

_A, _B = "R[fp + code[pc + 4]]", "R[fp + code[pc + 5]]"
_C = "R[fp + ((code[pc + 6] | code[pc + 7] << 8) >> 2)]"
_D = "R[fp + ((code[pc + 8] | code[pc + 9] << 8) >> 2)]"
_LOW = "(code[pc + 12] | code[pc + 13] << 8)"
_HIGH = "(code[pc + 14] | code[pc + 15] << 8)"


SETUP = {
    "memory": ["mems = vm.mems", "memories = vm.memories"],
    "table": ["tabs = vm.tabs", "tables = vm.tables"],
    "exception": [
        "pool = vm.exceptions",
        "size = st[23]",
        "count = st[22]",
    ],
}


def handlers(class_name: str) -> list[list[str]]:
    bodies = {"memory": _MEMORY, "table": _TABLE, "exception": _EXCEPTION}[class_name]
    return [bodies[name] for name in KINDS[class_name]]


def _guard(tests: list[tuple[str, str, str]], trap: int) -> list[str]:
    test = " or ".join(f"{start} + {count} > {size}" for start, count, size in tests)
    return [f"if {test}: trap = {trap}", "else:"]


_OPERANDS = [f"t = {_B}", f"s = {_C}", f"m = {_D}"]
_MEMORY = {
    "memory.size": [f"p = {_LOW} << 3", f"{_A} = mems[p + 7] >> mems[p + 4]"],
    "memory.grow": [
        f"p = {_LOW} << 3",
        f"t = {_B}",
        "s = mems[p + 7] >> mems[p + 4]",
        "if t > (mems[p + 3] - mems[p + 2]) >> mems[p + 4]:",
        f"  {_A} = 0xffffffff",
        "else:",
        "  mems[p + 2] += t << mems[p + 4]",
        "  mems[p + 7] += t << mems[p + 4]",
        f"  {_A} = s",
    ],
    "memory.copy": [
        f"p = {_LOW}",
        f"q = {_HIGH}",
        *_OPERANDS,
        *_guard(
            [("t", "m", "mems[(p << 3) + 2]"), ("s", "m", "mems[(q << 3) + 2]")], BOUNDS_MEMORY
        ),
        "  memories[p][t : t + m] = memories[q][s : s + m]",
    ],
    "memory.fill": [
        f"p = {_LOW}",
        *_OPERANDS,
        *_guard([("t", "m", "mems[(p << 3) + 2]")], BOUNDS_MEMORY),
        "  mem = memories[p]",
        "  s &= 255",
        "  for i in range(t, t + m): mem[i] = s",
    ],
    "data.drop": [f"mems[({_LOW} << 3) + 2] = 0"],
}

_ELEMENT = [f"p = {_LOW}", f"t = {_B}", f"if t >= tabs[(p << 2) + 2]: trap = {BOUNDS_TABLE}"]
_TABLE = {
    "table.get": [*_ELEMENT, f"else: {_A} = tables[p][t]"],
    "table.set": [*_ELEMENT, f"else: tables[p][t] = {_C}"],
    "table.size": [f"{_A} = tabs[({_LOW} << 2) + 2]"],
    "table.grow": [
        f"p = {_LOW}",
        f"t = {_B}",
        f"m = {_C}",
        "s = tabs[(p << 2) + 2]",
        "if m > tabs[(p << 2) + 3] - s:",
        f"  {_A} = 0xffffffff",
        "else:",
        "  for i in range(s, s + m): tables[p][i] = t",
        "  tabs[(p << 2) + 2] = s + m",
        f"  {_A} = s",
    ],
    "table.fill": [
        f"p = {_LOW}",
        *_OPERANDS,
        *_guard([("t", "m", "tabs[(p << 2) + 2]")], BOUNDS_TABLE),
        "  for i in range(t, t + m): tables[p][i] = s",
    ],
    "table.copy": [
        f"p = {_LOW}",
        f"q = {_HIGH}",
        *_OPERANDS,
        *_guard(
            [("t", "m", "tabs[(p << 2) + 2]"), ("s", "m", "tabs[(q << 2) + 2]")], BOUNDS_TABLE
        ),
        "  order = range(m) if t <= s else range(m - 1, -1, -1)",
        "  for i in order: tables[p][t + i] = tables[q][s + i]",
    ],
    "elem.drop": [f"tabs[({_LOW} << 2) + 2] = 0"],
}

_FREE = ["t = 0", "while t < count and pool[t * size]: t += 1"]
_SLOT_C = "fp + ((code[pc + 6] | code[pc + 7] << 8) >> 2)"
_EXCEPTION = {
    "throw": [
        *_FREE,
        "if t == count:",
        "  collect(vm)",
        *("  " + line for line in _FREE),
        "if t == count:",
        f"  st[4] = {EXHAUSTED}",
        "  return 2",
        f"pool[t * size] = {_LOW} + 1",
        f"m = st[28] + 4 * {_LOW}",
        "m = code[m] | code[m + 1] << 8",
        "for i in range(1, size):",
        f"  pool[t * size + i] = R[{_SLOT_C} + i - 1] if i <= m else 0",
        "return unwind(vm, pc, fp, t)",
    ],
    "throw_ref": [
        f"t = {_C}",
        "if t == 0:",
        f"  st[4] = {NULL}",
        "  return 2",
        f"return unwind(vm, pc, fp, t - {EXNREF})",
    ],
}

UNWIND = f'''
def _half(code, at):
    return code[at] | code[at + 1] << 8


def _word(code, at):
    return _half(code, at) | _half(code, at + 2) << 16


def unwind(vm, pc, fp, entry):
    """Go on at the innermost handler that takes the exception in pool entry `entry`."""
    st = vm.st
    code = vm.code
    R = vm.stack
    pool = vm.exceptions
    at = pc + 16
    first = entry * st[23]
    tag = pool[first] - 1
    while True:
        for i in range(st[13]):
            h = st[7] + 20 * i
            word = _word(code, h + 8)
            if not _word(code, h) < at <= _word(code, h + 4):
                continue
            every = word & 0x3fffffff == 0x3fffffff
            if every or word & 0x3fffffff == tag:
                p = fp + (_word(code, h + 16) >> 2)
                words = 0 if every else _word(code, st[28] + 4 * tag)
                for k in range(words):
                    R[p + k] = pool[first + 1 + k]
                if word & 0x40000000:
                    R[p + words] = entry + {EXNREF}
                else:
                    pool[first] = 0
                st[0] = _word(code, h + 12)
                st[1] = fp << 2
                return 0
        low, high = 0, st[25]
        while high - low > 1:
            middle = (low + high) >> 1
            if _word(code, st[24] + 4 * middle) < at:
                low = middle
            else:
                high = middle
        link = fp + (_half(code, _word(code, st[24] + 4 * low) + 10) >> 2)
        if R[link + 1] == 0:
            st[4] = {UNCAUGHT}
            return 2
        at = R[link]
        fp -= R[link + 1] >> 2


def collect(vm):
    """Frees the pool entries that no word of stack, globals, tables or live payloads refers to."""
    pool = vm.exceptions
    size = vm.st[23]
    roots = [vm.stack, vm.globals] + [t for t in vm.tables if t is not None]
    while roots:
        found = []
        for words in roots:
            for word in words:
                at = (word - {EXNREF}) * size
                if 0 <= at < len(pool) and pool[at] and not pool[at] & {MARK}:
                    pool[at] |= {MARK}
                    found.append(pool[at + 1 : at + size])
        roots = found
    for at in range(0, len(pool), size or 1):
        pool[at] = pool[at] & ~{MARK} if pool[at] & {MARK} else 0
'''
