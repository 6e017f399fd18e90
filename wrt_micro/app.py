# A running program as Python sees it: its exports by name, and its numbers.

from .function import Function, resume
from .image import INSTANCES, MEMORIES, TABLES
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


class App:
    """A loaded core program: exports of its last instance as attributes, and by app["name"].

    store: all it consists of. wasi: the Wasi that it uses, or None. In attributes, - and other
    signs of a name are written _.
    """

    wasi = None

    def __init__(self, store, wasi=None):
        self.store = store
        if wasi:
            self.wasi = wasi
        instances = store.image.counts[INSTANCES]
        self._exports = store.exports(instances - 1) if instances else {}

    @property
    def engine(self):
        """The engine that runs it: "interp" or "portable"."""
        return self.store.engine.name

    def names(self):
        """Names of all exports, sorted."""
        return sorted(self._exports)

    def __getitem__(self, name):
        if name not in self._exports:
            raise KeyError("no export is named %r; there are: %s" % (name, self._list()))
        kind, index, type = self._exports[name]
        store = self.store
        if kind == "func":
            return Function(store, store.function(index))
        if kind == "global":
            return Global(store, index, type)
        if kind == "memory":
            return Memory(store, index)
        return Table(store, index) if kind == "table" else Tag(index)

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

    def _list(self):
        return ", ".join(self.names()) or "none"

    def describe(self, name):
        """One line of text on an export: its kind and type."""
        kind, _, type = self._exports[name]
        if kind == "func":
            return "func %s %s" % (name, signature(self.store.image.type(type)))
        if kind == "global":
            mutable = "mut " if type >> 24 else ""
            return "global %s %s%s" % (name, mutable, text(type & 0xFFFFFF))
        return "%s %s" % (kind, name)

    def resume(self, fuel=None):
        """Go on with the call that trapped with "fuel_exhausted"; its result."""
        return resume(self.store, fuel)

    def stats(self):
        """Every table of the program: {name: {"capacity", "used", "high"}}.

        high: the most that was ever in use, or None where nobody counts. Bytes for
        the stack and memories, else entries.
        """
        store = self.store
        stats = {"stack": _row(4 * len(store.thread.stack), store.thread.top, store.thread.high())}
        for name, section, words, size in (
            ("memory", MEMORIES, store.mems, 8),
            ("table", TABLES, store.tabs, 4),
        ):
            count = store.image.counts[section]
            if section == TABLES:
                count -= store.image.element_segments
            for i in range(count):
                used = words[size * i + 2]  # neither ever shrinks
                stats["%s %d" % (name, i)] = _row(words[size * i + 3], used, used)
        pool, size = store.exceptions, store.image.exception_words
        used = sum([1 for i in range(0, len(pool), size) if pool[i]])
        stats["exceptions"] = _row(len(pool) // size, used, None)
        used, capacity = 0, store.host_refs
        if store.references:
            used, capacity = store.references.used, store.references.capacity
        stats["host_refs"] = _row(capacity, used, used)
        return stats


def _row(capacity, used, high):
    return {"capacity": capacity, "used": used, "high": high}


def snake_case(name):
    """A name as a Python identifier: each sign that is neither letter nor digit becomes _."""
    return "".join([c if c.isalpha() or c.isdigit() else "_" for c in name])
