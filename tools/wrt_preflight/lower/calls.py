"""Calls: arguments become the first slots of the callee's frame, results its remains."""

from __future__ import annotations

from ..wasm.types import FuncType, RefType, slots
from .access import Access
from .branches import Branches
from .stack import TEMP


class Calls(Branches, Access):
    """All six forms of a call."""

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
