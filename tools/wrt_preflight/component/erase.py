"""Takes values out of a component, for validation: wasm-tools does not know all of them.

Nothing but values and start definitions refers to values, so a component without them is valid
if everything else in it is. `values` checks what is taken out here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from . import tree
from .cursor import Cursor
from .edits import Edited, Recorder, leb
from .reader import read_from

Item = TypeVar("Item")


class Erased(Edited):
    """A component without values. data: its bytes; the original's if it has no values."""

    def __init__(self, data: bytes, file: str | None, bare_values: bool = False) -> None:
        """Raises ReadError. bare_values: as for read_component."""
        recorder = _ValueRecorder(data, file, bare_values)
        read_from(recorder)
        super().__init__(recorder)


class _ValueRecorder(Recorder):
    """Notes where values and start definitions are."""

    __slots__ = ()

    def part(self, size: int, where: str) -> Cursor:
        inner = super().part(size, where)
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
            self.edits += [((at, body), leb(count - len(gone))), *gone]
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
