"""One function body: structured control flow to labels and branches (spec: Execution)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..link import Instance
from ..wasm.instructions import decode
from ..wasm.types import FuncType, RefType, ValType, slots
from .context import Context
from .ir import Ins, Label
from .memory import Memory
from .stack import CONST, LOCAL, NEAR, TEMP, Value


@dataclass(slots=True)
class Catch:
    """A try_table clause before it has addresses; see program.Handler."""

    first: Label
    last: Label
    tag: int | None
    with_ref: bool
    label: Label
    slot: int


@dataclass(slots=True)
class Block:
    """An open block. height: stack entries below its parameters. end, other: its labels."""

    kind: str
    height: int
    params: tuple[ValType, ...]
    results: tuple[ValType, ...]
    start: Label = field(default_factory=Label)
    end: Label = field(default_factory=Label)
    other: Label | None = None
    catches: tuple = ()
    first: Label | None = None
    reached: bool = True

    @property
    def target(self) -> Label:
        return self.start if self.kind == "loop" else self.end

    @property
    def arity(self) -> tuple[ValType, ...]:
        return self.params if self.kind == "loop" else self.results


class FunctionLowerer(Memory):
    """Lowers one body. After `run`: code, labels, catches, and the frame's layout."""

    def __init__(
        self,
        context: Context,
        instance: Instance,
        cold: dict,
        near: int = 0,
        hoisted: list[list[tuple[ValType, int]]] | None = None,
    ) -> None:
        """near: scratch slots to keep where 8-bit slot fields reach them, 0 for small frames.

        hoisted: for each outermost loop, constants to keep in slots while it runs; what a first
        run collected in `loop_constants`."""
        super().__init__(0)
        self.context, self.instance, self.cold, self.near = context, instance, cold, near
        self.hoisted = hoisted
        self.features: set[str] = set()
        self.catches: list[Catch] = []
        self.blocks: list[Block] = []
        self.current_memory: int | None = None
        self.tags_used: set[int] = set()

    # ------------------------------------------------------------ frame
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
        """Moves parameters out of the scratch slots; returns the next free slot."""
        for index, param in enumerate(params):
            old, width = self.local_slots[index], slots(param)
            if old + width > self.scratch and old < self.scratch + self.near:
                self.local_slots[index] = slot
                for i in range(width):
                    self.emit("far.mov", c=old + i, d=slot + i)
                slot += width
        return slot

    def run(self, type: FuncType, locals: list[ValType], start: int, end: int) -> None:
        module = self.instance.module
        self.layout(type, locals)
        self.blocks.append(Block("func", 0, (), type.results))
        skipping = 0
        for offset, instruction, immediates in decode(
            module.data, start, end, module.file, module.base
        ):
            self.source = offset
            name = instruction.name
            if not self.blocks[-1].reached:
                if name in ("block", "loop", "if", "try_table"):
                    skipping += 1
                    continue
                if skipping:
                    skipping -= name == "end"
                    continue
                if name not in ("else", "end"):
                    continue
            self.instruction(name, instruction, immediates)

    def instruction(self, name: str, instruction, immediates: tuple) -> None:
        control = getattr(self, "do_" + name.replace(".", "_"), None)
        if control is not None:
            control(*immediates)
        elif ".atomic." in name or name.startswith("atomic."):
            self.atomic(name, immediates, instruction.results)
        elif ".load" in name:
            self.load(name, immediates[0], instruction.results[0])
        elif ".store" in name:
            self.store(name, immediates[0])
        elif name.startswith(("memory.", "table.", "data.", "elem.")):
            self.bulk(name, immediates)
        else:
            self.numeric(name, instruction.params, instruction.results)

    # ------------------------------------------------------------ constants, locals, globals
    def do_nop(self) -> None:
        pass

    def do_i32_const(self, value: int) -> None:
        self.push(CONST, "i32", value & 0xFFFFFFFF)

    def do_i64_const(self, value: int) -> None:
        self.push(CONST, "i64", value & 0xFFFFFFFFFFFFFFFF)

    def do_f32_const(self, bits: int) -> None:
        self.push(CONST, "f32", bits)

    def do_f64_const(self, bits: int) -> None:
        self.push(CONST, "f64", bits)

    def do_local_get(self, index: int) -> None:
        self.push(LOCAL, self.local_types[index], self.local_slots[index])

    def do_local_set(self, index: int) -> None:
        self.set_local(self.local_slots[index], self.pop())

    def do_local_tee(self, index: int) -> None:
        self.do_local_set(index)
        self.do_local_get(index)

    def do_global_get(self, index: int) -> None:
        self.global_get(index)

    def do_global_set(self, index: int) -> None:
        self.global_set(index)

    def do_drop(self) -> None:
        self.pop()

    def do_select(self) -> None:
        condition, second, first = self.pop(), self.pop(), self.pop()
        width = slots(first.type)
        slot = self.depth()
        a = self.register(first, slot)
        b = self.register(second, slot + width)
        d = self.register(condition, slot + 2 * width)
        self.emit("select64" if width == 2 else "select", a=slot, b=a, c=b, d=d)
        self.push(TEMP, first.type, slot)

    def do_select_t(self, types: tuple) -> None:
        self.do_select()

    # ------------------------------------------------------------ references
    def do_ref_null(self, heap) -> None:
        self.push(CONST, RefType(True, heap), 0)

    def do_ref_func(self, index: int) -> None:
        slot = self.push_temp(RefType(False, "func"))
        self.emit("ref.func", a=slot, function=self.instance.functions[index])

    def do_ref_is_null(self) -> None:
        value = self.pop()
        slot = self.depth()
        self.emit("i32.eqz", a=slot, b=self.register(value, slot))
        self.push(TEMP, "i32", slot)

    def do_ref_as_non_null(self) -> None:
        value = self.stack[-1]
        source = self.register(value, self.depth(len(self.stack) - 1))
        self.emit("ref.as_non_null", b=source)
        if value.kind == CONST:
            self.stack[-1] = Value(TEMP, value.type, source)

    # ------------------------------------------------------------ blocks
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
            self.settle_results(block)
            self.emit("br", label=block.end)
        self.mark(block.other)
        block.other, block.reached = None, True
        self.current_memory = None
        del self.stack[block.height :]
        for param in block.params:
            self.push_temp(param)

    def settle_results(self, block: Block) -> None:
        self.settle_top(len(block.results))

    def do_end(self) -> None:
        block = self.blocks[-1]
        if block.reached and block.kind == "func":
            self.do_return()
        elif block.reached:
            self.settle_results(block)
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

    # ------------------------------------------------------------ branches
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
        for value, type in zip(values, block.arity):
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
        self.emit("trap", c=self.context.UNREACHABLE)
        self.unreachable_now()

    # ------------------------------------------------------------ calls
    def arguments(self, type: FuncType) -> int:
        """Arguments into place; returns the slot where the callee's frame starts."""
        slot = self.settle_top(len(type.params))
        del self.stack[len(self.stack) - len(type.params) :]
        self.reserve(slot + sum(map(slots, type.params)) + 4)
        self.reserve(slot + sum(map(slots, type.results)) + 4)
        return slot

    def returned(self, type: FuncType) -> None:
        self.current_memory = None
        for result in type.results:
            self.push_temp(result)

    def do_call(self, index: int) -> None:
        type = self.instance.module.func_type(index)
        slot = self.arguments(type)
        self.emit("call", c=slot, function=self.instance.functions[index])
        self.returned(type)

    def index_register(self, wide: bool) -> int:
        value = self.pop()
        slot = self.depth()
        return self.register(self.index32(value, slot, wide), slot)

    def do_call_indirect(self, type_index: int, table_index: int) -> None:
        type = self.instance.module.types[type_index]
        table = self.instance.tables[table_index]
        b = self.index_register(self.context.table64(table))
        slot = self.arguments(type)
        self.emit("call_indirect", b=b, c=slot, d=table, imm=self.instance.types[type_index])
        self.returned(type)

    def do_call_ref(self, type_index: int) -> None:
        type = self.instance.module.types[type_index]
        b = self.index_register(False)
        slot = self.arguments(type)
        self.emit("call_ref", b=b, c=slot)
        self.returned(type)

    def do_return_call(self, index: int) -> None:
        type = self.instance.module.func_type(index)
        slot = self.arguments(type)
        words = sum(map(slots, type.params))
        self.emit(
            "return_call", c=slot, d=self.link, n=words, function=self.instance.functions[index]
        )
        self.unreachable_now()

    def do_return_call_indirect(self, type_index: int, table_index: int) -> None:
        type = self.instance.module.types[type_index]
        table = self.instance.tables[table_index]
        slot = self.depth(len(self.stack) - 1)
        b = self.index_register(self.context.table64(table))
        self.emit("table.func", a=slot, b=b, d=table, imm=self.instance.types[type_index])
        self.push(TEMP, RefType(False, "func"), slot)
        self.do_return_call_ref(type_index)

    def do_return_call_ref(self, type_index: int) -> None:
        type = self.instance.module.types[type_index]
        b = self.index_register(False)
        slot = self.arguments(type)
        words = sum(map(slots, type.params))
        self.emit("return_call_ref", b=b, c=slot, d=self.link, n=words)
        self.unreachable_now()

    # ------------------------------------------------------------ exceptions
    def do_throw(self, index: int) -> None:
        type = self.instance.module.types[self.instance.module.tag_types()[index]]
        slot = self.settle_top(len(type.params))
        tag = self.instance.tags[index]
        self.tags_used.add(tag)
        self.slow("throw", c=slot, imm=tag)
        self.unreachable_now()

    def do_throw_ref(self) -> None:
        value = self.pop()
        self.slow("throw_ref", c=self.register(value, self.depth()))
        self.unreachable_now()
