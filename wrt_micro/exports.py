# Exports of a running program as Python sees them: by name, and the numbers of its tables.

from .image import MEMORIES, TABLES


class Exports:
    """What a core program, a component, or an interface that it exports has.

    Found as attributes, and by thing["name"]; in attributes, - and other signs of a name are
    written _. store: all that the program consists of. wasi: the Wasi that it uses, or None.
    """

    wasi = None

    @property
    def engine(self):
        """The engine that runs it: "interp", "portable" or "native"."""
        return self.store.engine.name

    def _missing(self, what, name):
        """The KeyError for a name that is no export."""
        names = ", ".join(self.names()) or "none"
        return KeyError("no %s is named %r; there are: %s" % (what, name, names))

    def stats(self):
        """Every table of the program: {name: {"capacity", "used", "high"}}.

        high: the most that was ever in use, or None where nobody counts. Bytes for
        the stack and memories, else entries.
        """
        store = self.store
        stats = {
            "stack": row(4 * len(store.thread.stack), store.thread.top, store.thread.high_mark())
        }
        for name, section, words, size in (
            ("memory", MEMORIES, store.mems, 8),
            ("table", TABLES, store.tabs, 4),
        ):
            count = store.image.counts[section]
            if section == TABLES:
                count -= store.image.element_segments
            for i in range(count):
                used = words[size * i + 2]  # neither ever shrinks
                stats["%s %d" % (name, i)] = row(words[size * i + 3], used, used)
        pool, size = store.exceptions, store.image.exception_words
        used = sum([1 for i in range(0, len(pool), size) if pool[i]])
        stats["exceptions"] = row(len(pool) // size, used, None)
        return stats


def row(capacity, used, high):
    """A row of stats."""
    return {"capacity": capacity, "used": used, "high": high}


def snake_case(name):
    """A name as a Python identifier: each sign that is neither letter nor digit becomes _."""
    return "".join([c if c.isalpha() or c.isdigit() else "_" for c in name])
