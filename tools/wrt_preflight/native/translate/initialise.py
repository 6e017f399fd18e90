"""The init function of an instance (spec: Execution, Instantiation, from step 14 on).

What constants can say is in the image as initial contents, as for every engine; the rest is code.
"""

from __future__ import annotations

from ...lower.initialise import static_reference, static_words
from ...wasm.module import Expr
from ...wasm.types import FuncType, slots
from .function import FunctionTranslator
from .scan import Conduct

VOID = FuncType((), ())


class Initialiser(FunctionTranslator):
    """Translates the init function of one instance."""

    def build(self) -> bool:
        """Makes the code; False if there is nothing to do."""
        start = self.instance.module.start
        self.start(VOID, [], Conduct())
        before = len(self.lines)
        self.sizes()
        self.globals()
        self.tables()
        self.segments()
        if start is not None:
            self.do_call(start)
        if len(self.lines) == before:
            return False
        self.do_return_values([])
        self.finish_unwind()
        self.finish_traps()
        return True

    def evaluate(self, expr: Expr) -> None:
        """Pushes the value of a constant expression."""
        for _, instruction, immediates in expr:
            self.instruction(instruction, immediates)

    def sizes(self) -> None:
        """An imported memory or table must be as large by now as the import asks."""
        for kind, index, minimum in self.instance.checks:
            size = self.pages(index) if kind == "memory" else self.table_size(index)
            self.trap_if(self.define(f"icmp ult i32 {size}, {minimum}"), "link")

    def globals(self) -> None:
        """Own globals whose value needs code."""
        for number, item in enumerate(self.context.store.globals):
            if item.instance is not self.instance:
                continue
            if static_words(self.instance, item.init, slots(item.type.value)) is None:
                self.evaluate(item.init)
                self.store_global(number)

    def tables(self) -> None:
        """Own tables that are full of something that needs code."""
        for index, table in enumerate(self.context.store.tables):
            if table.instance is self.instance:
                if not static_reference(self.instance, table.init)[0]:
                    self.evaluate(table.init)
                    count = str(table.type.limits.minimum)
                    self.fill_elements(index, "0", self.pop(), count)

    def segments(self) -> None:
        """Active segments, in order; items of others that need code."""
        module, context = self.instance.module, self.context
        elements = list(zip(module.elements, self.instance.elements, strict=True))
        for element, number in elements:
            if element.mode != "declarative":
                self.items(element.items, context.element_index(number))
        for element, number in elements:
            if element.mode == "active":
                source = context.element_index(number)
                self.evaluate(element.position)
                self.range(len(element.items))
                self.copy_elements(self.instance.tables[element.table], source, False)
                self.drop_elements(source)
        for data, number in zip(module.datas, self.instance.datas, strict=True):
            if data.mode == "active":
                source = context.data_index(number)
                self.evaluate(data.position)
                self.range(len(data.data))
                length = self.drop_state(source)
                self.copy_bytes(self.instance.memories[data.memory], source, False, length)
                self.drop_data(source)

    def range(self, count: int) -> None:
        """Pushes the beginning and the length of a whole segment."""
        self.push_constant("i32", 0)
        self.push_constant("i32", count)

    def items(self, items: list[Expr], table: int) -> None:
        """Items of a segment that only running code knows."""
        if all(static_reference(self.instance, item)[0] for item in items):
            return
        for position, item in enumerate(items):
            self.evaluate(item)
            at = self.at(self.table_base(table), 4 * position)
            self.store("i32", self.pop(), at, self.module.tag("tables"))
