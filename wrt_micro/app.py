# A running core program as Python sees it.

from .exports import Exports, row, snake_case
from .function import Function, resume
from .image import INSTANCES
from .memory import Memory
from .values import read, signature, text, write


class Global:
    """An exported global. value: read it, or write it if it is mutable."""

    def __init__(self, store, index, type):
        self._store = store
        self._index = index
        self._code = type & 0xFFFFFF
        self.mutable = bool(type >> 24)

    @property
    def type(self):
        """Its value type as text."""
        return text(self._code)

    @property
    def value(self):
        store = self._store
        return read(store, store.globals, self._index, self._code)

    @value.setter
    def value(self, value):
        if not self.mutable:
            raise TypeError("the global is immutable")
        store = self._store
        write(store, store.globals, self._index, self._code, value, "value")


class Table:
    """An exported table: table[i] is None, or the u32 word of a reference; len(table) its size."""

    def __init__(self, store, index):
        self._store = store
        self._index = index

    def __len__(self):
        return self._store.tabs[4 * self._index + 2]

    @property
    def capacity(self):
        """Elements reserved: table.grow never goes beyond them."""
        return self._store.tabs[4 * self._index + 3]

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError("table index %d, size %d" % (index, len(self)))
        return self._store.tables[self._index][index] or None


class Tag:
    """An exported exception tag."""

    def __init__(self, index):
        self.index = index


class App(Exports):
    """A loaded core program: the exports of its last instance."""

    def __init__(self, store, wasi=None):
        self.store = store
        if wasi:
            self.wasi = wasi
        instances = store.image.counts[INSTANCES]
        self._exports = store.exports(instances - 1) if instances else {}

    def names(self):
        """Names of all exports, sorted."""
        return sorted(self._exports)

    def __getattr__(self, name):
        # MicroPython calls this for methods of its own too: never look at self._exports first.
        if name[0] != "_":
            for known in self._exports:
                if known == name or snake_case(known) == name:
                    found = self[known]
                    if isinstance(found, Function):
                        setattr(self, name, found)  # made once: next time it is found directly
                    return found
        raise AttributeError(name)

    def __getitem__(self, name):
        if name not in self._exports:
            raise self._missing("export", name)
        kind, index, type = self._exports[name]
        store = self.store
        if kind == "func":
            return Function(store, store.function(index))
        if kind == "global":
            return Global(store, index, type)
        if kind == "memory":
            return Memory(store, index)
        return Table(store, index) if kind == "table" else Tag(index)

    def describe(self, name):
        """One line of text on an export: its kind and type."""
        kind, _, type = self._exports[name]
        if kind == "func":
            return "func %s %s" % (name, signature(self.store.image.functype(type)))
        if kind == "global":
            mutable = "mut " if type >> 24 else ""
            return "global %s %s%s" % (name, mutable, text(type & 0xFFFFFF))
        return "%s %s" % (kind, name)

    def resume(self, fuel=None):
        """Go on with the call that trapped with "fuel_exhausted"; its result."""
        return resume(self.store, fuel)

    def stats(self):
        """As Exports.stats, and the references that Python has got."""
        stats = Exports.stats(self)
        used, capacity = 0, self.store.host_refs
        if self.store.references:
            used, capacity = self.store.references.used, self.store.references.capacity
        stats["host_refs"] = row(capacity, used, used)
        return stats
