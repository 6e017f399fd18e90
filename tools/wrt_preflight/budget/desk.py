"""A heap on the desk in which a program has as much room as on a board: `run --board`."""

from __future__ import annotations

from dataclasses import replace

from ..boards import Board
from ..image import Contents
from ..micropython import MicroPython
from .heap import Heap
from .program import make_budget

# What `run` itself keeps in the heap, in blocks: the script that calls the function.
CALLER_BLOCKS = 512


def heap_like(
    board: Board, image: Contents, interpreter: MicroPython, engine: str, module: bytes | None
) -> int:
    """Bytes of heap for an interpreter on the desk.

    Its objects may be larger than those of the board, and its machine code elsewhere: what the
    program takes is different, and what is left for it is the same.
    """
    here = replace(
        board,
        arch=interpreter.arch or board.arch,
        word_bits=64 if interpreter.wide else 32,
        machine_code="apart",
        romfs=0,
    )
    heap = Heap(here.word)
    wanted = None if engine == "native" else engine
    there = make_budget(image, board, wanted, module=module)
    modules = make_budget(image, here, wanted, module=module, linked=False)  # as `run` has it
    more = modules.heap - there.heap
    usable = board.free + max(more, 0) + CALLER_BLOCKS * heap.block
    return heap.size_for(usable)
