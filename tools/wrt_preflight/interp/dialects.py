"""From the op table's macro language to Python source: viper for two word sizes, and plain Python.

All dialects share the structure of the loop (`generate.py`): a handler ends in `continue`, an
exit sets `tr` and leaves the loop with `break`.
"""

from __future__ import annotations

import re

from ..ops.traps import TRAPS

DONE, HOST, YIELD, SLOW, TRAP = 32, 1, 3, 16, 64
CALL_STACK, UNDEFINED, UNINITIALIZED, MISMATCH, NULL, BOUNDS = 10, 7, 8, 9, 11, 5


def _macro(name: str, text: str, replace) -> str:
    """Replaces every NAME(argument), innermost parentheses matched."""
    pattern = re.compile(rf"\b{name}\(")
    while match := pattern.search(text):
        end, depth = match.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[: match.start()] + replace(text[match.end() : end - 1]) + text[end:]
    return text


def _words(text: str, table: dict[str, str]) -> str:
    return re.sub(r"\b[A-Za-z_]\w*\b", lambda m: table.get(m[0], m[0]), text)


class Dialect:
    """Common part: macro expansion and the split of one-line ifs."""

    fields: dict[str, str]
    views: dict[str, str]

    def lines(self, body: tuple[str, ...]) -> list[str]:
        out: list[str] = []
        for line in body:
            indent = line[: len(line) - len(line.lstrip())]
            out += [indent + text for text in self._line(line.strip())]
        return out

    def _line(self, line: str) -> list[str]:
        match = re.match(r"((?:if|elif|while) .*?|else): (.+)", line)
        if match:
            return [self.expression(match[1]) + ":"] + ["  " + x for x in self._line(match[2])]
        head, _, rest = line.partition(" ")
        name = head.partition("(")[0]
        if name == "TRAP":
            kind = line[5:-1]
            return [f"tr = {TRAP} + {TRAPS.get(kind) or self.expression(kind)}", "break"]
        if name == "PUT64":
            return self.put64(self.expression(line[6:-1]))
        if name == "PTR":
            target, field = rest.split()
            return [self.pointer(target, field)]
        if name == "IMM64":
            return [self.immediate64(rest)]
        if name in ("LOAD", "STORE", "LOAD64", "STORE64"):
            return getattr(self, name.lower())(rest)
        handler = getattr(self, name.lower(), None) if name.isupper() and len(name) > 1 else None
        if handler:
            return handler()
        return [self.statement(line)]

    def expression(self, text: str) -> str:
        for name, form in self.views.items():
            text = _macro(name, text, lambda x, form=form: form.replace("@", x))
        return _words(text, self.fields)

    def statement(self, line: str) -> str:
        return self.expression(line)


