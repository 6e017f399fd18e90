"""Calls: of functions, by reference, of the host; and tail calls."""

from __future__ import annotations

from ...wasm.types import FuncType, ValType
from . import record
from .exceptions import Exceptions
from .forms import places, words
from .tables import Tables


class Calls(Exceptions, Tables):
    """All six forms of a call.

    A tail call is LLVM's where the processor promises them. Elsewhere the function leaves the
    arguments in the stack buffer and the callee in the record, and returns; whoever called it
    goes on with that callee.
    """

    type: FuncType
    again: str

    # ------------------------------------------------------------ calls
    def do_call(self, number: int) -> None:
        index = self.instance.functions[number]
        self.call(index, self.module.function(index), self.module.store.function_type(index))

    def do_call_indirect(self, type_index: int, number: int) -> None:
        header = self.chosen(type_index, number)
        self.call(None, self.code_of(header), self.instance.module.types[type_index])

    def do_call_ref(self, type_index: int) -> None:
        header = self.non_null()
        self.call(None, self.code_of(header), self.instance.module.types[type_index])

    def call(self, index: int | None, target: str, type: FuncType) -> None:
        """Calls a function of the store, or what a reference says if there is no index."""
        self.prepare_calls()
        arguments = self.arguments(type)
        counts = index is None or self.module.scan.counts_fuel(index)
        if counts:
            self.save_fuel()
        form = self.forms.results(type.results)
        text = f"call {self.module.convention} {form} {target}({arguments})"
        result = ""
        if type.results:
            result = self.define(text)
        else:
            self.emit(text)
        self.forget_sizes()
        values = self.split(result, type.results)
        if self.module.scan.may_tail(index):
            values = self.follow_tails(values, type.results)
        if counts:
            self.reload_fuel()
        if self.module.scan.may_throw(index):
            self.check_thrown()
        for result_type, value in zip(type.results, values, strict=True):
            self.push(result_type, value)

    def arguments(self, type: FuncType) -> str:
        """Pops them; the text between the parentheses of a call."""
        values = self.pop_all(type.params)
        rest = [f"{self.forms.of(p)} {v}" for p, v in zip(type.params, values, strict=True)]
        return ", ".join([f"ptr{self.module.preserved} %ctx", *rest])

    def split(self, result: str, results: tuple[ValType, ...]) -> list[str]:
        """The values that a call returned."""
        if len(results) < 2:
            return [result] * len(results)
        form = self.forms.results(results)
        return [self.define(f"extractvalue {form} {result}, {i}") for i in range(len(results))]

    # ------------------------------------------------------------ references
    def chosen(self, type_index: int, number: int) -> str:
        """The header of the function that call_indirect calls; it has the type."""
        table = self.instance.tables[number]
        index = self.index32(self.stack.pop(), self.context.table64(table))
        at = self.checked_element(table, index, "undefined_element")
        header = self.load("i32", at, self.module.tag("tables"))
        # No function begins where the image begins, and what is there is no type's number.
        found = self.load_code(header, 0)
        wanted = self.instance.types[type_index]
        rare, usual = self.unlikely(self.define(f"icmp ne i32 {found}, {wanted}"))
        self.place(rare)
        self.trap_if(self.define(f"icmp eq i32 {header}, 0"), "uninitialized_element")
        self.trap("indirect_call_type_mismatch")
        self.place(usual)
        return header

    def non_null(self) -> str:
        header = self.pop()
        self.trap_if(self.define(f"icmp eq i32 {header}, 0"), "null_reference")
        return header

    def load_code(self, header: str, offset: int) -> str:
        """A word of a function's header."""
        at = self.at(self.pointer(record.CODE), self.to_pointer(header), self.forms.pointer)
        return self.load("i32", self.at(at, offset), self.module.fixed)

    def code_of(self, header: str) -> str:
        """The machine code of a function."""
        return self.in_blob(self.load_code(header, record.ENTRY_OFFSET))

    def in_blob(self, offset: str) -> str:
        return self.at("@wrt_blob", self.to_pointer(offset), self.forms.pointer)

    # ------------------------------------------------------------ tail calls
    def do_return_call(self, number: int) -> None:
        index = self.instance.functions[number]
        type = self.module.store.function_type(index)
        if index == self.index:
            for i, value in enumerate(self.pop_all(type.params)):
                self.emit(f"store {self.forms.of(type.params[i])} {value}, ptr {self.locals[i]}")
            self.branch(self.again)
            self.unreachable_now()
            return
        header = str(self.module.headers[index])
        self.tail_call(header, self.module.function(index), type)

    def do_return_call_indirect(self, type_index: int, number: int) -> None:
        self.tail_call_reference(self.chosen(type_index, number), type_index)

    def do_return_call_ref(self, type_index: int) -> None:
        self.tail_call_reference(self.non_null(), type_index)

    def tail_call_reference(self, header: str, type_index: int) -> None:
        target = self.code_of(header) if self.module.scan.native_tails else ""
        self.tail_call(header, target, self.instance.module.types[type_index])

    def tail_call(self, header: str, target: str, type: FuncType) -> None:
        self.prepare_calls()
        form = self.forms.results(type.results)
        if self.module.scan.native_tails:
            arguments = self.arguments(type)
            self.save_fuel()
            text = f"musttail call {self.module.convention} {form} {target}({arguments})"
            if type.results:
                self.emit(f"ret {form} {self.define(text)}")
            else:
                self.emit(text)
                self.emit("ret void")
        else:
            values = self.pop_all(type.params)
            self.store_values(self.stack_place(), type.params, values, "arguments")
            self.store_record("i32", header, record.TAIL)
            self.save_fuel()
            self.return_nothing()
        self.unreachable_now()

    def follow_tails(self, values: list[str], results: tuple[ValType, ...]) -> list[str]:
        """After a call: the tail calls that it asks for, and then the last one's results."""
        pending = self.load_record("i32", record.TAIL)
        usual, after = self.block, self.label()
        more = self.label()
        self.branch_if(self.define(f"icmp ne i32 {pending}, 0"), more, after)
        self.place(more)
        self.emit(f"call fastcc void {self.module.support('follow_tails')}(ptr %ctx)")
        known = dict(self.known)
        others = self.load_values(self.stack_place(), results, "arguments")
        self.known = known  # what was found out here is not known everywhere behind it
        self.branch(after)
        self.place(after)
        return [
            self.phi(self.forms.of(type), [(value, usual), (other, more)])
            for type, value, other in zip(results, values, others, strict=True)
        ]

    def stack_place(self) -> str:
        """Where arguments and results of calls from outside stand, in the stack buffer."""
        frame = self.to_pointer(self.load_record("i32", record.FP))
        return self.at(self.pointer(record.STACK), frame, self.forms.pointer)

    def store_values(
        self, place: str, types: tuple[ValType, ...], values: list[str], kind: str
    ) -> None:
        """Values into 32-bit words, one behind the other."""
        for type, value, offset in zip(types, values, places(types), strict=True):
            self.store(self.forms.of(type), value, self.at(place, offset), self.module.tag(kind))

    def load_values(self, place: str, types: tuple[ValType, ...], kind: str) -> list[str]:
        return [
            self.load(self.forms.of(type), self.at(place, offset), self.module.tag(kind))
            for type, offset in zip(types, places(types), strict=True)
        ]

    # ------------------------------------------------------------ the host
    def leave_for_host(
        self, number: int, arguments: list[tuple[ValType, str]], results: tuple[ValType, ...]
    ) -> list[str]:
        """Calls a host function; its results."""
        types = tuple(type for type, _ in arguments)
        count = max(words(types), words(results))
        place = self.alloca(f"[{count} x i32]") if count else "null"
        if count:
            self.store_values(place, types, [value for _, value in arguments], "arguments")
        self.save_fuel()
        self.emit(f"call void @rt_host(ptr %ctx, i32 {number}, ptr {place}, i32 {count})")
        self.reload_fuel()
        self.forget_sizes()
        return self.load_values(place, results, "arguments")
