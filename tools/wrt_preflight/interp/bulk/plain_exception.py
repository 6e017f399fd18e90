"""Plain Python bodies of the exception class, and the module that unwinds for them."""

from __future__ import annotations

from ...ops.traps import TRAPS
from .plain_words import LOW, SLOT_C, C
from .pool import COLLECT, EXNREF, KEPT, MARK

_FREE = ["t = 0", "while t < count and pool[t * size]: t += 1"]
BODIES = {
    "throw": [
        *_FREE,
        "if t == count:",
        "  if st[29]:",
        f"    st[4] = {COLLECT}",
        "    return 1",
        "  collect(vm)",
        *("  " + line for line in _FREE),
        "if t == count:",
        f"  st[4] = {TRAPS['exceptions_exhausted']}",
        "  return 2",
        f"pool[t * size] = {LOW} + 1",
        f"m = st[28] + 4 * {LOW}",
        "m = code[m] | code[m + 1] << 8",
        "for i in range(1, size):",
        f"  pool[t * size + i] = R[{SLOT_C} + i - 1] if i <= m else 0",
        "return unwind(vm, pc, fp, t)",
    ],
    "throw_ref": [
        f"t = {C}",
        "if t == 0:",
        f"  st[4] = {TRAPS['null_reference']}",
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
    tag = (pool[first] & 0xffff) - 1
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
                    pool[first] |= {KEPT}
                elif not pool[first] & {KEPT}:
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
            st[4] = {TRAPS["uncaught_exception"]}
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
