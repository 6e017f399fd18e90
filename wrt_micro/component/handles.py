# The table of handles of a component instance (CanonicalABI.md, Table State and Resource State).

from ..words import words

# Kinds of entries.
FREE, OWNED, BORROWED = 0, 1, 2
# Words of an entry: kind | resource type << 8; rep, or the next free index; how often an owned
# handle is lent; instance whose call received a borrowed one.
KIND, REP, LENDS, SCOPE, WORDS = 0, 1, 2, 3, 4


class Handles:
    """A table of fixed capacity. Index 0 is never used; what was freed last is used first.

    used: entries in use; high: the most that ever were. Raises LimitError.
    """

    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = words(WORDS * (capacity + 1), "a table of handles", "handles")
        self.length = 1
        self.free = 0
        self.used = 0
        self.high = 0

    def add(self, kind, rt, rep, scope):
        """A new entry's index, or 0 if the table is full."""
        entries = self.entries
        i = self.free
        if i:
            self.free = entries[WORDS * i + REP]
        else:
            i = self.length
            if i > self.capacity:
                return 0
            self.length = i + 1
        at = WORDS * i
        entries[at] = kind | rt << 8
        entries[at + REP] = rep
        entries[at + LENDS] = 0
        entries[at + SCOPE] = scope
        self.used += 1
        if self.used > self.high:
            self.high = self.used
        return i

    def get(self, i):
        """The place of an entry's first word, or 0 if there is no such entry."""
        if i >= self.length or not self.entries[WORDS * i]:
            return 0
        return WORDS * i

    def remove(self, i):
        """Free an entry that exists."""
        self.entries[WORDS * i] = FREE
        self.entries[WORDS * i + REP] = self.free
        self.free = i
        self.used -= 1
