"""What the dialects share: expansion of macros, and the order of the steps of calls."""

from __future__ import annotations

import re

from ...ops.traps import TRAPS

# Ways out of the loop: values of `tr`. From TRAP on, a trap kind's number is added; from SLOW on,
# a cold class's.
HOST, YIELD, SLOW, DONE, TRAP = 1, 3, 16, 32, 64


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
    """Replaces whole words."""
    return re.sub(r"\b[A-Za-z_]\w*\b", lambda m: table.get(m[0], m[0]), text)


class Dialect:
    """fields: what A, B, a, b, imm ... become. views: the form of S(x), U(x) ..., x written @.

    A macro is a name in capitals: the method of that name in small letters.
    """

    bits: int
    fields: dict[str, str]
    views: dict[str, str]
    class_number: str  # of the `slow` instruction at pc

    def lines(self, body: tuple[str, ...]) -> list[str]:
        """A row's body in the dialect. Two blanks more are one level of indentation."""
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

    def view(self, name: str, value: str) -> str:
        return self.views[name].replace("@", value)

    # ------------------------------------------------------------ ways out
    def bounds(self, test: str) -> list[str]:
        return self.trap_if(test, "out_of_bounds_memory")

    def trap_if(self, test: str, kind: str) -> list[str]:
        return [f"if {test}:", f"  tr = {TRAP + TRAPS[kind]}", "  break"]

    def slow(self) -> list[str]:
        return [f"tr = {SLOW} + {self.class_number}", "break"]

    def poll(self) -> list[str]:
        """After a jump."""
        return ["fuel -= 1", "if fuel: continue", f"tr = {YIELD}", "break"]

    def pay(self) -> list[str]:
        """Before a call. Without fuel it has not happened, and is made again on resumption."""
        return ["fuel -= 1", "if fuel == 0:", f"  tr = {YIELD}", "  break"]

    # ------------------------------------------------------------ calls
    # function: q = the function whose header field imm names. reference: the one in slot B.
    # table_entry: the one in a table. enter: a frame for it above this one, given the size of the
    # instruction to come back behind. replace: its frame takes the place of this one.
    def call(self) -> list[str]:
        return [*self.function(), *self.enter(16)]

    def call_indirect(self) -> list[str]:
        return [*self.table_entry(), *self.enter(16)]

    def call_ref(self) -> list[str]:
        return [*self.reference(), *self.enter(8)]

    def return_call(self) -> list[str]:
        return [*self.function(), *self.replace()]

    def return_call_ref(self) -> list[str]:
        return [*self.reference(), *self.replace()]

    # ------------------------------------------------------------ memory
    def load(self, rest: str) -> list[str]:
        """`LOAD width form target = expression`: target A is a word, X a pair from an unsigned
        or small signed value, Y a pair from a word's signed value; LDn is what was read."""
        width, form, target, value = re.fullmatch(r"(\d)(\w?) (\w) = (.*)", rest).groups()
        return self.load_word(int(width), form, target, value)
