"""Throwing, and the handlers at the end of a try_table (exception handling proposal).

An exception in flight is an exnref in the thread record. Whoever calls what may throw looks there
afterwards, and goes on at its own handlers, or returns.
"""

from __future__ import annotations

from ...wasm.types import FuncType, ValType
from . import record
from .block import Block
from .builder import UNLIKELY
from .control import Control
from .forms import places


class Exceptions(Control):
    """The pool has the exceptions: see record.py for an entry."""

    type: FuncType
    unwind = ""  # the label of the way out of the function for an exception

    def do_throw(self, number: int) -> None:
        tag = self.instance.tags[number]
        params = self.context.store.types.types[self.context.store.tags[tag]].params
        values = self.pop_all(params)
        self.save_fuel()
        function = self.module.support("new_exception")
        entry = self.define(f"call fastcc i32 {function}(ptr %ctx, i32 {self.pc})")
        self.reload_fuel()
        place = self.pool_entry(entry)
        self.store("i32", str(tag + 1), place, self.module.tag("exceptions"))
        for type, value, offset in zip(params, values, places(params), strict=True):
            at = self.at(place, 4 + offset)
            self.store(self.forms.of(type), value, at, self.module.tag("exceptions"))
        reference = self.define(f"add i32 {entry}, {record.EXNREF}")
        self.raise_reference(reference)

    def do_throw_ref(self) -> None:
        reference = self.pop()
        self.trap_if(self.define(f"icmp eq i32 {reference}, 0"), "null_reference")
        self.raise_reference(reference)

    def raise_reference(self, reference: str) -> None:
        self.store_record("i32", reference, record.THROWN)
        self.branch(self.handler(len(self.blocks)))
        self.unreachable_now()

    def check_thrown(self) -> None:
        """After a call: whether it ended with an exception."""
        thrown = self.load_record("i32", record.THROWN)
        after = self.label()
        bit = self.define(f"icmp ne i32 {thrown}, 0")
        self.branch_if(bit, self.handler(len(self.blocks)), after, UNLIKELY)
        self.place(after)

    def handler(self, depth: int) -> str:
        """The label where an exception goes on that comes out of the first `depth` blocks."""
        for block in reversed(self.blocks[:depth]):
            if block.catches:
                block.dispatch = block.dispatch or self.label()
                return block.dispatch
        self.unwind = self.unwind or self.label()
        return self.unwind

    def finish_unwind(self) -> None:
        """Leaves the function with the exception in flight."""
        if self.unwind:
            self.place(self.unwind)
            self.save_fuel()
            self.return_nothing()

    def return_nothing(self) -> None:
        """Returns where nobody looks at the results."""
        results = self.type.results
        self.emit(f"ret {self.forms.results(results)} poison" if results else "ret void")

    # ------------------------------------------------------------ handlers
    def do_try_table(self, declared: object, catches: tuple) -> None:
        self.open("try", declared, catches=catches)

    def dispatch(self, block: Block) -> None:
        """The clauses of a try_table, tried in order."""
        if block.reached:
            self.leave(block)
        block.reached = False
        self.join(block.dispatch)
        del self.stack[block.height :]
        reference = self.load_record("i32", record.THROWN)
        entry = self.define(f"sub i32 {reference}, {record.EXNREF}")
        place = self.pool_entry(entry)
        first = self.load("i32", place, self.module.tag("exceptions"))
        found = self.define(f"and i32 {first}, {record.TAG_MASK}")
        for kind, number, depth in block.catches:
            target = self.blocks[-2 - depth]
            if number is None:
                self.catch(kind, reference, first, place, (), target)
                return
            tag = self.instance.tags[number]
            same = self.define(f"icmp eq i32 {found}, {tag + 1}")
            here, after = self.label(), self.label()
            self.branch_if(same, here, after)
            self.place(here)
            params = self.context.store.types.types[self.context.store.tags[tag]].params
            self.catch(kind, reference, first, place, params, target)
            self.place(after)
        self.branch(self.handler(len(self.blocks) - 1))

    def catch(
        self,
        kind: str,
        reference: str,
        first: str,
        place: str,
        params: tuple[ValType, ...],
        target: Block,
    ) -> None:
        """Goes on at the target of a clause, with payload and reference as it asks for them."""
        tags = self.module.tag("exceptions")
        height = len(self.stack)
        for type, offset in zip(params, places(params), strict=True):
            self.push(type, self.load(self.forms.of(type), self.at(place, 4 + offset), tags))
        if kind.endswith("_ref"):
            self.push("i32", reference)
            kept = self.define(f"or i32 {first}, {record.ESCAPED}")
        else:
            escaped = self.define(f"icmp uge i32 {first}, {record.ESCAPED}")
            kept = self.define(f"select i1 {escaped}, i32 {first}, i32 0")
        self.store("i32", kept, place, tags)
        self.store_record("i32", "0", record.THROWN)
        self.carry(target)
        self.branch(target.label)
        del self.stack[height:]

    def pool_entry(self, entry: str) -> str:
        """The address of an entry of the pool."""
        bytes = self.define(f"mul i32 {entry}, {4 * self.module.entry_words}")
        return self.at(self.pointer(record.POOL), self.to_pointer(bytes), self.forms.pointer)
