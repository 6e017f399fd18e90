"""Constants, locals, globals, references and the choice between two values."""

from __future__ import annotations

from ...wasm.types import RefType, ValType, is_reference, slots
from . import record
from .body import Body
from .value import Value, constant


class Variables(Body):
    """Locals are variables that LLVM turns into registers; what one holds is known until the
    next join, so most reads need no instruction."""

    local_types: list[ValType]
    locals: list[str]
    computed_locals: set[int] = set()

    def do_nop(self) -> None:
        pass

    def do_drop(self) -> None:
        self.stack.pop()

    # ------------------------------------------------------------ constants
    def do_i32_const(self, value: int) -> None:
        self.push_constant("i32", value)

    def do_i64_const(self, value: int) -> None:
        self.push_constant("i64", value, 64)

    def do_f32_const(self, bits: int) -> None:
        self.push_float("f32", bits)

    def do_f64_const(self, bits: int) -> None:
        self.push_float("f64", bits)

    def push_float(self, type: ValType, bits: int) -> None:
        """A float constant. As an integer first, so that NaNs keep their bits."""
        value = constant(type, bits, 32 * slots(type))
        if self.forms.hard(type):
            name = self.define(f"bitcast i{32 * slots(type)} {value.ir} to {self.forms.of(type)}")
            value = value._replace(ir=name)
        self.stack.append(value)

    # ------------------------------------------------------------ locals
    def declare_locals(self, params: tuple[ValType, ...], locals: list[ValType]) -> None:
        """Variables for parameters and locals; parameters are stored, locals not yet zero."""
        self.local_types = [*params, *locals]
        self.locals = [self.alloca(self.forms.of(type)) for type in self.local_types]
        for i, param in enumerate(params):
            self.emit(f"store {self.forms.of(param)} %p{i}, ptr {self.locals[i]}")
        self.first_local = len(params)

    def clear_locals(self) -> None:
        for i in range(self.first_local, len(self.locals)):
            form = self.forms.of(self.local_types[i])
            self.emit(f"store {form} zeroinitializer, ptr {self.locals[i]}")

    def do_local_get(self, index: int) -> None:
        value = self.known.get(("local", index))
        if value is None:
            form = self.forms.of(self.local_types[index])
            name = self.define(f"load {form}, ptr {self.locals[index]}")
            computed = index in self.computed_locals
            value = Value(self.local_types[index], name, computed=computed)
            self.known["local", index] = value
        self.stack.append(value)

    def do_local_set(self, index: int) -> None:
        value = self.stack.pop()
        self.set_local(index, value._replace(ir=self.ir(value)))

    def do_local_tee(self, index: int) -> None:
        self.do_local_set(index)
        self.do_local_get(index)

    def set_local(self, index: int, value: Value) -> None:
        form = self.forms.of(self.local_types[index])
        exact = value.ir if index in self.computed_locals else self.exact(value)
        self.emit(f"store {form} {exact}, ptr {self.locals[index]}")
        self.known["local", index] = value

    # ------------------------------------------------------------ globals
    def do_global_get(self, index: int) -> None:
        number = self.instance.globals[index]
        bits = self.module.constant_global(number)
        type = self.context.store.globals[number].type.value
        if bits is None:
            form = self.forms.of(type)
            self.push(type, self.load(form, self.global_address(number), self.global_tag()))
        elif is_reference(type) or type[0] == "i":
            self.push_constant(type, bits, 32 * slots(type))
        else:
            self.push_float(type, bits)

    def do_global_set(self, index: int) -> None:
        self.store_global(self.instance.globals[index])

    def store_global(self, number: int) -> None:
        """Pops the value of a global, store-wide."""
        form = self.forms.of(self.context.store.globals[number].type.value)
        value = self.exact(self.stack.pop())
        self.store(form, value, self.global_address(number), self.global_tag())

    def global_address(self, number: int) -> str:
        word = self.context.store.globals[number].word
        return self.at(self.pointer(record.GLOBALS), 4 * word)

    def global_tag(self) -> str:
        return self.module.tag("globals")

    # ------------------------------------------------------------ choice
    def do_select(self) -> None:
        bit = self.pop_bit()
        second, first = self.stack.pop(), self.stack.pop()
        form = self.forms.of(first.type)
        computed = first.computed and second.computed
        read = self.ir if computed else self.exact
        one, other = read(first), read(second)
        chosen = self.define(f"select i1 {bit}, {form} {one}, {form} {other}")
        self.stack.append(Value(first.type, chosen, computed=computed))

    def do_select_t(self, types: tuple[ValType, ...]) -> None:
        self.do_select()

    # ------------------------------------------------------------ references
    def do_ref_null(self, heap: str | int) -> None:
        self.push_constant(RefType(True, heap), 0)

    def do_ref_func(self, index: int) -> None:
        header = self.module.headers[self.instance.functions[index]]
        self.push_constant(RefType(False, "func"), header)

    def do_ref_is_null(self) -> None:
        self.push_bit(self.define(f"icmp eq i32 {self.pop()}, 0"))

    def do_ref_as_non_null(self) -> None:
        value = self.stack[-1]
        self.trap_if(self.define(f"icmp eq i32 {value.ir}, 0"), "null_reference")
