"""Branches: values into the target's slots, then a jump; a return is a branch too."""

from __future__ import annotations

from ..ops.traps import TRAPS
from ..wasm.types import slots
from .block import Block
from .conditions import Conditions
from .ir import Ins, Label
from .stack import CONST, LOCAL, NEAR, TEMP, Value


class Branches(Conditions):
    """Whatever leaves a block before its end."""

    def unreachable_now(self) -> None:
        block = self.blocks[-1]
        block.reached = False
        del self.stack[block.height :]

    def moves(self, block: Block) -> bool:
        """Whether a branch to the block has to move values (or to return)."""
        if block.kind == "func":
            return True
        count = len(block.arity)
        first = len(self.stack) - count
        if not all(value.settled for value in self.stack[first:]):
            return True
        return count > 0 and first != block.height

    def move_results(self, block: Block) -> None:
        """Values of a branch into the target's slots. They only ever move down, in order."""
        values = self.stack[len(self.stack) - len(block.arity) :]
        slot = self.depth(block.height)
        for value, type in zip(values, block.arity, strict=True):
            self.move(value, slot)
            slot += slots(type)
        self.reserve(slot)

    def go(self, block: Block) -> None:
        """An unconditional branch; leaves the stack as it is."""
        if block.kind == "func":
            saved, reached = list(self.stack), self.blocks[-1].reached
            self.do_return()
            self.stack, self.blocks[-1].reached = saved, reached
        else:
            self.move_results(block)
            last = self.last()
            if last is not None and last.op == "mov" and max(last.a, last.b) <= NEAR:
                last.op, last.label = "br_mov", block.target
                self.mark(Label())
            else:
                self.emit("br", label=block.target)

    def conditional(self, condition: Ins | Value, negate: bool, block: Block) -> None:
        if not self.moves(block):
            self.branch(condition, negate, block.target)
            return
        over = Label()
        self.branch(condition, not negate, over)
        self.go(block)
        self.mark(over)

    def do_br(self, depth: int) -> None:
        self.go(self.blocks[-1 - depth])
        self.unreachable_now()

    def do_br_if(self, depth: int) -> None:
        self.conditional(self.take_condition(), False, self.blocks[-1 - depth])

    def do_br_on_null(self, depth: int) -> None:
        value = self.pop()
        source = self.register(value, self.depth())
        value = Value(LOCAL if value.kind == LOCAL else TEMP, value.type, source)
        self.conditional(value, True, self.blocks[-1 - depth])
        self.stack.append(value)

    def do_br_on_non_null(self, depth: int) -> None:
        index = len(self.stack) - 1
        value = self.stack[index]
        source = self.register(value, self.depth(index))
        if value.kind == CONST:
            value = self.stack[index] = Value(TEMP, value.type, source)
        self.conditional(value, False, self.blocks[-1 - depth])
        self.pop()

    def do_br_table(self, depths: tuple[int, ...], default: int) -> None:
        index = self.pop()
        a = self.register(index, self.depth())
        table = self.emit("br_table", a=a, c=len(depths))
        pads: dict[int, Label] = {}
        for depth in (*depths, default):
            block = self.blocks[-1 - depth]
            if not self.moves(block):
                table.labels.append(block.target)
                continue
            if depth not in pads:
                pads[depth] = Label()
                self.mark(pads[depth])
                self.go(block)
            table.labels.append(pads[depth])
        self.unreachable_now()

    def do_return(self) -> None:
        """Results into slots 0.., where they share their place with the parameters."""
        types = self.type.results
        if len(types) == 1:
            value = self.stack[-1]
            wide = slots(types[0]) == 2
            source = self.register(value, self.depth(len(self.stack) - 1))
            if source == 0:
                self.emit("ret", c=self.link)
            else:
                self.emit("ret64" if wide else "ret32", b=source, c=self.link)
        else:
            first = len(self.stack) - len(types)
            for index in range(first, len(self.stack)):
                value = self.stack[index]
                overwritten = value.kind == LOCAL and value.place < self.link
                if overwritten or value.pending or self.near:
                    self.settle(index)
            slot = 0
            for value in self.stack[first:]:
                self.move(value, slot)
                slot += slots(value.type)
            self.emit("ret", c=self.link)
        self.unreachable_now()

    def do_unreachable(self) -> None:
        self.emit("trap", c=TRAPS["unreachable"])
        self.unreachable_now()
