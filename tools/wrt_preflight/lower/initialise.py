"""The init function of an instance (spec: Execution, Instantiation, from step 14 on).

What constants can say is put into the image as initial contents; the rest becomes register code,
so the device has no second evaluator. Element segments are hidden tables, data segments hidden
memories: writing a segment is a copy, dropping it empties it.
"""

from __future__ import annotations

from ..link import Instance
from ..ops.traps import TRAPS
from ..wasm.module import Expr
from ..wasm.types import FuncType, slots
from .context import Context
from .function import FunctionLowerer
from .ir import Label
from .program import GlobalWord, Table

_CONSTANTS = ("i32.const", "i64.const", "f32.const", "f64.const")


def static_reference(instance: Instance, expr: Expr | None) -> tuple[bool, int | None]:
    """(known, store-wide function or None for null) of a reference expression."""
    if expr is None:
        return True, None
    if len(expr) == 1:
        _, instruction, immediates = expr[0]
        if instruction.name == "ref.null":
            return True, None
        if instruction.name == "ref.func":
            return True, instance.functions[immediates[0]]
    return False, None


def static_words(instance: Instance, expr: Expr, width: int) -> list[GlobalWord] | None:
    """The words of a constant expression, if they are known without running it."""
    known, function = static_reference(instance, expr)
    if known:
        return [GlobalWord(0, function)]
    _, instruction, immediates = expr[0]
    if len(expr) != 1 or instruction.name not in _CONSTANTS:
        return None
    bits = immediates[0] & (0xFFFFFFFF if width == 1 else 0xFFFFFFFFFFFFFFFF)
    return [GlobalWord(bits >> 32 * i & 0xFFFFFFFF) for i in range(width)]


class Initialiser(FunctionLowerer):
    """Builds the init function of one instance, and the initial contents of what it owns."""

    def __init__(self, context: Context, instance: Instance) -> None:
        super().__init__(context, instance)
        self.layout(FuncType((), ()), [])
        self.source = None

    def build(self) -> bool:
        """Emits the code; False if there is nothing to do."""
        self.sizes()
        self.globals()
        self.tables()
        self.segments()
        self.start()
        if not self.code:
            return False
        self.emit("ret", c=self.link)
        return True

    def evaluate(self, expr: Expr) -> None:
        """Pushes the value of a constant expression."""
        for _, instruction, immediates in expr:
            self.instruction(instruction, immediates)

    def sizes(self) -> None:
        """An imported memory or table must be as large by now as the import asks."""
        for kind, index, minimum in self.instance.checks:
            slot, enough = self.depth(), Label()
            self.slow(f"{kind}.size", a=slot, imm=index)
            self.emit("br_i32.ge_u.w", a=slot, imm=minimum, label=enough)
            self.emit("trap", c=TRAPS["link"])
            self.mark(enough)

    def globals(self) -> None:
        """Own globals whose value needs code."""
        for item in self.context.store.globals:
            if item.instance is not self.instance:
                continue
            width = slots(item.type.value)
            if static_words(self.instance, item.init, width) is None:
                self.evaluate(item.init)
                source = self.register(self.pop(), self.depth())
                self.emit("global.set64" if width == 2 else "global.set", a=source, c=item.word)

    def tables(self) -> None:
        """Own tables that are full of something that needs code."""
        for index, table in enumerate(self.context.store.tables):
            if table.instance is not self.instance:
                continue
            if static_reference(self.instance, table.init)[0]:
                continue
            self.push(*_constant(0))
            self.evaluate(table.init)
            self.push(*_constant(table.type.limits.minimum))
            self.slow_three("table.fill", (False, False, False), index)

    def segments(self) -> None:
        """Active segments, in order; items of others that need code."""
        module, context = self.instance.module, self.context
        for element, number in zip(module.elements, self.instance.elements, strict=True):
            if element.mode != "declarative":
                self.items(element.items, context.element_index(number))
        for element, number in zip(module.elements, self.instance.elements, strict=True):
            if element.mode == "active":
                table = self.instance.tables[element.table]
                source = context.element_index(number)
                self.write("table.copy", element.position, len(element.items), table, source)
                self.slow("elem.drop", imm=source)
        for data, number in zip(module.datas, self.instance.datas, strict=True):
            if data.mode == "active":
                memory = self.instance.memories[data.memory]
                source = context.data_index(number)
                self.write("memory.copy", data.position, len(data.data), memory, source)
                self.slow("data.drop", imm=source)

    def items(self, items: list[Expr], table: int) -> None:
        """Items of a segment that only running code knows."""
        if all(static_reference(self.instance, item)[0] for item in items):
            return
        for position, item in enumerate(items):
            self.push(*_constant(position))
            self.evaluate(item)
            value, at = self.pop(), self.pop()
            slot = self.depth()
            c = self.register(value, slot + 1)
            self.slow("table.set", b=self.register(at, slot), c=c, imm=table)

    def write(self, name: str, position: Expr, size: int, target: int, source: int) -> None:
        """An active segment into its table or memory."""
        self.evaluate(position)
        wide = self.stack[-1].type == "i64"
        self.push(*_constant(0))
        self.push(*_constant(size))
        self.slow_copy(name, (wide, False), target, source)

    def start(self) -> None:
        if self.instance.module.start is not None:
            self.do_call(self.instance.module.start)


def _constant(value: int) -> tuple[str, str, int]:
    return "const", "i32", value


def initial_globals(context: Context) -> list[GlobalWord]:
    """Every global word of the store before any init function runs."""
    words: list[GlobalWord] = []
    for item in context.store.globals:
        width = slots(item.type.value)
        words += static_words(item.instance, item.init, width) or [
            GlobalWord() for _ in range(width)
        ]
    return words


def initial_tables(context: Context) -> list[Table]:
    """Every table and element segment before any init function runs."""
    tables: list[Table] = []
    for table in context.store.tables:
        limits = table.type.limits
        reserve = limits.minimum + context.options.table_reserve
        capacity = reserve if limits.maximum is None else min(reserve, limits.maximum)
        _, function = static_reference(table.instance, table.init)
        items = [] if function is None else [function] * limits.minimum
        tables.append(Table(table.name, limits.minimum, max(capacity, limits.minimum), items))
    for number, (instance, element) in enumerate(context.store.elements):
        name = f"{instance.name}.elem{number}"
        if element.mode == "declarative":
            tables.append(Table(name, 0, 0, constant=True))
            continue
        known = [static_reference(instance, item) for item in element.items]
        constant = all(k for k, _ in known)
        items = [function for _, function in known]
        tables.append(Table(name, len(items), len(items), items, constant))
    return tables
