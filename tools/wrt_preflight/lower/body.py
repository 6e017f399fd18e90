"""One function body: its frame, and what is known while it is lowered."""

from __future__ import annotations

from ..link import Instance
from ..wasm.types import FuncType, ValType, slots
from .block import Block, Catch
from .context import Context
from .stack import NEAR, OperandStack


class Body(OperandStack):
    """The common ground of what lowers instructions; a class for each kind of them builds on it.

    context: what the store says. instance: whose code this is. features: cold classes that the
    code needs. catches: handlers, innermost first. blocks: the open ones. current_memory: the
    store-wide index of the memory that loads and stores use here, or None if that is not known.
    """

    def __init__(
        self,
        context: Context,
        instance: Instance,
        near: int = 0,
        hoisted: list[list[tuple[ValType, int]]] | None = None,
    ) -> None:
        """near: scratch slots to keep where 8-bit slot fields reach them, 0 for small frames.

        hoisted: for each outermost loop, constants to keep in slots while it runs; what a first
        run collected in `loop_constants`."""
        super().__init__(0)
        self.context, self.instance, self.near, self.hoisted = context, instance, near, hoisted
        self.features: set[str] = set()
        self.catches: list[Catch] = []
        self.blocks: list[Block] = []
        self.current_memory: int | None = None

    def layout(self, type: FuncType, locals: list[ValType]) -> None:
        """Parameters and results share slots 0.., then the link words, then everything else."""
        params = sum(map(slots, type.params))
        results = sum(map(slots, type.results))
        self.type = type
        self.link = max(params, results)
        # Scratch slots stand behind the link words, or over parameters that then live elsewhere.
        self.scratch = min(self.link + 2, NEAR + 1 - self.near)
        self.local_types = [*type.params, *locals]
        self.local_slots = []
        slot = 0
        for param in type.params:
            self.local_slots.append(slot)
            slot += slots(param)
        slot = self.zero_start = max(self.link + 2, self.scratch + self.near)
        for local in locals:
            self.local_slots.append(slot)
            slot += slots(local)
        self.zero_words = slot - self.zero_start
        slot = self.displace(type.params, slot)
        self.constant_slot = slot
        self.base = slot = slot + 2 * max(map(len, self.hoisted or [()]), default=0)
        self.reserve(slot + 8)

    def displace(self, params: tuple[ValType, ...], slot: int) -> int:
        """Moves parameters out of the scratch slots, to `slot`; returns the next free slot."""
        for index, param in enumerate(params):
            old, width = self.local_slots[index], slots(param)
            if old + width > self.scratch and old < self.scratch + self.near:
                self.local_slots[index] = slot
                for i in range(width):
                    self.emit("far.mov", c=old + i, d=slot + i)
                slot += width
        return slot
