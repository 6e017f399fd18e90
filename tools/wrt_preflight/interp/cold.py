"""Cold modules: one function a class, for the instructions the main loop leaves.

A numeric class is generated from the restricted functions of `numeric.py`; memory, table and
exception classes from the bodies in `bulk/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..ops.cold import CLASSES, KINDS
from ..ops.needs import ALL, Needs
from .bulk import plain, viper
from .dialects.viper_words import OFFSETS, address
from .intpy import translate
from .numeric import GROUPS, Group

_FIELDS = "bcd"


def cold_viper(
    class_name: str, bits: int, strict: bool, needs: Needs = ALL, name: str = "run"
) -> str:
    """Source of a class's `run(pc, fp, st)` for one word size.

    needs: the instructions that it has to know. name: of the function."""
    # The first two parameters are what viper keeps in registers; memory copies need them more.
    registers = "p: ptr32, q: ptr32" if class_name == "memory" else "pc: ptr8, fp: ptr32"
    out = ["@micropython.viper", f"def {name}({registers}, st: ptr32) -> int:"]
    wide = bits == 64
    setup = [
        f"code = {address(8, bits)}",
        f"stack = {address(10, bits)}",
        "pc = ptr8(code + st[0])",
        "fp = ptr32(stack + st[1])",
        "own = ptr32(pc)[0]",
        "trap = 0",
    ]
    if class_name in KINDS:
        setup += viper.setup(class_name, bits)
        handlers = viper.handlers(class_name, bits, strict)
        choice = [(i, i + 1, body) for i, body in enumerate(handlers)]
    else:
        setup += ["p = fp", "op = 0"]
        choice = list(_groups(GROUPS[class_name], lambda g: _viper_group(g, wide)))
    out += ["  " + line for line in [*setup, "while True:", "  n = pc[10]"]]
    out += ["    " + line for line in _choose(_needed(choice, class_name, needs))]
    number = CLASSES.index(class_name)
    leave = [
        "  if trap:",
        "    st[0] = int(pc) - code",
        "    st[4] = trap",
        "    st[5] = -1",
        "    return 2",
        "  pc = ptr8(16 + int(pc))",
        f"  if ptr32(pc)[0] != own or pc[11] != {number}:",
        "    st[0] = int(pc) - code",
        "    return 0",
    ]
    if class_name == "exception":
        leave = []  # its handlers do not come back to the loop
    return "\n".join(out + ["  " + line for line in leave]) + "\n"


def numeric_viper(class_name: str, bits: int, needs: Needs = ALL) -> list[str]:
    """The body of a numeric class for the main loop: n is the number; sets `trap` if it traps.

    Its own names get a prefix, so that they cannot meet the loop's."""
    wide = bits == 64
    choice = list(_groups(GROUPS[class_name], lambda g: _viper_group(g, wide)))
    lines = _choose(_needed(choice, class_name, needs))
    own = {"p", "pc", "fp", "n", "op", "trap", "int", "uint", "ptr8", "ptr16", "ptr32"}
    own |= {"if", "elif", "else", "while", "break", "continue", "pass", "and", "or", "not"}
    name = re.compile(r"\b[a-z_]\w*\b")
    return [name.sub(lambda m: m[0] if m[0] in own else f"{class_name}_{m[0]}", x) for x in lines]


def cold_plain(class_name: str, needs: Needs = ALL, name: str = "run") -> str:
    """Source of a class's `run(vm)` in plain Python. needs, name: as for `cold_viper`."""
    out = [f"def {name}(vm):"]
    setup = [
        "st = vm.st",
        "code = vm.code",
        "R = vm.stack",
        "pc = st[0]",
        "fp = st[1] >> 2",
        "n = code[pc + 10]",
        "trap = 0",
    ]
    if class_name in KINDS:
        setup += plain.SETUP[class_name]
        choice = [(i, i + 1, body) for i, body in enumerate(plain.handlers(class_name))]
    else:
        choice = list(_groups(GROUPS[class_name], _plain_group))
    choice = _needed(choice, class_name, needs)
    out += ["  " + line for line in [*setup, *_choose(choice)]]
    leave = [
        "if trap:",
        "  st[4] = trap",
        "  st[5] = 0xffffffff",
        "  return 2",
        "st[0] = pc + 16",
        "return 0",
    ]
    if class_name == "exception":
        leave = []
    return "\n".join(out + ["  " + line for line in leave]) + "\n"


