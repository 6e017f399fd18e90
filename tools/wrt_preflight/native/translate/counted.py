"""Loops whose number of turns is known, so that fuel can be taken for all of them at once.

LLVM can unroll and vectorise a loop that does not stop for fuel, and it is shorter.
"""

from __future__ import annotations

from collections.abc import Callable

from ...wasm.module import Instr

MOST_TURNS = 4096
MOST_INSTRUCTIONS = 1 << 16  # that may run without a look at the fuel
_ALL = 0xFFFFFFFF
# Not in such a loop: what takes long, and what has labels in unusual places.
_OTHERS = ("loop", "try_table", "call", "call_indirect", "call_ref", "br_table")
_BRANCHES = ("br", "br_if", "br_on_null", "br_on_non_null")
_BLOCKS = ("block", "if")


def turns(code: list[Instr], start: int, value_of: Callable[[int], int | None]) -> int | None:
    """The most turns that the loop at code[start] takes, or None where nobody knows.

    value_of: the bits that a local has before the loop, if they are known. The loop has to end
    as compilers write it, with its only branch back: add a constant to a local, compare it with
    another (or with 0, by leaving that out), branch.
    """
    end = _end(code, start)
    if end is None:
        return None
    at = end - 2
    limit = 0
    if code[at][1].name == "i32.ne" and code[at - 1][1].name == "i32.const":
        limit = code[at - 1][2][0]
        at -= 2
    names = [instruction.name for _, instruction, _ in code[at - 3 : at + 1]]
    if at - 3 <= start or names != ["local.get", "i32.const", "i32.add", "local.tee"]:
        return None
    local, step = code[at][2][0], code[at - 2][2][0]
    first = value_of(local)
    if first is None or code[at - 3][2][0] != local or _changes(code[start:at], local):
        return None
    distance = (limit - first if step > 0 else first - limit) & _ALL
    if not step or not distance or distance % abs(step):
        return None
    count = distance // abs(step)
    few = count <= MOST_TURNS and count * (end - start) <= MOST_INSTRUCTIONS
    return count if few else None


def _end(code: list[Instr], start: int) -> int | None:
    """Where the loop ends, if only the `br_if` before its end goes back to its beginning."""
    depth = 0
    for at in range(start + 1, len(code)):
        _, instruction, immediates = code[at]
        name = instruction.name
        if name in _OTHERS:
            return None
        if name in _BRANCHES and immediates[0] == depth:
            last = code[at + 1][1].name == "end" and depth == 0 and name == "br_if"
            return at + 1 if last else None
        if name in _BLOCKS:
            depth += 1
        elif name == "end":
            if not depth:
                return None
            depth -= 1
    return None


def _changes(code: list[Instr], local: int) -> bool:
    return any(
        instruction.name in ("local.set", "local.tee") and immediates[0] == local
        for _, instruction, immediates in code
    )
