"""A component with some of its bytes replaced, and where each byte of it stood before.

wasm-tools does not know all that the specification gates. What it does not know is taken out, or
written in another way, before it validates; offsets in what it says are those of the original.
"""

from __future__ import annotations

from bisect import bisect_right

from .cursor import Cursor


class Recorder(Cursor):
    """Notes what has to change while a component is read. edits: (start, end) -> new bytes.

    parts: (offset of the size, start, end) of sections, whose sizes change with their content.
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
        inner = type(self)(self.data, self.file, self.bare_values)
        inner.pos, inner.end, inner.where = start, self.pos, where
        inner.edits, inner.parts = self.edits, self.parts
        self.parts.append((self.number_at, start, self.pos))
        return inner


class Edited:
    """data: the bytes with the edits that a recorder noted; the original's if there are none."""

    def __init__(self, recorder: Recorder) -> None:
        self._original = data = recorder.data
        self._parts = sorted(recorder.parts)
        self._edits = dict(recorder.edits)
        self.data, self._points = self._emit(0, len(data)) if self._edits else (data, [(0, 0)])

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
                out += leb(len(content))
                points += [(len(out) + here, there) for here, there in inner]
                out += content
                at = high
            points.append((len(out), at))
        out += self._original[at:end]
        return bytes(out), points


def leb(number: int) -> bytes:
    """A u32 as LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
