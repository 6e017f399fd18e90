"""Syntax of WAVE, the Component Model's value notation: text to a tree, without types.

Follows the grammar of the wasm-wave crate (wave_ebnf.md): whether `ok(1)` is a result or a variant
case is not known before `decode` puts the tree and a type together, so both are a `Case` here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ..errors import UsageError

KEYWORDS = frozenset(("true", "false", "some", "none", "ok", "err", "inf", "nan"))
MAX_DEPTH = 100

_LABEL = r"%?(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*"
_TOKEN = re.compile(
    rf"""(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|-inf)
    |(?P<label>{_LABEL})
    |(?P<multiline>\"{{3}})
    |(?P<string>"(?:[^\\"\n]|\\.)*")
    |(?P<char>'(?:[^\\'\n]|\\[^u\n]|\\u\{{[^}}'\n]*\}})')
    |(?P<mark>[(){{}}\[\]:,])""",
    re.VERBOSE,
)
_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\n]*)*")
_ESCAPES = {"'": "'", '"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.?))", re.DOTALL)


class WaveError(UsageError):
    """Text that is not WAVE, or a value that has not the type it should; shows the place."""

    def __init__(self, message: str, source: str, position: int) -> None:
        line_start = source.rfind("\n", 0, position) + 1
        line = source[line_start:].split("\n", 1)[0].replace("\t", " ").rstrip("\r")
        super().__init__(f"{message}\n  {line}\n  {' ' * (position - line_start)}^")


@dataclass(slots=True)
class Node:
    """Base of the tree. start: position of the first character in the source."""

    start: int


@dataclass(slots=True)
class Number(Node):
    """A number as written; nan and inf without a sign are a Case."""

    text: str


@dataclass(slots=True)
class Char(Node):
    """One Unicode scalar value."""

    value: str


@dataclass(slots=True)
class String(Node):
    """A string, escapes resolved."""

    value: str


@dataclass(slots=True)
class Sequence(Node):
    """A tuple (opening is "(") or a list ("[")."""

    opening: str
    items: list[Node]


@dataclass(slots=True)
class Record(Node):
    """Fields in the order written; `{:}` has none."""

    fields: list[tuple[Label, Node]]


@dataclass(slots=True)
class Flags(Node):
    """Labels in the order written."""

    labels: list[Label]


@dataclass(slots=True)
class Label(Node):
    """A label without its `%`."""

    name: str


@dataclass(slots=True)
class Case(Node):
    """A label with or without a payload. keyword: one of KEYWORDS, written without `%`."""

    name: str
    keyword: bool
    payload: Node | None


@dataclass(slots=True)
class Call:
    """A function call. name: as written, any export name. end: position of the closing `)`."""

    source: str
    name: str
    arguments: list[Node]
    end: int


def parse_value(source: str) -> Node:
    """Parse one value. Raises WaveError."""
    _check_unicode(source)
    parser = _Parser(source, 0)
    node = parser.value()
    parser.finish()
    return node


def parse_call(source: str) -> Call:
    """Parse `name(value, ...)`. The name is all text before the first `(`, so that any export
    can be called; a name that itself holds a `(` is written as a WAVE string. Raises WaveError.
    """
    _check_unicode(source)
    parser = _Parser(source, 0)
    if parser.kind == "string":
        name = parser.leaf().value
    else:
        end = source.find("(")
        name = source[: end if end >= 0 else len(source)].strip()
        parser = _Parser(source, len(source) if end < 0 else end)
    if not name:
        parser.expected("the name of a function")
    if parser.text != "(":
        parser.expected(f"'(' and the arguments, for example: {name}()")
    parser.advance()
    arguments = parser.items(")", parser.value)
    end = parser.start
    parser.advance()
    parser.finish()
    return Call(source, name, arguments, end)


def _check_unicode(source: str) -> None:
    """A shell's arguments may hold bytes that are no text; Python gives them as surrogates."""
    try:
        source.encode()
    except UnicodeEncodeError as error:
        shown = source.encode(errors="replace").decode()
        raise WaveError("expected text in UTF-8", shown, error.start) from None


