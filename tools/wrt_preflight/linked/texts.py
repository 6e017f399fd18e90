"""Messages stay in flash: a program reads the one that it needs, when it raises it.

A string takes a device's heap from the moment its module is there. Here those of exceptions, and
the long ones of a module, go to a file beside the module, and are read from it by
`read_text(at)`; `read_text(at, values)` fills values in.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection
from dataclasses import dataclass, field

SHORT = 10  # characters up to which MicroPython keeps strings as names, which others may share
LONG = 40  # a global with such a text is a table of messages
READER = """
def read_text(at, values=()):
    try:
        with open(__file__[:-3] + "txt", "rb") as file:
            file.seek(at)
            found = file.readline().decode()[:-1].replace("\\0", "\\n")
        return found % values if values != () else found
    except (OSError, MemoryError):
        return "message %d, which is not there to be read: %r" % (at, values)
"""


@dataclass(slots=True)
class Texts:
    """data: what the file of messages holds. places: where each text begins in it."""

    data: bytearray = field(default_factory=bytearray)
    places: dict[str, int] = field(default_factory=dict)

    def place(self, text: str) -> int:
        if text not in self.places:
            self.places[text] = len(self.data)
            self.data += text.replace("\n", "\0").encode() + b"\n"
        return self.places[text]


def take_texts(body: list[ast.stmt], texts: Texts, kept: Collection[str] = ()) -> list[ast.stmt]:
    """The statements of a module, with its messages in `texts`. kept: globals that others use."""
    tables = {}
    made = []
    for node in body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id not in kept
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
            and len(node.value.value) > LONG
        ):
            tables[node.targets[0].id] = node.value.value
        else:
            made.append(node)
    taker = _Taker(texts, tables, _errors(body))
    return [taker.visit(node) for node in made]


def _errors(body: list[ast.stmt]) -> set[str]:
    """Names of exceptions: Python's, and those of the program."""
    found = {
        name
        for name, thing in vars(builtins).items()
        if isinstance(thing, type) and issubclass(thing, BaseException)
    }
    for node in body:
        if isinstance(node, ast.ClassDef):
            if any(isinstance(base, ast.Name) and base.id in found for base in node.bases):
                found.add(node.name)
    return found


class _Taker(ast.NodeTransformer):
    def __init__(self, texts: Texts, tables: dict[str, str], errors: set[str]) -> None:
        self.texts, self.tables, self.errors = texts, tables, errors
        self.raising = False

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        self.raising = True
        node = self.generic_visit(node)
        self.raising = False
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """An exception that is made to be raised later, or to be kept."""
        before = self.raising
        self.raising = before or isinstance(node.func, ast.Name) and node.func.id in self.errors
        node = self.generic_visit(node)
        self.raising = before
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """One gets another message."""
        target = node.targets[0]
        self.raising = isinstance(target, ast.Attribute) and target.attr in ("message", "detail")
        node = self.generic_visit(node)
        self.raising = False
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._read(self.tables[node.id]) if node.id in self.tables else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if self.raising and isinstance(node.op, ast.Mod) and self._is_message(node.left):
            values = self.visit(node.right)
            return self._read(node.left.value, values)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return self._read(node.value) if self.raising and self._is_message(node) else node

    def _is_message(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and len(node.value) > SHORT
        )

    def _read(self, text: str, *values: ast.expr) -> ast.Call:
        at = ast.Constant(self.texts.place(text))
        return ast.Call(ast.Name("read_text", ast.Load()), [at, *values], [])
