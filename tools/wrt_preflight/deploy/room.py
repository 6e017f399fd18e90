"""Whether a program has room on a device, before it is copied."""

from __future__ import annotations

from ..boards import Board
from ..budget.program import make_budget
from ..errors import LimitError
from ..native import made_for
from ..pipeline import Built
from .device import Device

# Ports that keep machine code apart from the heap; what --board knows goes before this.
_APART = ("esp32", "linux", "darwin")


def check_room(built: Built, board: Board, engine: str | None, file: str) -> None:
    """Raise LimitError if a program does not fit a board, with all reasons.

    engine: as make_budget takes it. file: the program's name, for messages.
    """
    budget = make_budget(built.image, board, engine, module=built.module)
    if not budget.fits:
        raise LimitError(
            f"does not fit {board.name}: {'; '.join(budget.reasons)}",
            file=file,
            hint=f"wrt-micro check --board {board.id} shows what takes how much, and what helps",
        )


def heap_note(built: Built, device: Device, engine: str | None, romfs: bool) -> str | None:
    """What to tell of a program that needs more heap than a device has free; None if it does not.

    romfs: it goes to the ROMFS.
    """
    micropython = device.micropython
    if not micropython.interpreter:
        return None  # nobody has counted what the portable engine takes there
    board = Board(
        id="",
        name=device.machine,
        mcu="",
        arch=micropython.arch,
        word_bits=64 if micropython.wide else 32,
        float_bits=device.float_bits,
        object_representation=device.object_representation,
        flash=0,
        files=0,
        romfs=device.romfs[0] if device.romfs and romfs else 0,
        heap=device.heap,
        in_use=device.heap - device.heap_free,
        largest_block=device.heap_free,
        machine_code="apart" if device.platform in _APART else "heap",
        limits={},
        source={},
        native=made_for(micropython.arch),
    )
    budget = make_budget(built.image, board, engine, module=built.module)
    if budget.over <= 0:
        return None
    return (
        f"the program needs about {budget.heap:,} bytes of heap, and {device.heap_free:,} are "
        "free: it may not load; wrt-micro check --board shows what takes how much"
    )