class Viper(Dialect):
    """One word = a machine register of `bits`; strict: no unaligned 16- or 32-bit access."""

    def __init__(self, bits: int, strict: bool = False) -> None:
        self.bits, self.strict = bits, strict
        wide = bits == 64
        self.fields = {
            "A": "fp[pc[4]]",
            "B": "fp[pc[5]]",
            "C": "ptr32(ptr16(pc)[3] + int(fp))[0]",
            "D": "ptr32(ptr16(pc)[4] + int(fp))[0]",
            "a": "pc[4]",
            "b": "pc[5]",
            "c": "ptr16(pc)[3]",
            "d": "ptr16(pc)[4]",
            "n": "ptr16(pc)[5]",
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

    def base(self, pointer: str) -> str:
        """The machine address in the first two words of a descriptor."""
        return f"({pointer}[0] | ({pointer}[1] << 32))" if self.bits == 64 else f"{pointer}[0]"

    def pointer(self, target: str, field: str) -> str:
        offset = {"a": "(pc[4] << 2)", "b": "(pc[5] << 2)", "c": "ptr16(pc)[3]"}[field]
        return f"{target} = ptr32({offset} + int(fp))"

    def immediate64(self, target: str) -> str:
        return f"{target} = ptr32(8 + int(pc))"

    def put64(self, value: str) -> list[str]:
        return [f"t = int({value})", "p[0] = t", "p[1] = t >> 32"]

    # ------------------------------------------------------------ control
    def next(self, size: int) -> list[str]:
        return [f"pc = ptr8({size} + int(pc))", "continue"]

    def _poll(self) -> list[str]:
        return ["fuel -= 1", "if fuel: continue", f"tr = {YIELD}", "break"]

    def jump(self) -> list[str]:
        return ["pc = ptr8(ptr16(pc)[3] + (int(pc) - 32768))", *self._poll()]

    def farjump(self) -> list[str]:
        return [f"pc = ptr8({self.expression('S(imm)')} + int(pc))", *self._poll()]

    def br_table(self) -> list[str]:
        entry = self.expression("S(p[2])")
        return [
            "t = fp[pc[4]]",
            f"if {self.expression('U(t) > U(c)')}: t = ptr16(pc)[3]",
            "p = ptr32((t << 2) + int(pc))",
            f"pc = ptr8({entry} + int(pc))",
            *self._poll(),
        ]

    def _enter(self, size: int) -> list[str]:
        """Into the function whose header is at q; the callee frame starts at field c."""
        return [
            "fuel -= 1",
            "if fuel == 0:",
            f"  tr = {YIELD}",
            "  break",
            "t = ptr16(pc)[3]",
            "fp = ptr32(t + int(fp))",
            "u = q[1]",
            "if (u & 65535) + int(fp) > limit:",
            "  fp = ptr32(int(fp) - t)",
            f"  tr = {TRAP + CALL_STACK}",
            "  break",
            "v = q[2]",
            "p = ptr32(int(uint(v) >> 16) + int(fp))",
            f"p[0] = int(pc) - code + {size}",
            "p[1] = t",
            *self._locals(),
        ]

    def _locals(self) -> list[str]:
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

    def call(self) -> list[str]:
        return ["q = ptr32(ptr32(pc)[3] + code)", *self._enter(16)]

    def _table_entry(self) -> list[str]:
        """u = the function that table d holds at index B; its type must be imm."""
        return [
            "t = fp[pc[5]]",
            "r = ptr32((ptr16(pc)[4] << 4) + tabs)",
            "if uint(t) >= uint(r[2]):",
            f"  tr = {TRAP + UNDEFINED}",
            "  break",
            f"u = ptr32((t << 2) + {self.base('r')})[0]",
            "if u == 0:",
            f"  tr = {TRAP + UNINITIALIZED}",
            "  break",
            "q = ptr32(u + code)",
            "if q[0] != ptr32(pc)[3]:",
            f"  tr = {TRAP + MISMATCH}",
            "  break",
        ]

    def call_indirect(self) -> list[str]:
        return [*self._table_entry(), *self._enter(16)]

    def table_func(self) -> list[str]:
        return [*self._table_entry(), "fp[pc[4]] = u"]

    def _reference(self) -> list[str]:
        return [
            "u = fp[pc[5]]",
            "if u == 0:",
            f"  tr = {TRAP + NULL}",
            "  break",
            "q = ptr32(u + code)",
        ]

    def call_ref(self) -> list[str]:
        return [*self._reference(), *self._enter(8)]

    def _replace(self) -> list[str]:
        """The callee takes over this frame: arguments move down, the link words move with them."""
        return [
            "u = q[1]",
            "if (u & 65535) + int(fp) > limit:",
            f"  tr = {TRAP + CALL_STACK}",
            "  break",
            "fuel -= 1",
            "if fuel == 0:",
            f"  tr = {YIELD}",
            "  break",
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
            *self._locals(),
        ]

    def return_call(self) -> list[str]:
        return ["q = ptr32(ptr32(pc)[3] + code)", *self._replace()]

    def return_call_ref(self) -> list[str]:
        return [*self._reference(), *self._replace()]

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

    def slow(self) -> list[str]:
        return [f"tr = {SLOW} + pc[11]", "break"]

    # ------------------------------------------------------------ memory
    def bind_memory(self, index: str) -> list[str]:
        return [
            f"r = ptr32(({index} << 5) + mems)",
            f"m1 = {self.base('r')} - 1",
            "m2 = m1 - 1",
            "m4 = m1 - 3",
            "m8 = m1 - 7",
            "lim = r[2]",
        ]

    def select_memory(self) -> list[str]:
        return ["t = ptr16(pc)[3]", "st[3] = t", *self.bind_memory("t")]

    def _trap_bounds(self, test: str) -> list[str]:
        return [f"if {test}:", f"  tr = {TRAP + BOUNDS}", "  break"]

    def _check(self, form: str, width: int) -> tuple[list[str], str]:
        """(lines that test the bounds, address of the access).

        form: "" slot + offset, c = offset + width; modulo 2^32: "a" slot + c, "x" (slot << 2) + c,
        "r" slot + slot. 64-bit words keep the access's end in t, 32-bit ones its start, since
        there the end may wrap."""
        slot, c = "fp[pc[5]]", "ptr16(pc)[3]"
        start = {
            "a": f"{slot} + {c}",
            "x": f"({slot} << 2) + {c}",
            "r": f"{slot} + {self.fields['C']}",
        }.get(form)
        if self.bits == 64:
            end = f"(({start}) & 0xffffffff) + {width}" if start else f"{slot} + {c}"
            return [f"t = {end}", *self._trap_bounds("t > lim")], f"t + m{width}"
        if start:
            guard = self._trap_bounds(f"uint(t) > uint(lim - {width})")
            return [f"t = {start}", *guard], "m1 + t + 1"
        guard = self._trap_bounds(f"uint(t) > uint(lim - {c})")
        return [f"t = {slot}", *guard], f"m{width} + t + {c}"

    def address(self) -> list[str]:
        if self.bits == 64:
            return [
                "t = fp[pc[5]] + ptr32(pc)[3]",
                *self._trap_bounds("t > lim"),
                "fp[pc[4]] = t - ptr16(pc)[3]",
            ]
        return [
            "t = fp[pc[5]]",
            "u = ptr32(pc)[3]",
            *self._trap_bounds("uint(u) > uint(lim)"),
            *self._trap_bounds("uint(t) > uint(lim - u)"),
            "fp[pc[4]] = t + u - ptr16(pc)[3]",
        ]

    def load(self, rest: str) -> list[str]:
        width, form, target, expression = re.match(r"(\d)(\w?) (\w) = (.*)", rest).groups()
        width = int(width)
        check, place = self._check(form, width)
        typed = {1: "ptr8", 2: "ptr16", 4: "ptr32"}[width]
        raw = f"{typed}({place})[0]"
        if self.strict and width > 1:
            check += self._bytewise_load(width, place)
            raw = "u"
        value = re.sub(r"LD\d+", lambda _: raw, expression)
        if target == "A":
            return [*check, f"fp[pc[4]] = {value}"]
        pair = [*check, "p = ptr32((pc[4] << 2) + int(fp))"]
        if target == "Y":
            return [
                *pair,
                f"t = {self.views['S'].replace('@', value)}",
                "p[0] = t",
                "p[1] = t >> 31",
            ]
        if "-" in expression:
            return [*pair, f"t = {value}", "p[0] = t", "p[1] = t >> 31"]
        return [*pair, f"p[0] = {value}", "p[1] = 0"]

    def _bytewise_load(self, width: int, place: str) -> list[str]:
        typed = {2: "ptr16", 4: "ptr32"}[width]
        bytes_ = " | ".join(f"(k[{i}] << {8 * i})" if i else "k[0]" for i in range(width))
        return [
            f"k = ptr8({place})",
            f"if int(k) & {width - 1}:",
            f"  u = {bytes_}",
            "else:",
            f"  u = {typed}(k)[0]",
        ]

    def load64(self, form: str) -> list[str]:
        check, place = self._check(form, 8)
        lines = [
            *check,
            f"q = ptr32({place})",
            "p = ptr32((pc[4] << 2) + int(fp))",
        ]
        words = ["p[0] = q[0]", "p[1] = q[1]"]
        if not self.strict:
            return lines + words
        slow = [
            f"  p[{w}] = "
            + " | ".join(f"(k[{4 * w + i}] << {8 * i})" if i + w else "k[0]" for i in range(4))
            for w in (0, 1)
        ]
        return [
            *lines,
            "if int(q) & 3:",
            "  k = ptr8(q)",
            *slow,
            "else:",
            *("  " + w for w in words),
        ]

    def store(self, rest: str) -> list[str]:
        width = int(rest[0])
        check, place = self._check(rest[1:], width)
        typed = {1: "ptr8", 2: "ptr16", 4: "ptr32"}[width]
        if not self.strict or width == 1:
            return [*check, f"{typed}({place})[0] = fp[pc[4]]"]
        return [
            *check,
            f"k = ptr8({place})",
            "u = fp[pc[4]]",
            f"if int(k) & {width - 1}:",
            *(f"  k[{i}] = u >> {8 * i}" if i else "  k[0] = u" for i in range(width)),
            "else:",
            f"  {typed}(k)[0] = u",
        ]

    def store64(self, form: str) -> list[str]:
        check, place = self._check(form, 8)
        lines = [
            *check,
            f"q = ptr32({place})",
            "p = ptr32((pc[4] << 2) + int(fp))",
        ]
        words = ["q[0] = p[0]", "q[1] = p[1]"]
        if not self.strict:
            return lines + words
        slow = []
        for w in (0, 1):
            slow += [f"  u = p[{w}]"]
            slow += [
                f"  k[{4 * w + i}] = u >> {8 * i}" if i else f"  k[{4 * w}] = u" for i in range(4)
            ]
        return [
            *lines,
            "if int(q) & 3:",
            "  k = ptr8(q)",
            *slow,
            "else:",
            *("  " + w for w in words),
        ]