def _needed(
    choice: list[tuple[int, int, list[str]]], class_name: str, needs: Needs
) -> list[tuple[int, int, list[str]]]:
    """Those bodies that have an instruction that is needed."""
    return [
        (first, last, body)
        for first, last, body in choice
        if any(needs.cold(class_name, number) for number in range(first, last))
    ]


def _choose(choice: list[tuple[int, int, list[str]]]) -> list[str]:
    """A binary search on n over (first, past the last, body)."""
    if len(choice) == 1:
        return choice[0][2]
    middle = len(choice) // 2
    low = ["  " + line for line in _choose(choice[:middle])]
    high = ["  " + line for line in _choose(choice[middle:])]
    return [f"if n < {choice[middle][0]}:", *low, "else:", *high]


def _groups(
    groups: list[Group], body: Callable[[Group], list[str]]
) -> Iterator[tuple[int, int, list[str]]]:
    """(first number, past the last, lines) of each group, with op its position in the group."""
    first = 0
    for group in groups:
        yield first, first + len(group.ops), [f"op = n - {first}", *body(group)]
        first += len(group.ops)


def _operands(group: Group) -> list[tuple[str, str, str, int]]:
    """(parameter, type, field, word offset): fields b, c, d, or all from b if there are more."""
    params = [p for p in group.params if p[0] != "op"]
    if len(params) > 3:
        return [(name, type, "b", 2 * i) for i, (name, type) in enumerate(params)]
    return [(name, type, field, 0) for (name, type), field in zip(params, _FIELDS, strict=False)]


def _store(
    names: tuple[tuple[str, str], ...],
    narrow: int,
    word: Callable[[int], str],
    low: Callable[[str, str], str],
    high: Callable[[str], str],
) -> list[str]:
    """Lines that store the results (name, type). word: the slot at an offset; low, high: words
    of a result. The high word is left out where a result of the first `narrow` ones has none."""
    out = []
    for i, (name, type) in enumerate(names):
        out.append(f"{word(2 * i)} = {low(name, type)}")
        if type != "u64":
            continue
        line = f"{word(2 * i + 1)} = {high(name)}"
        out += [f"if op >= {narrow}:", f"  {line}"] if narrow else [line]
    return out


def _viper_group(group: Group, wide: bool) -> list[str]:
    out = []
    for name, type, field, offset in _operands(group):
        if offset == 0:
            out.append(f"p = ptr32({OFFSETS[field]} + int(fp))")
        low, high = f"p[{offset}]", f"p[{offset + 1}]"
        if type != "u64":
            out.append(f"{name} = {low}")
        elif wide:
            out.append(f"{name} = {low} | ({high} << 32)")
        else:
            out += [f"{name}_lo = {low}", f"{name}_hi = {high}"]
    out += translate(group.function, "viper64" if wide else "viper32")
    store = _store(
        group.results,
        group.narrow,
        lambda i: f"p[{i}]",
        lambda name, type: f"{name}_lo" if type == "u64" and not wide else name,
        (lambda name: f"{name} >> 32") if wide else (lambda name: f"{name}_hi"),
    )
    store = ["p = ptr32((pc[4] << 2) + int(fp))", *store]
    return out + (["if trap == 0:", *("  " + x for x in store)] if group.traps else store)


def _plain_group(group: Group) -> list[str]:
    index = {"b": "code[pc + 5]", "c": "((code[pc + 6] | code[pc + 7] << 8) >> 2)"}
    index["d"] = "((code[pc + 8] | code[pc + 9] << 8) >> 2)"
    out = []
    for name, type, field, offset in _operands(group):
        if offset == 0:
            out.append(f"p = fp + {index[field]}")
        low, high = f"R[p + {offset}]", f"R[p + {offset + 1}]"
        out.append(f"{name} = {low} | {high} << 32" if type == "u64" else f"{name} = {low}")
    out += translate(group.function, "plain")
    mask = "0xffffffff"
    store = _store(
        group.results,
        group.narrow,
        lambda i: f"R[p + {i}]",
        lambda name, type: f"{name} & {mask}",
        lambda name: f"{name} >> 32 & {mask}",
    )
    store = ["p = fp + code[pc + 4]", *store]
    return out + (["if trap == 0:", *("  " + x for x in store)] if group.traps else store)
