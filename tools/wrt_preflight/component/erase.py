"""Takes values out of a component, for validation: wasm-tools does not know all of them.

Nothing but values and start definitions refers to values, so a component without them is valid
if everything else in it is. `values` checks what is taken out here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TypeVar

from . import tree
from .cursor import Cursor
from .reader import read_from

Item = TypeVar("Item")


class Erased:
    """A component without values. data: its bytes; the original's if it has no values."""

    def __init__(self, data: bytes, file: str | None, bare_values: bool = False) -> None:
        """Raises ReadError. bare_values: as for read_component."""
        cursor = _Recorder(data, file, bare_values)
        read_from(cursor)
        self._original = data
        self._parts = sorted(cursor.parts)
        self._edits = dict(cursor.edits)
        self.data, self._points = self._emit(0, len(data)) if cursor.edits else (data, [(0, 0)])

    def original(self, offset: int) -> int:
        """The byte offset in the original of what stands at one of `data`."""
        here, there = self._points[bisect_right(self._points, (offset, len(self._original))) - 1]
        return there + offset - here

    def _emit(self, start: int, end: int) -> tuple[bytes, list[tuple[int, int]]]:
        """A byte range of the original as it is now, with (offset, original offset) pairs."""
        out, points, at = bytearray(), [(0, start)], start
        marks = [(low, high, -1) for (low, high) in self._edits if start <= low < end]
        marks += [part for part in self._parts if start <= part[0] and part[2] <= end]
        for low, middle, high in sorted(marks):
            if low < at:
                continue  # inside of what the mark before it replaced
            out += self._original[at:low]
            if high < 0:
                out += self._edits[low, middle]
                at = middle
            else:
                content, inner = self._emit(middle, high)
                out += _leb(len(content))
                points += [(len(out) + here, there) for here, there in inner]
                out += content
                at = high
            points.append((len(out), at))
        out += self._original[at:end]
        return bytes(out), points


class _Recorder(Cursor):
    """Notes what has to change. parts: (offset of the size, start, end) of sections.

    edits: ((start, end), new bytes).
    """

    __slots__ = ("edits", "parts", "number_at")

    def __init__(self, data: bytes, file: str | None, bare_values: bool) -> None:
        super().__init__(data, file, bare_values=bare_values)
        self.edits: list[tuple[tuple[int, int], bytes]] = []
        self.parts: list[tuple[int, int, int]] = []
        self.number_at = 0

    def u32(self, what: str) -> int:
        self.number_at = self.pos
        return super().u32(what)

    def part(self, size: int, where: str) -> Cursor:
        start = self.pos
        self.skip(size, where)
        inner = _Recorder(self.data, self.file, self.bare_values)
        inner.pos, inner.end, inner.where = start, self.pos, where
        inner.edits, inner.parts = self.edits, self.parts
        self.parts.append((self.number_at, start, self.pos))
        if where == "start section":
            self.edits.append(((self.number_at - 1, self.pos), b""))
        return inner

    def vector(self, what: str, read: Callable[[Cursor], Item]) -> tuple[Item, ...]:
        at = self.pos
        count = self.count(what)
        body = self.pos
        items, gone = [], []
        for _ in range(count):
            start = self.pos
            items.append(read(self))
            if _is_value(items[-1]):
                gone.append(((start, self.pos), b""))
        if gone and isinstance(items[0], tree.Value):
            # The whole section, from its number on: wasm-tools does not know the number.
            section = next(part for part in self.parts if part[1] == at)
            self.edits.append(((section[0] - 1, section[2]), b""))
        elif gone:
            self.edits += [((at, body), _leb(count - len(gone))), *gone]
        return tuple(items)


def _is_value(item: object) -> bool:
    """Whether a definition, declaration, argument or export is one of a value."""
    match item:
        case tree.Value():
            return True
        case tree.Import(type=extern) | tree.ExportDecl(type=extern):
            return extern.sort == "value"
        case tree.Export(definition=entry) | (_, tree.SortIndex() as entry):
            return entry.sort == "value"
        case tree.ExportAlias(sort=sort):
            return sort == "value"
    return False


def _leb(number: int) -> bytes:
    """A u32 as LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
