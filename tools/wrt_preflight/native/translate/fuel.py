"""Fuel, and the limit of the machine's stack: what keeps a guest from running for ever."""

from __future__ import annotations

from . import record
from .body import Body
from .scan import Conduct


class Fuel(Body):
    """A function with loops keeps the fuel in a variable of its own, so that a loop costs a
    register and no memory; around calls it is in the record. A function that ends soon, whatever
    it does, needs none: its caller has paid."""

    prepared = False  # whether this point has been checked for calls
    brief = False  # whether the function ends so soon that it uses no fuel

    def enter(self, conduct: Conduct) -> None:
        """The beginning of a function, before what a tail call to itself repeats."""
        if conduct.loops or conduct.repeats:
            self.fuel = self.alloca("i32")
            self.reload_fuel()

    def prepare_calls(self) -> None:
        """Before a call, unless it has been done on every way here: the checks for calls.

        They stand as late as they can, so that a function that returns early neither checks nor
        saves registers."""
        if not self.prepared:
            self.check_stack()
            if not self.brief:
                self.use_fuel()
            self.prepared = True

    def check_stack(self) -> None:
        """Functions that call nobody do not check: the limit leaves room for the largest."""
        form = self.forms.pointer
        name = f"llvm.read_register.{form}"
        read = self.module.intrinsic(name, form, "metadata")
        pointer = self.define(f"call {form} {read}(metadata !2)")
        limit = self.load_record(form, record.LIMIT)
        self.trap_if(self.define(f"icmp ult {form} {pointer}, {limit}"), "call_stack_exhausted")

    def use_fuel(self, amount: int = 1) -> None:
        """Takes an amount, and yields when nothing is left.

        There is at least 1 whenever guest code runs, so where 1 is taken a test for 0 is enough:
        on most processors the subtraction has made it already."""
        left = self.load_fuel()
        less = self.define(f"sub i32 {left}, {amount}")
        self.store_fuel(less)
        test = "eq" if amount == 1 else "sle"
        rare, usual = self.unlikely(self.define(f"icmp {test} i32 {less}, 0"))
        self.place(rare)
        if amount == 1:
            self.store_record("i32", "0", record.FUEL)
            self.emit("call void @rt_yield(ptr %ctx)")
            self.reload_fuel()
        else:
            function = self.module.support("pay")
            self.store_fuel(self.define(f"call fastcc i32 {function}(ptr %ctx, i32 {less})"))
        self.branch(usual)
        self.place(usual)

    def load_fuel(self) -> str:
        if self.fuel:
            return self.define(f"load i32, ptr {self.fuel}")
        return self.load_record("i32", record.FUEL)

    def store_fuel(self, value: str) -> None:
        if self.fuel:
            self.emit(f"store i32 {value}, ptr {self.fuel}")
        else:
            self.store_record("i32", value, record.FUEL)

    def save_fuel(self) -> None:
        """Before somebody else uses fuel, it goes into the record."""
        if self.fuel:
            left = self.define(f"load i32, ptr {self.fuel}")
            self.store_record("i32", left, record.FUEL)

    def reload_fuel(self) -> None:
        """After somebody else has used fuel."""
        if self.fuel:
            left = self.load_record("i32", record.FUEL)
            self.emit(f"store i32 {left}, ptr {self.fuel}")
