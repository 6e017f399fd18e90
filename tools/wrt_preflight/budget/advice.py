"""Which options would make a program fit a board, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..lower.short import short_memory
from .heap import Heap
from .program import Budget, make_budget
from .state import DEFAULTS, is_concurrent

if TYPE_CHECKING:
    from ..pipeline import Built

SMALL_STACK = 1024  # bytes: what calls of a few levels need
FEW = 2  # entries of each table of a program with tasks that mostly waits for one thing


@dataclass(frozen=True, slots=True)
class Advice:
    """option: as it is written. saves: bytes of heap. enough: the program fits with it alone.

    what: what it means for the program.
    """

    option: str
    saves: int
    enough: bool
    what: str


def advise(built: Built, budget: Budget) -> list[Advice]:
    """Options that save heap, the ones that save most first."""
    heap = Heap(budget.board.word)
    found = [
        *_memories(built, heap),
        *_stack(built, heap, budget),
        *_engine(built, budget),
        *_load(built, budget),
    ]
    enough = budget.over
    only_heap = len(budget.reasons) == 1 and budget.over > 0
    made = [
        Advice(option, saves, only_heap and saves >= enough, what)
        for option, saves, what in found
        if saves > 0
    ]
    return sorted(made, key=lambda advice: -advice.saves)


def _memories(built: Built, heap: Heap) -> list[tuple[str, int, str]]:
    found = []
    image, program = built.image, built.program
    for index, memory in enumerate(image.memories):
        lowered = program.memories[index] if program else None
        number = short_memory(lowered) if lowered else None
        if number:
            saves = heap.bytes(memory["capacity"]) - heap.bytes(number)
            what = f"{lowered.name} ends its static data at {lowered.static_end:,}"
            found.append((f"--memory {number}", saves, what))
        elif memory["page_shift"] and memory["length"] == memory["declared"] >= 1 << 16:
            half = memory["capacity"] // 2
            what = "a page has 65,536 bytes; how many are used, the linker tells if it exports"
            found.append((f"--memory {half}", half, f"{what} __heap_base"))
    return found


def _stack(built: Built, heap: Heap, budget: Budget) -> list[tuple[str, int, str]]:
    size = built.image.header["stack_bytes"]
    unknown = built.program and built.program.stack_reason.startswith("default")
    if not unknown or size <= SMALL_STACK or budget.options.get("stack"):
        return []
    saves = heap.bytes(size) - heap.bytes(SMALL_STACK)
    return [
        (f"--limit stack={SMALL_STACK}", saves, "a stack for less deep calls; deeper ones trap")
    ]


def _engine(built: Built, budget: Budget) -> list[tuple[str, int, str]]:
    if budget.engine != "interp":
        return []
    other = make_budget(built.image, budget.board, "portable", budget.options)
    return [("--engine portable", budget.heap - other.heap, "no machine code, and far slower")]


def _load(built: Built, budget: Budget) -> list[tuple[str, int, str]]:
    """Options of load() that make the tables of a component smaller."""
    names = ["handles"] if any(row.name == "handles" for row in budget.rows) else []
    if is_concurrent(built.image):
        names += ["tasks", "threads", "subtasks", "streams", "waitable_sets"]
    fewer = {name: FEW for name in names if (budget.options.get(name) or DEFAULTS[name]) > FEW}
    if not fewer:
        return []
    options = dict(budget.options) | fewer
    other = make_budget(built.image, budget.board, budget.engine, options, built.module)
    text = ", ".join(f"{name}={value}" for name, value in fewer.items())
    what = "fewer calls, threads, streams and handles at the same time"
    return [(f"load(..., {text})", budget.heap - other.heap, what)]
