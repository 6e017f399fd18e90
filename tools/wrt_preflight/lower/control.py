"""Structured control flow to labels (spec: Execution, Control Instructions)."""

from __future__ import annotations

from ..wasm.types import ValType
from .block import Block
from .exceptions import Exceptions
from .ir import Label
from .stack import CONST, Value


class Control(Exceptions):
    """Where control flow joins, every value is in its canonical slot, so that both ways agree."""

    def block_type(self, declared) -> tuple[tuple[ValType, ...], tuple[ValType, ...]]:
        if declared is None:
            return (), ()
        if isinstance(declared, int):
            type = self.instance.module.types[declared]
            return type.params, type.results
        return (), (declared,)

    def open(self, kind: str, declared, **fields) -> Block:
        params, results = self.block_type(declared)
        self.settle_locals()
        self.settle_top(len(params))
        block = Block(kind, len(self.stack) - len(params), params, results, **fields)
        self.blocks.append(block)
        return block

    def do_block(self, declared) -> None:
        self.open("block", declared)

    def do_loop(self, declared) -> None:
        block = self.open("loop", declared)
        if self.loops == 0:
            self.enter_loops()
        self.loops += 1
        self.mark(block.start)
        self.current_memory = None

    def enter_loops(self) -> None:
        """Before an outermost loop: its constants into slots."""
        self.loop_constants.append([])
        if self.hoisted:
            constants = self.hoisted[len(self.loop_constants) - 1]
            for i, (type, bits) in enumerate(constants):
                slot = self.constant_slot + 2 * i
                self.constant(Value(CONST, type, bits), slot)
                self.constant_slots[type, bits] = slot

    def do_if(self, declared) -> None:
        condition = self.take_condition()
        block = self.open("if", declared, other=Label())
        self.branch(condition, True, block.other)

    def do_try_table(self, declared, catches) -> None:
        block = self.open("try", declared)
        block.catches, block.first = catches, Label()
        self.mark(block.first)

    def do_else(self) -> None:
        block = self.blocks[-1]
        if block.reached:
            self.settle_top(len(block.results))
            self.emit("br", label=block.end)
        self.mark(block.other)
        block.other, block.reached = None, True
        self.current_memory = None
        del self.stack[block.height :]
        for param in block.params:
            self.push_temp(param)

    def do_end(self) -> None:
        block = self.blocks[-1]
        if block.reached and block.kind == "func":
            self.do_return()
        elif block.reached:
            self.settle_top(len(block.results))
        if block.catches:
            self.end_try(block)
        self.blocks.pop()
        if block.kind == "loop":
            self.loops -= 1
            if self.loops == 0:
                self.constant_slots.clear()
        if block.other is not None:
            self.mark(block.other)
        if block.kind != "loop":
            self.mark(block.end)
        self.current_memory = None
        del self.stack[block.height :]
        if block.kind != "func":
            for result in block.results:
                self.push_temp(result)
