"""memmove, memcpy and memset in LLVM IR: LLVM calls them to copy and to fill.

They go by units of several sizes, the largest first; a size that the addresses do not allow takes
no part. Downwards, where the bytes would overwrite each other otherwise, the smallest goes first.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..target import Target


@dataclass(frozen=True, slots=True)
class Unit:
    """type: in IR. size: bytes. align: of its address, at least."""

    type: str
    size: int
    align: int


_BYTE = Unit("i8", 1, 1)


def _units(target: Target) -> tuple[Unit, ...]:
    """The largest first. Four words are one instruction, or nearly, but only at whole words."""
    if target.pointer_bits == 64:
        return Unit("<16 x i8>", 16, 1), _BYTE
    word = Unit("i32", 4, 1 if target.unaligned else 4)
    return Unit("<4 x i32>", 16, 4), word, _BYTE


def memory_function(name: str, target: Target, section: str) -> str:
    """The IR of "memmove", "memcpy" (which is the same) or "memset"."""
    return MEMORY[name](name, target, section)


def _move(name: str, target: Target, section: str) -> str:
    units, p = _units(target), f"i{target.pointer_bits}"
    lines = [
        f"define hidden ptr @{name}(ptr %to, ptr %from, {p} %n) #0 {section} {{",
        "entry:",
        f"  %t = ptrtoint ptr %to to {p}",
        f"  %f = ptrtoint ptr %from to {p}",
        f"  %ahead = sub {p} %t, %f",
        f"  %down = icmp ult {p} %ahead, %n",
        f"  %both = or {p} %t, %f",
        *_limits(units, p, "%both"),
        "  br i1 %down, label %down0, label %up0",
    ]
    for i, unit in enumerate(units):
        lines += _upwards(units, i, p, _copied(unit, p, f"%up.at{i}", f"up{i}"))
    for i, unit in enumerate(reversed(units)):
        lines += _downwards(units, i, p, _copied(unit, p, f"%down.next{i}", f"down{i}"))
    return "\n".join([*lines, "done:", "  ret ptr %to", "}"])


def _set(name: str, target: Target, section: str) -> str:
    units, p = _units(target), f"i{target.pointer_bits}"
    lines = [
        f"define hidden ptr @{name}(ptr %to, i32 %value, {p} %n) #0 {section} {{",
        "entry:",
        f"  %t = ptrtoint ptr %to to {p}",
        "  %byte = trunc i32 %value to i8",
        "  %one = insertelement <16 x i8> poison, i8 %byte, i32 0",
    ]
    for i, unit in enumerate(units):
        lines += [
            f"  %all{i} = shufflevector <16 x i8> %one, <16 x i8> poison, "
            f"<{unit.size} x i32> zeroinitializer",
            f"  %unit{i} = bitcast <{unit.size} x i8> %all{i} to {unit.type}",
        ]
    lines += [*_limits(units, p, "%t"), "  br label %up0"]
    for i, unit in enumerate(units):
        body = [
            f"  %up.to{i} = getelementptr i8, ptr %to, {p} %up.at{i}",
            f"  store {unit.type} %unit{i}, ptr %up.to{i}, align {unit.align}",
        ]
        lines += _upwards(units, i, p, body)
    return "\n".join([*lines, "done:", "  ret ptr %to", "}"])


def _limits(units: tuple[Unit, ...], p: str, addresses: str) -> list[str]:
    """%limit<i>: bytes from the start that may go by units[i]: all whole units, or none."""
    lines = []
    for i, unit in enumerate(units):
        lines += [
            f"  %odd{i} = and {p} {addresses}, {unit.align - 1}",
            f"  %whole{i} = icmp eq {p} %odd{i}, 0",
            f"  %most{i} = and {p} %n, -{unit.size}",
            f"  %limit{i} = select i1 %whole{i}, {p} %most{i}, {p} 0",
        ]
    return lines


def _copied(unit: Unit, p: str, at: str, label: str) -> list[str]:
    return [
        f"  %{label}.from = getelementptr i8, ptr %from, {p} {at}",
        f"  %{label}.to = getelementptr i8, ptr %to, {p} {at}",
        f"  %{label}.value = load {unit.type}, ptr %{label}.from, align {unit.align}",
        f"  store {unit.type} %{label}.value, ptr %{label}.to, align {unit.align}",
    ]


def _upwards(units: tuple[Unit, ...], i: int, p: str, body: list[str]) -> list[str]:
    """A loop from where the last one stopped up to the limit of units[i]."""
    first, before = (f"%up.at{i - 1}", f"up{i - 1}") if i else ("0", "entry")
    after = f"up{i + 1}" if i + 1 < len(units) else "done"
    return [
        f"up{i}:",
        f"  %up.at{i} = phi {p} [ {first}, %{before} ], [ %up.next{i}, %up.step{i} ]",
        f"  %up.more{i} = icmp ult {p} %up.at{i}, %limit{i}",
        f"  br i1 %up.more{i}, label %up.step{i}, label %{after}",
        f"up.step{i}:",
        *body,
        f"  %up.next{i} = add {p} %up.at{i}, {units[i].size}",
        f"  br label %up{i}",
    ]


def _downwards(units: tuple[Unit, ...], i: int, p: str, body: list[str]) -> list[str]:
    """A loop, the i-th, down to where larger units can go on."""
    unit = len(units) - 1 - i
    first, before = (f"%down.at{i - 1}", f"down{i - 1}") if i else ("%n", "entry")
    after = f"down{i + 1}" if unit else "done"
    limit = f"%limit{unit - 1}" if unit else "0"
    return [
        f"down{i}:",
        f"  %down.at{i} = phi {p} [ {first}, %{before} ], [ %down.next{i}, %down.step{i} ]",
        f"  %down.more{i} = icmp ugt {p} %down.at{i}, {limit}",
        f"  br i1 %down.more{i}, label %down.step{i}, label %{after}",
        f"down.step{i}:",
        f"  %down.next{i} = sub {p} %down.at{i}, {units[unit].size}",
        *body,
        f"  br label %down{i}",
    ]


MEMORY = {"memmove": _move, "memcpy": _move, "memset": _set}
