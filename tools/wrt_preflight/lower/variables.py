"""Constants, locals, globals, references and the choice between two values."""

from __future__ import annotations

from ..wasm.types import RefType, slots
from .body import Body
from .stack import CONST, LOCAL, TEMP, Value


class Variables(Body):
    """Most of these emit nothing: the operand stack remembers where a value is."""

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
        item = self.context.store.globals[self.instance.globals[index]]
        slot = self.push_temp(item.type.value)
        wide = slots(item.type.value) == 2
        self.emit("global.get64" if wide else "global.get", a=slot, c=item.word)

    def do_global_set(self, index: int) -> None:
        item = self.context.store.globals[self.instance.globals[index]]
        value = self.pop()
        source = self.register(value, self.depth())
        wide = slots(item.type.value) == 2
        self.emit("global.set64" if wide else "global.set", a=source, c=item.word)

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
