"""The core reader's cursor, with what only the component format needs (Binary.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..wasm import cursor as core

Item = TypeVar("Item")


class Cursor(core.Cursor):
    """Reads the bytes of one file; `offset` is the byte offset in that file.

    bare_values: types of value imports and exports stand without the byte that Binary.md puts in
    front of them, as wasm-tools writes them. Like its base, every method raises ReadError where
    the bytes are not what it expects.
    """

    __slots__ = ("bare_values",)

    def __init__(
        self,
        data: bytes,
        file: str | None,
        start: int = 0,
        end: int | None = None,
        where: str = "component",
        bare_values: bool = False,
    ) -> None:
        super().__init__(data, start, len(data) if end is None else end, file, 0, where)
        self.bare_values = bare_values

    @property
    def offset(self) -> int:
        return self.pos

    def __bool__(self) -> bool:
        """Whether bytes are left."""
        return self.pos < self.end

    def peek(self) -> int | None:
        """The next byte, or None at the end."""
        return self.data[self.pos] if self.pos < self.end else None

    def s33(self, what: str) -> int:
        """Type opcodes are negative, type indices are not."""
        return self.signed(33, what)

    def vector(self, what: str, read: Callable[[Cursor], Item]) -> tuple[Item, ...]:
        """A count and as many items, each read from this cursor."""
        return tuple(read(self) for _ in range(self.count(what)))

    def flag(self, what: str) -> bool:
        """0x00 or 0x01."""
        return self.flag_byte(what, (0, 1)) == 1

    def optional(self, what: str, read: Callable[[Cursor], Item]) -> Item | None:
        """0x00 for nothing, or 0x01 and an item."""
        return read(self) if self.flag(f"{what} or none") else None

    def expect(self, byte: int, what: str) -> None:
        """This byte and no other."""
        self.flag_byte(what, (byte,))

    def part(self, size: int, where: str) -> Cursor:
        """A cursor over the next `size` bytes, which this cursor skips."""
        start = self.pos
        self.skip(size, where)
        return Cursor(self.data, self.file, start, self.pos, where, self.bare_values)
