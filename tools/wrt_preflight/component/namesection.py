"""The component-name custom section (Binary.md, Name Section)."""

from __future__ import annotations

from .cursor import Cursor
from .sorts import read_sort
from .tree import Component


def read_names(cursor: Cursor, component: Component) -> None:
    """Fills component.name and component.names. Raises ReadError if the section is broken."""
    while cursor:
        kind = cursor.u8("a name subsection")
        size = cursor.u32("the size of a name subsection")
        section = cursor.part(size, "a name subsection")
        if kind == 0:
            component.name = section.name("the name of a component")
        elif kind == 1:
            sort = read_sort(section)
            for _ in range(section.u32("the number of names")):
                index = section.u32(f"a {sort} index")
                component.names[sort, index] = section.name("a name")
