"""Host imports, and calls from outside: where code meets the thread record."""

from __future__ import annotations

from ...ops.traps import TRAPS
from ...wasm.types import FuncType
from . import record
from .calls import Calls
from .module import RECORD


class HostFunction(Calls):
    """A host import is a function that leaves for the host."""

    def text(self, type: FuncType, linkage: str) -> str:
        self.type = type
        number = self.module.host_numbers[self.index]
        arguments = [(param, f"%p{i}") for i, param in enumerate(type.params)]
        self.do_return_values(self.leave_for_host(number, arguments, type.results))
        form = self.forms.results(type.results)
        symbol = self.module.function(self.index)
        head = f"define {linkage} {self.module.convention} {form} {symbol}"
        lines = [f"{head}({self.module.signature(type)}) noinline #0 {{", "entry:"]
        return "\n".join([*lines, *self.entry, *self.lines, "}"])


class Shim(Calls):
    """Calls any function of a type, with arguments and results in the stack buffer."""

    def text(self, type: FuncType, symbol: str) -> str:
        self.type = type
        place = self.stack_place()
        values = self.load_values(place, type.params, "arguments")
        for param, value in zip(type.params, values, strict=True):
            self.push(param, value)
        form = self.forms.results(type.results)
        call = f"call {self.module.convention} {form} {self.code_of('%header')}"
        arguments = self.arguments(type)
        if type.results:
            results = self.split(self.define(f"{call}({arguments})"), type.results)
            if self.module.scan.may_tail(None):
                self.keep_arguments()
            self.store_values(place, type.results, results, "arguments")
        else:
            self.emit(f"{call}({arguments})")
        self.emit("ret void")
        head = f"define hidden void {symbol}({RECORD} %ctx, i32 %header) #0 {{"
        return "\n".join([head, "entry:", *self.entry, *self.lines, "}"])

    def keep_arguments(self) -> None:
        """The function asks for a tail call: what stands in the stack is for that."""
        pending = self.load_record("i32", record.TAIL)
        leave, after = self.label(), self.label()
        self.branch_if(self.define(f"icmp ne i32 {pending}, 0"), leave, after)
        self.place(leave)
        self.emit("ret void")
        self.place(after)


class Main(Calls):
    """What the trampoline calls at a start: the function whose code begins at the record's pc."""

    def text(self) -> str:
        pc = self.load_record("i32", record.PC)
        header = self.define(f"sub i32 {pc}, 12")
        shim = self.in_blob(self.load_code(header, record.SHIM_OFFSET))
        self.emit(f"call void {shim}(ptr %ctx, i32 {header})")
        if self.module.scan.may_tail(None):
            self.emit(f"call fastcc void {self.module.support('follow_tails')}(ptr %ctx)")
        if self.module.scan.may_throw(None):
            thrown = self.load_record("i32", record.THROWN)
            rare, usual = self.unlikely(self.define(f"icmp ne i32 {thrown}, 0"))
            self.place(rare)
            self.store_record("i32", "0", record.THROWN)
            self.emit(
                f"call void @rt_trap(ptr %ctx, i32 {TRAPS['uncaught_exception']}, i32 0, i32 {pc})"
            )
            self.emit("unreachable")
            self.place(usual)
        self.emit("ret void")
        head = f"define hidden void @wrt_main({RECORD} %ctx) #0 {{"
        return "\n".join([head, "entry:", *self.entry, *self.lines, "}"])
