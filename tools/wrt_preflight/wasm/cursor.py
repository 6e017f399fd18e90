"""A position in binary data (spec: Binary Format, Values): integers, names, vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from ..errors import ReadError

Item = TypeVar("Item")


def _bytes(number: int) -> str:
    return "1 byte" if number == 1 else f"{number} bytes"


class Cursor:
    """Reads `data` from `pos` up to `end`, and never beyond it.

    where: what the bytes are part of, as an error names it ("type section").
    base: offset of data[0] in the file; offsets in errors are data index + base.

    Every method that reads moves `pos` behind what it read, and raises ReadError where the bytes
    are not what it expects.
    """

    __slots__ = ("data", "pos", "end", "file", "base", "where")

    def __init__(
        self, data: bytes, pos: int, end: int, file: str | None, base: int, where: str
    ) -> None:
        self.data = data
        self.pos = pos
        self.end = end
        self.file = file
        self.base = base
        self.where = where

    def fail(self, message: str, at: int | None = None, hint: str | None = None) -> NoReturn:
        """Raise ReadError at data index `at`, or at the current position."""
        offset = (self.pos if at is None else at) + self.base
        raise ReadError(message, file=self.file, offset=offset, hint=hint)

    def part(self, size: int, where: str) -> Cursor:
        """A cursor over the next `size` bytes, which this cursor skips."""
        start = self.pos
        self.skip(size, where)
        return Cursor(self.data, start, self.pos, self.file, self.base, where)

    def skip(self, size: int, what: str) -> None:
        left = self.end - self.pos
        if size > left:
            self.fail(f"expected {_bytes(size)} of {what}, found {left} left in the {self.where}")
        self.pos += size

    def finish(self) -> None:
        """Check that everything was read."""
        if self.pos != self.end:
            self.fail(f"expected the end of the {self.where}, found {_bytes(self.end - self.pos)}")

    def u8(self, what: str) -> int:
        if self.pos >= self.end:
            self.fail(f"expected {what}, found the end of the {self.where}")
        byte = self.data[self.pos]
        self.pos += 1
        return byte

    def bytes(self, size: int, what: str) -> bytes:
        start = self.pos
        self.skip(size, what)
        return bytes(self.data[start : self.pos])

    def _leb128(self, bits: int, sign: str, what: str) -> tuple[int, int]:
        """A LEB128 integer as written, without its sign, and how many bits it has. sign: u, s."""
        start = self.pos
        value = width = 0
        while True:
            byte = self.u8(what)
            value |= (byte & 0x7F) << width
            width += 7
            if byte < 0x80:
                return value, width
            if width >= bits:
                text = f"expected {what}, found a LEB128 integer too long for {sign}{bits}"
                self.fail(text, start)

    def unsigned(self, bits: int, what: str) -> int:
        """An unsigned LEB128 integer of at most `bits` bits."""
        start = self.pos
        value, _ = self._leb128(bits, "u", what)
        if value >> bits:
            self.fail(f"expected {what}, found an integer too large for u{bits}", start)
        return value

    def signed(self, bits: int, what: str) -> int:
        """A signed LEB128 integer of at most `bits` bits."""
        start = self.pos
        value, width = self._leb128(bits, "s", what)
        if value >> (width - 1):
            value -= 1 << width
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            self.fail(f"expected {what}, found an integer too large for s{bits}", start)
        return value

    def u32(self, what: str) -> int:
        return self.unsigned(32, what)

    def flag_byte(self, what: str, allowed: tuple[int, ...]) -> int:
        """A byte that must be one of `allowed`."""
        byte = self.u8(what)
        if byte not in allowed:
            values = " or ".join(f"0x{value:02x}" for value in allowed)
            self.fail(f"expected {what} ({values}), found 0x{byte:02x}", self.pos - 1)
        return byte

    def count(self, what: str) -> int:
        """The length of a vector. Each element takes a byte or more, so the rest bounds it."""
        start = self.pos
        count = self.u32(f"the number of {what}")
        left = self.end - self.pos
        if count > left:
            self.fail(f"expected {count} {what}, found {_bytes(left)} in the {self.where}", start)
        return count

    def vector(self, what: str, read: Callable[[], Item]) -> list[Item]:
        return [read() for _ in range(self.count(what))]

    def name(self, what: str) -> str:
        """A length and that many bytes of UTF-8."""
        size = self.u32(f"the length of {what}")
        start = self.pos
        data = self.bytes(size, what)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            self.fail(f"expected {what} in UTF-8, found bytes that are not", start + error.start)
