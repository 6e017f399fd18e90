"""Structured control flow to basic blocks (spec: Execution, Control Instructions)."""

from __future__ import annotations

from ...wasm.module import Instr
from ...wasm.types import ValType
from .block import Block
from .counted import turns
from .fuel import Fuel
from .value import Value


class Control(Fuel):
    """code, position: the instructions of the function, and the one that is translated.

    Values that go along with branches meet in phis, at the end of the block; those of a loop
    are variables, since its branches come from behind."""

    blocks: list[Block]
    code: list[Instr]
    position: int
    calls_in_loops = False  # whether loops are prepared for calls

    def block_type(self, declared: object) -> tuple[tuple[ValType, ...], tuple[ValType, ...]]:
        if declared is None:
            return (), ()
        if isinstance(declared, int):
            type = self.instance.module.types[declared]
            return type.params, type.results
        return (), (declared,)

    def open(self, kind: str, declared: object, **fields) -> Block:
        params, results = self.block_type(declared)
        height = len(self.stack) - len(params)
        block = Block(
            kind, height, params, results, self.label(), prepared=self.prepared, **fields
        )
        self.blocks.append(block)
        return block

    def do_block(self, declared: object) -> None:
        self.open("block", declared)

    def do_loop(self, declared: object) -> None:
        if self.calls_in_loops:
            self.prepare_calls()
        count = turns(self.code, self.position, self.constant_of)
        if count:
            self.use_fuel(count)
        block = self.open("loop", declared)
        values = self.pop_all(block.params)
        block.slots = [self.alloca(self.forms.of(param)) for param in block.params]
        self.set_slots(block, values)
        self.branch(block.label)
        self.join(block.label)
        for param, slot in zip(block.params, block.slots, strict=True):
            self.push(param, self.define(f"load {self.forms.of(param)}, ptr {slot}"))
        if not count:
            self.use_fuel()

    def constant_of(self, local: int) -> int | None:
        """The bits of a local, if this point knows them."""
        value = self.known.get(("local", local))
        return value.constant if value else None

    def set_slots(self, block: Block, values: list[str]) -> None:
        for param, slot, value in zip(block.params, block.slots, values, strict=True):
            self.emit(f"store {self.forms.of(param)} {value}, ptr {slot}")

    def do_if(self, declared: object) -> None:
        bit = self.pop_bit()
        then = self.label()
        block = self.open("if", declared, other=self.label())
        values = self.pop_all(block.params)
        self.stack += [Value(p, v) for p, v in zip(block.params, values, strict=True)]
        block.known = dict(self.known)
        block.parameters = self.stack[block.height :]
        self.branch_if(bit, then, block.other)
        self.place(then)

    def do_else(self) -> None:
        block = self.blocks[-1]
        if block.reached:
            self.leave(block)
        self.place(block.other)
        block.other, block.reached = "", True
        self.known, self.prepared = block.known, block.prepared
        del self.stack[block.height :]
        self.stack += block.parameters

    def do_end(self) -> None:
        block = self.blocks[-1]
        if block.other:
            self.implicit_else(block)
        if block.dispatch:
            self.dispatch(block)
        self.blocks.pop()
        if block.kind == "func":
            self.end_function(block)
            return
        if block.kind == "loop" or not block.incoming:
            if not block.reached:
                self.blocks[-1].reached = False
            return
        if block.reached:
            self.leave(block)
        del self.stack[block.height :]
        self.join(block.label)
        self.prepared = block.prepared
        self.take_incoming(block)

    def implicit_else(self, block: Block) -> None:
        """An `if` without `else` has its parameters as results."""
        if block.reached:
            self.leave(block)
        self.place(block.other)
        block.other, block.reached = "", False
        del self.stack[block.height :]
        self.stack += block.parameters
        self.leave(block)

    def leave(self, block: Block) -> None:
        """Goes to the end of a block with its results."""
        values = self.pop_all(block.results)
        block.incoming.append((values, self.block))
        self.branch(block.label)

    def take_incoming(self, block: Block) -> None:
        """Pushes the results of a block, where its branches meet."""
        for i, result in enumerate(block.results):
            incoming = [(values[i], source) for values, source in block.incoming]
            if len(incoming) == 1:
                self.push(result, incoming[0][0])
            else:
                self.push(result, self.phi(self.forms.of(result), incoming))

    def end_function(self, block: Block) -> None:
        if block.reached:
            if not block.incoming:
                self.do_return_values(self.pop_all(block.results))
                return
            self.leave(block)
        if block.incoming:
            self.join(block.label)
            self.take_incoming(block)
            self.do_return_values(self.pop_all(block.results))

    def do_return_values(self, values: list[str]) -> None:
        """Ends the function with its results."""
        self.save_fuel()
        results = self.type.results
        form = self.forms.results(results)
        if not results:
            self.emit("ret void")
        elif len(results) == 1:
            self.emit(f"ret {form} {values[0]}")
        else:
            whole = "poison"
            for i, (result, value) in enumerate(zip(results, values, strict=True)):
                item = f"{self.forms.of(result)} {value}"
                whole = self.define(f"insertvalue {form} {whole}, {item}, {i}")
            self.emit(f"ret {form} {whole}")

    # ------------------------------------------------------------ branches
    def unreachable_now(self) -> None:
        """What follows cannot run, up to the end of the block."""
        self.blocks[-1].reached = False
        del self.stack[self.blocks[-1].height :]

    def target(self, depth: int) -> Block:
        return self.blocks[-1 - depth]

    def carry(self, block: Block, edges: int = 1) -> None:
        """Takes the values on top along to a block; they stay on the stack.

        edges: branches that the current basic block ends with, to this block."""
        values = self.pop_all(block.arity)
        self.stack += [Value(p, v) for p, v in zip(block.arity, values, strict=True)]
        if block.kind == "loop":
            self.set_slots(block, values)
        else:
            block.incoming += [(values, self.block)] * edges

    def do_br(self, depth: int) -> None:
        block = self.target(depth)
        self.carry(block)
        self.branch(block.label)
        self.unreachable_now()

    def do_br_if(self, depth: int) -> None:
        self.branch_to(self.pop_bit(), self.target(depth))

    def branch_to(self, bit: str, block: Block, taken: bool = True) -> None:
        """A branch with values to a block, if the bit is as `taken`."""
        after = self.label()
        self.carry(block)
        self.branch_if(bit, *((block.label, after) if taken else (after, block.label)))
        self.place(after)

    def do_br_table(self, depths: tuple[int, ...], default: int) -> None:
        index = self.pop()
        targets = [self.target(depth) for depth in (*depths, default)]
        for depth in sorted({*depths, default}):
            block = self.target(depth)
            self.carry(block, sum(target is block for target in targets))
        cases = " ".join(f"i32 {i}, label %{b.label}" for i, b in enumerate(targets[:-1]))
        self.emit(f"switch i32 {index}, label %{targets[-1].label} [{cases}]")
        self.unreachable_now()

    def do_br_on_null(self, depth: int) -> None:
        value = self.stack.pop()
        self.branch_to(self.define(f"icmp eq i32 {value.ir}, 0"), self.target(depth))
        self.stack.append(value)

    def do_br_on_non_null(self, depth: int) -> None:
        value = self.stack[-1]
        bit = self.define(f"icmp ne i32 {value.ir}, 0")
        self.branch_to(bit, self.target(depth))
        self.stack.pop()

    def do_return(self) -> None:
        self.do_br(len(self.blocks) - 1)

    def do_unreachable(self) -> None:
        self.trap("unreachable")
        self.unreachable_now()
