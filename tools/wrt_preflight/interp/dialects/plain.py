"""The plain Python dialect: any MicroPython, and CPython for debugging and coverage.

Slots are items of an array('I') (`R`), addresses inside a frame are word indices, memories are
bytearrays. Values stay masked to 32 bits in their slots; Python's own integers do the rest.
"""

from __future__ import annotations

import re

from ...ops.encoding import BRANCH_BIAS
from .base import DONE, HOST, Dialect

MASK = "0xffffffff"


def _half(offset: int) -> str:
    return f"(code[pc + {offset}] | code[pc + {offset + 1}] << 8)"


def _word(at: str) -> str:
    return f"(code[{at}] | code[{at} + 1] << 8 | code[{at} + 2] << 16 | code[{at} + 3] << 24)"


class Plain(Dialect):
    """Bodies are those for 64-bit words: a pair fits in one integer."""

    bits = 64
    class_number = "code[pc + 11]"
    fields = {
        # The loop has decoded a, b (as indices into R) and c before it gets to a handler.
        "A": "R[a]",
        "B": "R[b]",
        "C": "R[fp + (c >> 2)]",
        "D": f"R[fp + ({_half(8)} >> 2)]",
        "a": "a",
        "b": "code[pc + 5]",
        "c": "c",
        "d": _half(8),
        "n": _half(10),
        "imm0": _word("pc + 8"),
        "imm": _word("pc + 12"),
        "imm64": f"({_word('pc + 8')} | {_word('pc + 12')} << 32)",
        "p": "p",
    }
    views = {
        "ORD": "(@ ^ 0x80000000)",
        "S": "((@ ^ 0x80000000) - 0x80000000)",
        "U": "@",
        "S64": "((@ ^ 0x8000000000000000) - 0x8000000000000000)",
        "ORD64": "(@ ^ 0x8000000000000000)",
        "U64": "@",
        "INT": "(@)",
        "G64": "(@[0] | @[1] << 32)",
    }

    def expression(self, text: str) -> str:
        text = re.sub(r"\b([pqr])\[0\]", r"R[\1]", super().expression(text))
        return re.sub(r"\b([pqr])\[1\]", r"R[\1 + 1]", text)

    def statement(self, line: str) -> str:
        match = re.match(r"([ACD]|[pqr]\[\d\]|glob\[.*?\]) = (.+)", line)
        if not match:
            return self.expression(line)
        target, value = map(self.expression, match.groups())
        clean = re.fullmatch(r"[A-D]|[a-d]|imm0?|[pqr]\[\d\]|0|glob\[.*\]", match[2])
        return f"{target} = {value}" if clean else f"{target} = ({value}) & {MASK}"

    def pointer(self, target: str, field: str) -> str:
        return f"{target} = " + {"a": "a", "b": "b", "c": "fp + (c >> 2)"}[field]

    def put64(self, value: str) -> list[str]:
        return [f"t = {value}", f"R[p] = t & {MASK}", f"R[p + 1] = (t >> 32) & {MASK}"]

    # ------------------------------------------------------------ control
    def next(self, size: int) -> list[str]:
        return [f"pc += {size}", "continue"]

    def jump(self) -> list[str]:
        return [f"pc += c - {BRANCH_BIAS}", *self.poll()]

    def farjump(self) -> list[str]:
        return [f"pc += {self.expression('S(imm)')}", *self.poll()]

    def br_table(self) -> list[str]:
        entry = self.view("S", _word("t"))
        return [
            f"t = {self.fields['A']}",
            "if t > c: t = c",
            "t = pc + 8 + (t << 2)",
            f"pc += {entry}",
            *self.poll(),
        ]

    def function(self) -> list[str]:
        return [f"q = {_word('pc + 12')}"]

    def _header(self) -> list[str]:
        """u = frame bytes, v = link offset of the function whose header is at q."""
        return ["u = code[q + 4] | code[q + 5] << 8", "v = code[q + 10] | code[q + 11] << 8"]

    def enter(self, size: int) -> list[str]:
        return [
            *self.pay(),
            *self._header(),
            *self.trap_if("(fp << 2) + c + u > limit", "call_stack_exhausted"),
            "fp += c >> 2",
            "p = fp + (v >> 2)",
            f"R[p] = pc + {size}",
            "R[p + 1] = c",
            *self.zero_locals(),
        ]

    def zero_locals(self) -> list[str]:
        return [
            "u = code[q + 6] | code[q + 7] << 8",
            "p = fp + ((code[q + 8] | code[q + 9] << 8) >> 2)",
            "while u:",
            "  R[p] = 0",
            "  p += 1",
            "  u -= 1",
            "pc = q + 12",
            "continue",
        ]

    def table_entry(self) -> list[str]:
        return [
            f"t = {self.fields['B']}",
            f"u = {_half(8)}",
            *self.trap_if("t >= tabs[(u << 2) + 2]", "undefined_element"),
            "q = tables[u][t]",
            *self.trap_if("q == 0", "uninitialized_element"),
            *self.trap_if(f"{_word('q')} != {_word('pc + 12')}", "indirect_call_type_mismatch"),
        ]

    def table_func(self) -> list[str]:
        return [*self.table_entry(), f"{self.fields['A']} = q"]

    def reference(self) -> list[str]:
        return [f"q = {self.fields['B']}", *self.trap_if("q == 0", "null_reference")]

    def replace(self) -> list[str]:
        return [
            *self._header(),
            *self.trap_if("(fp << 2) + u > limit", "call_stack_exhausted"),
            *self.pay(),
            f"p = fp + ({_half(8)} >> 2)",
            "s = R[p]",
            "t = R[p + 1]",
            "p = fp + (c >> 2)",
            "w = 0",
            f"x = {_half(10)}",
            "while w < x:",
            "  R[fp + w] = R[p + w]",
            "  w += 1",
            "p = fp + (v >> 2)",
            "R[p] = s",
            "R[p + 1] = t",
            *self.zero_locals(),
        ]

    def ret(self) -> list[str]:
        return [
            "p = fp + (c >> 2)",
            "t = R[p + 1]",
            "if t == 0:",
            f"  tr = {DONE}",
            "  break",
            "pc = R[p]",
            "fp -= t >> 2",
            "continue",
        ]

    def ret32(self) -> list[str]:
        return [f"R[fp] = {self.fields['B']}", *self.ret()]

    def ret64(self) -> list[str]:
        return ["p = b", "R[fp] = R[p]", "R[fp + 1] = R[p + 1]", *self.ret()]

    def host(self) -> list[str]:
        return [
            f"st[4] = {_half(8)}",
            "st[5] = (fp << 2) + c",
            "pc += 16",
            f"tr = {HOST}",
            "break",
        ]

    # ------------------------------------------------------------ memory
    def select_memory(self) -> list[str]:
        return ["t = c", "st[3] = t", *self.bind_memory("t")]

    def bind_memory(self, index: str) -> list[str]:
        return [f"mem = memories[{index}]", f"lim = mems[({index} << 3) + 2]"]

    def _check(self, form: str, width: int) -> list[str]:
        """t = the end of the access; forms as in the viper dialect."""
        slot, other = self.fields["B"], self.fields["C"]
        end = {
            "": f"{slot} + c",
            "x": f"(({slot} << 2) + c & {MASK}) + {width}",
            "a": f"({slot} + c & {MASK}) + {width}",
            "r": f"({slot} + {other} & {MASK}) + {width}",
        }[form]
        return [f"t = {end}", *self.bounds("t > lim")]

    def address(self) -> list[str]:
        return [
            f"t = {self.fields['B']} + {_word('pc + 12')}",
            *self.bounds("t > lim"),
            f"{self.fields['A']} = t - c",
        ]

    def _bytes(self, width: int, end: int) -> str:
        """Little-endian bytes whose last one is `end` before address t."""
        parts = [f"mem[t - {end + width - 1 - i}] << {8 * i}" for i in range(width)]
        return "(" + " | ".join(parts).replace(" << 0", "") + ")"

    def load_word(self, width: int, form: str, target: str, expression: str) -> list[str]:
        check = self._check(form, width)
        value = re.sub(r"LD\d+", lambda _: self._bytes(width, 1), expression)
        if target == "A":
            mask = f"({value}) & {MASK}" if "-" in expression else value
            return [*check, f"{self.fields['A']} = {mask}"]
        if target == "Y":
            value = self.view("S", value)
        pair = [*check, "p = a", f"t = {value}"]
        return [*pair, f"R[p] = t & {MASK}", f"R[p + 1] = (t >> 32) & {MASK}"]

    def load64(self, form: str) -> list[str]:
        return [
            *self._check(form, 8),
            "p = a",
            f"R[p] = {self._bytes(4, 5)}",
            f"R[p + 1] = {self._bytes(4, 1)}",
        ]

    def store(self, rest: str) -> list[str]:
        width = int(rest[0])
        lines = [*self._check(rest[1:], width), f"u = {self.fields['A']}"]
        for i in range(width):
            value = f"u >> {8 * i} & 255" if i else "u & 255"
            lines.append(f"mem[t - {width - i}] = {value}")
        return lines

    def store64(self, form: str) -> list[str]:
        lines = [*self._check(form, 8), "p = a"]
        for w in (0, 1):
            lines.append(f"u = R[p{' + 1' if w else ''}]")
            lines += [f"mem[t - {8 - 4 * w - i}] = u >> {8 * i} & 255" for i in range(4)]
        return lines
