"""A component with other names for interfaces, where a tool does not know the ones it has.

wasm-tools does not know all canonical versions (`a:b/c@1`, 🔗), and its WIT no nested names (🪺).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import ReadError
from ..names import InterfaceName, parse_extern
from ..names.semver import oldest
from . import tree
from .cursor import Cursor
from .edits import Edited, Recorder, leb
from .reader import read_from
from .sorts import ARGUMENT_NAME, EXPORT_NAME, EXTERN_NAME, IMPLEMENTS

Item = TypeVar("Item")
Rename = Callable[[InterfaceName], str]


class Renamed(Edited):
    """A component with new names for its interfaces, in imports, exports, aliases, arguments.

    rename: the new name of each. Attributes that wasm-tools does not know are left out. names:
    all the names of interfaces that the component has.
    """

    def __init__(
        self, data: bytes, file: str | None, rename: Rename, bare_values: bool = False
    ) -> None:
        """Raises ReadError. bare_values: as for read_component."""
        recorder = _NameRecorder(data, file, bare_values)
        recorder.found, recorder.rename = {}, rename
        read_from(recorder)
        self.names = list(recorder.found.values())
        super().__init__(recorder)


def with_full_version(name: InterfaceName) -> str:
    """The same name with a version in full in place of a canonical one, and unlike any other."""
    if name.version or name.canonical is None:
        return str(name)
    return f"{name.unversioned}@{oldest(name.canonical)}+canonical"


class _NameRecorder(Recorder):
    __slots__ = ("found", "rename")

    def part(self, size: int, where: str) -> Cursor:
        inner = super().part(size, where)
        inner.found, inner.rename = self.found, self.rename
        return inner

    def name(self, what: str) -> str:
        start = self.pos
        text = super().name(what)
        if what in (EXTERN_NAME, ARGUMENT_NAME, EXPORT_NAME, IMPLEMENTS) and ":" in text:
            new = self._renamed(text)
            if new != text:
                self.edits.append(((start, self.pos), leb(len(new)) + new.encode()))
        return text

    def vector(self, what: str, read: Callable[[Cursor], Item]) -> tuple[Item, ...]:
        def noted(cursor: Cursor) -> Item:
            item = read(cursor)
            found = item[0] if isinstance(item, tuple) else getattr(item, "name", None)
            if isinstance(found, tree.Attributes) and found.version_suffix is not None:
                new = self._renamed(found.name)
                self.edits.append(
                    ((found.offset, found.end), b"\0" + leb(len(new)) + new.encode())
                )
            return item

        return super().vector(what, noted)

    def _renamed(self, text: str) -> str:
        try:
            name = parse_extern(text)
        except ReadError:
            return text  # validation will say so
        if not isinstance(name, InterfaceName):
            return text
        self.found[text] = name
        return self.rename(name)
