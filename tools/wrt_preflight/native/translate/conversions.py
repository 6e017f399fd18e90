"""Conversions that have a float on one side or both."""

from __future__ import annotations

import re

from ...ops.instructions import BY_NAME
from ...wasm.types import slots
from .floats import Floats
from .value import Value

_SAME_BITS = {
    "i32.reinterpret_f32",
    "i64.reinterpret_f64",
    "f32.reinterpret_i32",
    "f64.reinterpret_i64",
}
# For (integer, sign, float): the largest float that is too small, and the smallest that is too
# large, as bits. A float above the first and below the second has a place in the integer.
_LIMITS = {
    ("i32", "s", "f32"): (0xCF000001, 0x4F000000),
    ("i32", "u", "f32"): (0xBF800000, 0x4F800000),
    ("i64", "s", "f32"): (0xDF000001, 0x5F000000),
    ("i64", "u", "f32"): (0xBF800000, 0x5F800000),
    ("i32", "s", "f64"): (0xC1E0000000200000, 0x41E0000000000000),
    ("i32", "u", "f64"): (0xBFF0000000000000, 0x41F0000000000000),
    ("i64", "s", "f64"): (0xC3E0000000000001, 0x43E0000000000000),
    ("i64", "u", "f64"): (0xBFF0000000000000, 0x43F0000000000000),
}
_INFINITY = {"f32": 0xFF << 23, "f64": 0x7FF << 52}


class Conversions(Floats):
    """In the processor if it has the float and registers as wide as the integer."""

    def convert(self, name: str) -> None:
        """trunc, trunc_sat, convert, demote, promote, reinterpret."""
        instruction = BY_NAME[name]
        (source,), (target,) = instruction.params, instruction.results
        if name in _SAME_BITS:
            self.reinterpret(source, target)
        elif ".trunc_" in name:
            self.truncate(name, source, target)
        elif ".convert_" in name:
            self.from_integer(name, source, target)
        elif self.forms.hard("f32") and self.forms.hard("f64"):
            self.change_width(source, target)
        else:
            result = self.call_library(name, [self.pop_float_bits(source)])
            self.push_bits(target, result)

    def reinterpret(self, source: str, target: str) -> None:
        if source[0] == "f":
            self.push(target, self.pop_float_bits(source))
        else:
            self.push_bits(target, self.pop())

    def change_width(self, source: str, target: str) -> None:
        value = self.stack.pop()
        if target == "f64":
            name = self.define(f"fpext float {value.ir} to double")
            self.stack.append(Value("f64", name, promoted=True, computed=True))
            return
        operand = value.ir
        if value.promoted:  # LLVM would leave out both, but they quiet a NaN
            operand = self.hide("f64", operand)
        self.push_computed("f32", self.define(f"fptrunc double {operand} to float"))

    def in_processor(self, float: str, integer: str) -> bool:
        fits = 32 * slots(integer) <= self.module.target.pointer_bits
        return self.forms.hard(float) and fits

    def from_integer(self, name: str, source: str, target: str) -> None:
        if not self.in_processor(target, source):
            self.push_bits(target, self.call_library(name, [self.pop()]))
            return
        op = "sitofp" if name.endswith("_s") else "uitofp"
        form = self.forms.of(target)
        self.push(target, self.define(f"{op} {source} {self.pop()} to {form}"))

    # ------------------------------------------------------------ to integers
    def truncate(self, name: str, source: str, target: str) -> None:
        saturates = "_sat_" in name
        sign = name[-1]
        if not self.in_processor(source, target):
            bits = self.pop_float_bits(source)
            if not saturates:
                self.check_bits(bits, source, target, sign)
                name = re.sub(r"trunc_", "trunc_sat_", name)
            self.push(target, self.call_library(name, [bits]))
            return
        form, value = self.forms.of(source), self.pop()
        op = "fptosi" if sign == "s" else "fptoui"
        if saturates:
            intrinsic = f"llvm.{op}.sat.{target}.{source}"
            function = self.module.intrinsic(intrinsic, target, form)
            self.push(target, self.define(f"call {target} {function}({form} {value})"))
        else:
            self.check_float(value, source, target, sign)
            self.push(target, self.define(f"{op} {form} {value} to {target}"))

    def check_float(self, value: str, source: str, target: str, sign: str) -> None:
        """Traps where the float is no integer of the type."""
        form, bits = self.forms.of(source), f"i{32 * slots(source)}"
        low, high = (
            self.define(f"bitcast {bits} {limit} to {form}")
            for limit in _LIMITS[target, sign, source]
        )
        above = self.define(f"fcmp ogt {form} {value}, {low}")
        below = self.define(f"fcmp olt {form} {value}, {high}")
        bad = self.define(f"xor i1 {self.define(f'and i1 {above}, {below}')}, true")
        rare, usual = self.unlikely(bad)
        self.place(rare)
        self.trap_if(self.define(f"fcmp uno {form} {value}, {value}"), _INVALID)
        self.trap("integer_overflow")
        self.place(usual)

    def check_bits(self, value: str, source: str, target: str, sign: str) -> None:
        """The same, for the float's bits: below its sign, larger bits are a larger number."""
        bits = f"i{32 * slots(source)}"
        low, high = _LIMITS[target, sign, source]
        mask = (1 << int(bits[1:]) - 1) - 1
        magnitude = self.define(f"and {bits} {value}, {mask}")
        negative = self.define(f"icmp slt {bits} {value}, 0")
        limit = self.define(f"select i1 {negative}, {bits} {low & mask}, {bits} {high}")
        rare, usual = self.unlikely(self.define(f"icmp uge {bits} {magnitude}, {limit}"))
        self.place(rare)
        self.trap_if(self.define(f"icmp ugt {bits} {magnitude}, {_INFINITY[source]}"), _INVALID)
        self.trap("integer_overflow")
        self.place(usual)


_INVALID = "invalid_conversion_to_integer"
