"""Throwing, and the handlers at the end of a try_table."""

from __future__ import annotations

from ..wasm.types import slots
from .block import Block, Catch
from .branches import Branches
from .cold import Cold
from .ir import Label


class Exceptions(Branches, Cold):
    """Handlers cost nothing until something is thrown: they are entries of a table."""

    def do_throw(self, index: int) -> None:
        type = self.instance.module.types[self.instance.module.tag_types()[index]]
        slot = self.settle_top(len(type.params))
        self.slow("throw", c=slot, imm=self.instance.tags[index])
        self.unreachable_now()

    def do_throw_ref(self) -> None:
        value = self.pop()
        self.slow("throw_ref", c=self.register(value, self.depth()))
        self.unreachable_now()

    def end_try(self, block: Block) -> None:
        outside = self.blocks[:-1]
        last = Label()
        self.mark(last)
        for kind, tag, depth in block.catches:
            target = outside[-1 - depth]
            store_tag = None if tag is None else self.instance.tags[tag]
            slot, label = self.landing(target, outside)
            self.catches.append(
                Catch(block.first, last, store_tag, kind.endswith("_ref"), label, slot)
            )

    def landing(self, target: Block, outside: list[Block]) -> tuple[int, Label]:
        """Where a caught payload goes: straight to the canonical slots of the target's values.

        Out of the function, it goes through a pad that returns them."""
        slot = self.depth(target.height)
        self.reserve(slot + sum(map(slots, target.arity)) + 2)
        if target.kind != "func":
            return slot, target.target
        over, pad = Label(), Label()
        self.emit("br", label=over)
        self.mark(pad)
        saved, self.stack = self.stack, self.stack[: target.height]
        for type in target.arity:
            self.push_temp(type)
        self.do_return()
        self.stack, self.blocks[-1].reached = saved, True
        self.mark(over)
        return slot, pad
