"""Float instructions (spec: Execution, Numerics, Floating-Point Operations).

Where the processor has the type, they are LLVM's; else they work on the bits, and call the
library for arithmetic. The sign is always a matter of bits.
"""

from __future__ import annotations

from ...wasm.types import slots
from .body import Body
from .value import Value

_ARITHMETIC = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_COMPARISONS = {"eq": "oeq", "ne": "une", "lt": "olt", "gt": "ogt", "le": "ole", "ge": "oge"}
_ROUND = {"ceil": "ceil", "floor": "floor", "trunc": "trunc", "nearest": "roundeven"}
_SIGNS = ("abs", "neg", "copysign")

# LLVM takes x * 1 and x + -0 for x, but they quiet a NaN: it must not know these constants.
_IDENTITIES = {
    "f32": {0, 1 << 31, 0x3F800000, 0xBF800000},
    "f64": {0, 1 << 63, 0x3FF << 52, 0xBFF << 52},
}


class Floats(Body):
    """Arithmetic, comparisons and rounding of one float type."""

    def float(self, kind: str, op: str) -> None:
        """An instruction whose operands are all of type f32, or all f64."""
        if op in _SIGNS:
            self.sign(kind, op)
        elif not self.forms.hard(kind):
            self.soft(kind, op)
        elif op in _COMPARISONS:
            form = self.forms.of(kind)
            right, left = self.pop(), self.pop()
            self.push_bit(self.define(f"fcmp {_COMPARISONS[op]} {form} {left}, {right}"))
        elif op in _ARITHMETIC:
            self.arithmetic(kind, op)
        elif op in _ROUND and not self.forms.rounds:
            self.push_bits(kind, self.call_library(f"{kind}.{op}", [self.pop_float_bits(kind)]))
        elif op in ("min", "max"):
            self.extreme(kind, op)
        else:
            form = self.forms.of(kind)
            name = f"llvm.{_ROUND.get(op, op)}.{kind}"
            function = self.module.intrinsic(name, form, form)
            result = self.define(f"call {form} {function}({form} {self.pop()})")
            if op == "sqrt" and self.module.deterministic:
                result = self.hide(kind, result)  # LLVM takes any NaN for the root of -1
            self.push_computed(kind, result)

    def arithmetic(self, kind: str, op: str) -> None:
        form = self.forms.of(kind)
        right, left = self.stack.pop(), self.stack.pop()
        a, b = self.opaque(left), self.opaque(right)
        self.push_computed(kind, self.define(f"{_ARITHMETIC[op]} {form} {a}, {b}"))

    def push_computed(self, kind: str, ir: str) -> None:
        """A result of arithmetic in the processor."""
        self.stack.append(Value(kind, ir, computed=True))

    def opaque(self, value: Value) -> str:
        """The value; if it is a constant that LLVM would leave an operation out for, hidden."""
        if value.constant not in _IDENTITIES[value.type]:
            return value.ir
        return self.hide(value.type, value.ir)

    def hide(self, kind: str, ir: str) -> str:
        """A float of which LLVM does not know where it comes from."""
        form = self.forms.of(kind)
        return self.define(f'call {form} asm "", "={self.forms.register(kind)},0"({form} {ir})')

    def extreme(self, kind: str, op: str) -> None:
        """min or max: a NaN if there is one, quiet; of two zeros, by their signs."""
        form, bits = self.forms.of(kind), f"i{32 * slots(kind)}"
        right, left = self.pop(), self.pop()
        closer, merge = ("olt", "or") if op == "min" else ("ogt", "and")
        first = self.define(f"fcmp {closer} {form} {left}, {right}")
        second = self.define(f"fcmp {closer} {form} {right}, {left}")
        equal = self.define(f"fcmp oeq {form} {left}, {right}")
        a, b = (self.define(f"bitcast {form} {x} to {bits}") for x in (left, right))
        zeros = self.define(f"{merge} {bits} {a}, {b}")
        same = self.define(f"bitcast {bits} {zeros} to {form}")
        nan = self.define(f"fadd {form} {left}, {right}")
        result = self.define(f"select i1 {equal}, {form} {same}, {form} {nan}")
        result = self.define(f"select i1 {second}, {form} {right}, {form} {result}")
        self.push_computed(kind, self.define(f"select i1 {first}, {form} {left}, {form} {result}"))

    def soft(self, kind: str, op: str) -> None:
        """On bits, in the library."""
        count = 1 if op in _ROUND or op == "sqrt" else 2
        operands = self.pop_all((kind,) * count)
        result = self.call_library(f"{kind}.{op}", operands)
        if op in _COMPARISONS:
            self.push_bit(self.define(f"icmp ne i32 {result}, 0"))
        else:
            self.push(kind, result)

    # ------------------------------------------------------------ signs
    def sign(self, kind: str, op: str) -> None:
        bits = f"i{32 * slots(kind)}"
        sign = 1 << int(bits[1:]) - 1
        if self.forms.hard(kind):
            self.sign_of_float(kind, op)
        elif op == "neg":
            self.push(kind, self.define(f"xor {bits} {self.pop()}, -{sign}"))
        elif op == "abs":
            self.push(kind, self.define(f"and {bits} {self.pop()}, {sign - 1}"))
        else:
            source, value = self.pop(), self.pop()
            taken = self.define(f"and {bits} {source}, -{sign}")
            kept = self.define(f"and {bits} {value}, {sign - 1}")
            self.push(kind, self.define(f"or {bits} {kept}, {taken}"))

    def sign_of_float(self, kind: str, op: str) -> None:
        form = self.forms.of(kind)
        if op == "neg":
            value = self.exact(self.stack.pop())
            self.push(kind, self.define(f"fneg {form} {value}"))
            return
        params = [form] * (1 if op == "abs" else 2)
        name = f"llvm.{'fabs' if op == 'abs' else op}.{kind}"
        function = self.module.intrinsic(name, form, *params)
        operands = ", ".join(f"{form} {value}" for value in self.pop_all((kind,) * len(params)))
        self.push(kind, self.define(f"call {form} {function}({operands})"))

    # ------------------------------------------------------------ bits
    def pop_float_bits(self, kind: str) -> str:
        """The bits of the float on top of the stack, as an integer."""
        value = self.exact(self.stack.pop())
        if not self.forms.hard(kind):
            return value
        return self.define(f"bitcast {self.forms.of(kind)} {value} to i{32 * slots(kind)}")

    def push_bits(self, kind: str, bits: str) -> None:
        """A float, given as its bits."""
        if self.forms.hard(kind):
            bits = self.define(f"bitcast i{32 * slots(kind)} {bits} to {self.forms.of(kind)}")
        self.push(kind, bits)

    def call_library(self, name: str, operands: list[str]) -> str:
        """The result of a library function, which has the types of the instruction `name`."""
        function = self.module.library(name)
        result, params = self.module.library_types(name)
        pairs = zip(params, operands, strict=True)
        arguments = ", ".join(f"{form} {value}" for form, value in pairs)
        return self.define(f"call {result} {function}({arguments})")
