"""The viper dialect: machine code for one word size."""

from __future__ import annotations

from ...ops.encoding import BRANCH_BIAS
from ...ops.traps import TRAPS
from .base import DONE, HOST, TRAP
from .viper_memory import ViperMemory
from .viper_words import FIELDS, OFFSETS, SLOTS, base


class Viper(ViperMemory):
    """bits: of a machine word, 32 or 64. strict: no unaligned 16- or 32-bit access."""

    class_number = "pc[11]"

    def __init__(self, bits: int, strict: bool = False) -> None:
        self.bits, self.strict = bits, strict
        wide = bits == 64
        self.fields = {
            **SLOTS,
            **FIELDS,
            "imm0": "ptr32(pc)[2]",
            "imm": "ptr32(pc)[3]",
            "imm64": "(ptr32(pc)[2] | (ptr32(pc)[3] << 32))",
        }
        self.views = {
            "ORD": "(@ << 32)" if wide else "@",
            "S": "(@ << 32 >> 32)" if wide else "@",
            "U": "@" if wide else "uint(@)",
            "S64": "@",
            "ORD64": "@",
            "U64": "uint(@)",
            "INT": "int(@)",
            "G64": "(@[0] | (@[1] << 32))",
        }

    def pointer(self, target: str, field: str) -> str:
        return f"{target} = ptr32({OFFSETS[field]} + int(fp))"

    def immediate64(self, target: str) -> str:
        return f"{target} = ptr32(8 + int(pc))"

    def put64(self, value: str) -> list[str]:
        return [f"t = int({value})", "p[0] = t", "p[1] = t >> 32"]

    # ------------------------------------------------------------ control
    def next(self, size: int) -> list[str]:
        return [f"pc = ptr8({size} + int(pc))", "continue"]

    def jump(self) -> list[str]:
        return [f"pc = ptr8(ptr16(pc)[3] + (int(pc) - {BRANCH_BIAS}))", *self.poll()]

    def farjump(self) -> list[str]:
        return [f"pc = ptr8({self.expression('S(imm)')} + int(pc))", *self.poll()]

    def br_table(self) -> list[str]:
        entry = self.expression("S(p[2])")
        return [
            "t = fp[pc[4]]",
            f"if {self.expression('U(t) > U(c)')}: t = ptr16(pc)[3]",
            "p = ptr32((t << 2) + int(pc))",
            f"pc = ptr8({entry} + int(pc))",
            *self.poll(),
        ]

    def function(self) -> list[str]:
        return ["q = ptr32(ptr32(pc)[3] + code)"]

    def enter(self, size: int) -> list[str]:
        """Into the function whose header is at q; the callee frame starts at field c."""
        return [
            *self.pay(),
            "t = ptr16(pc)[3]",
            "fp = ptr32(t + int(fp))",
            "u = q[1]",
            "if (u & 65535) + int(fp) > limit:",
            "  fp = ptr32(int(fp) - t)",
            f"  tr = {TRAP + TRAPS['call_stack_exhausted']}",
            "  break",
            "v = q[2]",
            "p = ptr32(int(uint(v) >> 16) + int(fp))",
            f"p[0] = int(pc) - code + {size}",
            "p[1] = t",
            *self.zero_locals(),
        ]

    def zero_locals(self) -> list[str]:
        return [
            "u = int(uint(u) >> 16)",
            "if u:",
            "  p = ptr32((v & 65535) + int(fp))",
            "  while u:",
            "    u -= 1",
            "    p[u] = 0",
            "pc = ptr8(12 + int(q))",
            "continue",
        ]

    def table_entry(self) -> list[str]:
        """u = the function that table d holds at index B; its type must be imm."""
        return [
            "t = fp[pc[5]]",
            "r = ptr32((ptr16(pc)[4] << 4) + tabs)",
            *self.trap_if("uint(t) >= uint(r[2])", "undefined_element"),
            f"u = ptr32((t << 2) + {base('r', self.bits)})[0]",
            *self.trap_if("u == 0", "uninitialized_element"),
            "q = ptr32(u + code)",
            *self.trap_if("q[0] != ptr32(pc)[3]", "indirect_call_type_mismatch"),
        ]

    def table_func(self) -> list[str]:
        return [*self.table_entry(), "fp[pc[4]] = u"]

    def reference(self) -> list[str]:
        return [
            "u = fp[pc[5]]",
            *self.trap_if("u == 0", "null_reference"),
            "q = ptr32(u + code)",
        ]

    def replace(self) -> list[str]:
        """The callee takes over this frame: arguments move down, the link words move with them."""
        return [
            "u = q[1]",
            *self.trap_if("(u & 65535) + int(fp) > limit", "call_stack_exhausted"),
            *self.pay(),
            "p = ptr32(ptr16(pc)[4] + int(fp))",
            "s = p[0]",
            "t = p[1]",
            "p = ptr32(ptr16(pc)[3] + int(fp))",
            "w = 0",
            "x = ptr16(pc)[5]",
            "while w < x:",
            "  fp[w] = p[w]",
            "  w += 1",
            "v = q[2]",
            "p = ptr32(int(uint(v) >> 16) + int(fp))",
            "p[0] = s",
            "p[1] = t",
            *self.zero_locals(),
        ]

    def ret(self) -> list[str]:
        return [
            "p = ptr32(ptr16(pc)[3] + int(fp))",
            "t = p[1]",
            "if t == 0:",
            f"  tr = {DONE}",
            "  break",
            "pc = ptr8(p[0] + code)",
            "fp = ptr32(int(fp) - t)",
            "continue",
        ]

    def ret32(self) -> list[str]:
        return ["fp[0] = fp[pc[5]]", *self.ret()]

    def ret64(self) -> list[str]:
        # Low word first is right for every position: the pair only ever moves down.
        copy = ["q = ptr32((pc[5] << 2) + int(fp))", "fp[0] = q[0]", "fp[1] = q[1]"]
        return [*copy, *self.ret()]

    def host(self) -> list[str]:
        return [
            "st[4] = ptr16(pc)[4]",
            "st[5] = ptr16(pc)[3] + int(fp) - stack",
            "pc = ptr8(16 + int(pc))",
            f"tr = {HOST}",
            "break",
        ]