class _Parser:
    """A recursive-descent parser; kind, text and start describe the token that comes next."""

    def __init__(self, source: str, position: int) -> None:
        self.source = source
        self.end = position
        self.depth = 0
        self.advance()

    def advance(self) -> None:
        self.start = _BLANK.match(self.source, self.end).end()
        token = _TOKEN.match(self.source, self.start)
        if token:
            self.kind, self.text, self.end = token.lastgroup, token.group(), token.end()
        else:
            self.kind = "" if self.start == len(self.source) else "unknown"
            self.text = self.source[self.start : self.start + 1]
            self.end = self.start + len(self.text)

    def expected(self, what: str) -> NoReturn:
        found = f"'{self.text}'" if self.text else "the end"
        if self.kind == "unknown" and self.text in "'\"":
            found = f"a {'character' if self.text == chr(39) else 'string'} that is not valid"
        raise WaveError(f"expected {what}, found {found}", self.source, self.start)

    def finish(self) -> None:
        if self.kind:
            self.expected("nothing more")

    def take(self, mark: str) -> None:
        if self.text != mark:
            self.expected(f"'{mark}'")
        self.advance()

    def value(self) -> Node:
        if self.depth == MAX_DEPTH:
            raise WaveError(
                f"more than {MAX_DEPTH} values in one another", self.source, self.start
            )
        self.depth += 1
        node = self.case() if self.kind == "label" else self.composite()
        self.depth -= 1
        return node

    def composite(self) -> Node:
        start, opening = self.start, self.text
        if self.kind != "mark":
            return self.leaf()
        if opening == "(":
            self.advance()
            items = self.items(")", self.value)
            if not items:
                self.expected("a value (a tuple is never empty)")
            self.advance()
            return Sequence(start, opening, items)
        if opening == "[":
            self.advance()
            items = self.items("]", self.value)
            self.advance()
            return Sequence(start, opening, items)
        if opening == "{":
            return self.braces(start)
        self.expected("a value")

    def leaf(self) -> Node:
        start, text, kind = self.start, self.text, self.kind
        if kind == "multiline":
            return String(start, self.multiline())
        if kind not in ("number", "char", "string"):
            self.expected("a value")
        self.advance()
        if kind == "number":
            return Number(start, text)
        value = self.unescape(text[1:-1], start + 1)
        return Char(start, value) if kind == "char" else String(start, value)

    def case(self) -> Node:
        label = self.label()
        payload = None
        if self.text == "(":
            self.advance()
            payload = self.value()
            self.take(")")
        keyword = label.name in KEYWORDS and self.source[label.start] != "%"
        return Case(label.start, label.name, keyword, payload)

    def label(self) -> Label:
        if self.kind != "label":
            self.expected("a name")
        label = Label(self.start, self.text.removeprefix("%"))
        self.advance()
        return label

    def items(self, closing: str, item: Callable[[], object]) -> list:
        """Items with commas between them, one more allowed behind; stops at `closing`."""
        items = []
        while self.text != closing:
            items.append(item())
            if self.text == closing:
                break
            if self.text != ",":
                self.expected(f"',' or '{closing}'")
            self.advance()
        return items

    def braces(self, start: int) -> Node:
        self.advance()
        if self.text == ":":
            self.advance()
            self.take("}")
            return Record(start, [])
        entries = self.items("}", self.entry)
        self.advance()
        fields = [entry for entry in entries if entry[1] is not None]
        labels = [label for label, _ in entries]
        for index, label in enumerate(labels):
            if label.name in (other.name for other in labels[:index]):
                raise WaveError(f"'{label.name}' is here twice", self.source, label.start)
        if fields and len(fields) < len(entries):
            odd = next(label for label, value in entries if value is None)
            raise WaveError(f"'{odd.name}' needs a value, as in a: 1", self.source, odd.start)
        return Record(start, fields) if fields else Flags(start, labels)

    def entry(self) -> tuple[Label, Node | None]:
        label = self.label()
        if self.text != ":":
            return label, None
        self.advance()
        return label, self.value()

    def multiline(self) -> str:
        begin = self.end
        close = self.source.find('"""', begin)
        if close < 0:
            raise WaveError('expected """ at the end of the string', self.source, self.start)
        body = self.source[begin:close]
        first = re.match(r"\r?\n", body)
        if not first:
            raise WaveError('expected a new line after """', self.source, begin)
        indent = body[body.rfind("\n") + 1 :]
        if indent.strip(" "):
            raise WaveError('only spaces may stand before the closing """', self.source, close)
        lines, position = [], begin + first.end()
        for line in self.source[position:close].split("\n")[:-1]:
            if line.strip("\r") and not line.startswith(indent):
                raise WaveError(
                    f'expected {len(indent)} spaces, as before the closing """',
                    self.source,
                    position,
                )
            text = line[len(indent) :].removesuffix("\r")
            lines.append(self.unescape(text, position + len(indent)))
            position += len(line) + 1
        self.end = close + 3
        self.advance()
        return "\n".join(lines)

    def unescape(self, text: str, position: int) -> str:
        def replace(match: re.Match) -> str:
            digits, letter = match.groups()
            code = int(digits, 16) if digits else None
            if code is not None and code <= 0x10FFFF and not 0xD800 <= code < 0xE000:
                return chr(code)
            if digits is None and letter in _ESCAPES:
                return _ESCAPES[letter]
            what = r"one of the escapes \' \" \\ \t \n \r \u{...} with a Unicode scalar value"
            raise WaveError(f"expected {what}", self.source, position + match.start())

        return _ESCAPE.sub(replace, text)
