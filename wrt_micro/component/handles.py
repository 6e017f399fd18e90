# The table of handles of a component instance (CanonicalABI.md, Table State and Resource State).

from ..words import words
from .plan import (
    CANON_BYTES,
    CANON_INSTANCE,
    CANONS,
    INSTANCES,
    LIFT_BYTES,
    LIFT_INSTANCE,
    LIFTS,
    NONE,
    RESOURCES,
)

# Kinds of entries.
FREE, OWNED, BORROWED = 0, 1, 2
# Words of an entry: kind | resource type << 8; rep, or the next free index.
KIND, REP, WORDS = 0, 1, 2
# Words of an entry in `lends`: how often a handle is lent; whose call received a borrowed one.
LENDS, SCOPE = 0, 1
# Words in front, and between them entry 0, which is always free: the index that is free, 0 for
# none; entries in use; the most that ever were.
_FREE, _USED, _FIRST, _HIGH = 0, 1, 2, 3


def place(i):
    """Where the entry with index i begins, in `entries` and in `lends`."""
    return WORDS * i + _FIRST


class Handles:
    """A table of fixed capacity. Index 0 is never used; what was freed last is used first.

    entries: words of the entries. lends: what only handles of resources need, or None. Raises
    LimitError.
    """

    lends = None

    def __init__(self, capacity, resources):
        count = self._end = place(capacity + 1)
        self.entries = entries = words(count, "a table of handles", "handles")
        if resources:
            self.lends = words(count, "a table of handles", "handles")
        entries[_FREE] = 1
        for i in range(1, capacity):
            entries[place(i) + REP] = i + 1

    def capacity(self):
        """How many entries there are."""
        return (self._end - _FIRST) // WORDS - 1

    def used(self):
        """Entries in use."""
        return self.entries[_USED]

    def high_mark(self):
        """The most entries that ever were in use."""
        return self.entries[_HIGH]

    def has_room(self, count):
        """Whether that many entries are free."""
        return (self._end - _FIRST) // WORDS - 1 - self.entries[_USED] >= count

    def add(self, kind, rt, rep):
        """A new entry's index, or 0 if the table is full."""
        entries = self.entries
        i = entries[_FREE]
        if i:
            at = WORDS * i + _FIRST
            entries[_FREE] = entries[at + REP]
            entries[at] = kind | rt << 8
            entries[at + REP] = rep
            used = entries[_USED] + 1
            entries[_USED] = used
            if used > entries[_HIGH]:
                entries[_HIGH] = used
        return i

    def get(self, i):
        """The place of an entry's first word, or 0 if there is no such entry."""
        entries = self.entries
        at = WORDS * i + _FIRST
        return at if at < self._end and entries[at] else 0

    def remove(self, i):
        """Free an entry that exists."""
        entries = self.entries
        at = WORDS * i + _FIRST
        entries[at] = FREE
        entries[at + REP] = entries[_FREE]
        entries[_FREE] = i
        entries[_USED] -= 1


def make_tables(plan, capacity):
    """The table of each instance, or None for one that nobody calls and that calls nobody."""
    tables = [None] * plan.count(INSTANCES)
    resources = plan.count(RESOURCES)
    for table, size, field in (
        (CANONS, CANON_BYTES, CANON_INSTANCE),
        (LIFTS, LIFT_BYTES, LIFT_INSTANCE),
    ):
        for i in range(plan.count(table)):
            inst = plan.word(plan.record(table, i, size) + field)
            if inst != NONE and not tables[inst]:
                tables[inst] = Handles(capacity, resources)
    return tuple(tables)
