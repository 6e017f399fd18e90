# Exceptions of machine code: what becomes of their pool when it is full. Machine code asks for it
# as host function 0x8003; nobody else needs to look for references, so only it imports this.

from uctypes import addressof, bytearray_at

from ..image import TAGS

# A reference is a word whose bytes are the number of the pool's entry from 1 on (2), 0 and this.
# Words are read as bytes: where Python's small integers have 31 bits, such a word is an object.
_MARK = 0x7E
_AUX1 = 5  # word of the thread record: where the saved frames end


class Collector:
    """Frees entries of the pool whose references are nowhere in sight. Allocates nothing.

    store: with its memory allocated. A word of a suspended frame that looks like a reference is
    taken for one.
    """

    def __init__(self, store):
        image = store.image
        self.entry_bytes = 4 * image.exception_words
        self.payloads = [4 * image.record(TAGS, i)[0] for i in range(image.counts[TAGS])]
        self.pool = view(store.exceptions)
        self.shared = [view(words) for words in [store.globals] + store.tables if words]
        self.stacks = []

    def watch(self, thread):
        """References of this thread count."""
        self.stacks.append((thread, view(thread.stack)))

    def collect(self, thread, base):
        """Free what can be freed. Returns 0, also where that is nothing."""
        pool = self.pool
        number = 1
        at = 0
        while at < len(pool):
            if self.is_taken(at) and not self.is_used(thread, number, at):
                pool[at] = pool[at + 1] = pool[at + 2] = pool[at + 3] = 0
            number += 1
            at += self.entry_bytes
        return 0

    def is_taken(self, at):
        """Whether the entry at this byte of the pool is an exception."""
        return self.pool[at] or self.pool[at + 1]

    def is_used(self, running, number, entry):
        for data in self.shared:
            if holds(data, 0, len(data), number):
                return True
        for i in range(len(self.stacks)):
            thread, data = self.stacks[i]
            end = thread.st[_AUX1] if thread is running else len(data)
            if holds(data, 0, end, number):
                return True
        return self.is_payload(number, entry)

    def is_payload(self, number, entry):
        """Whether another exception that is alive carries this one."""
        pool = self.pool
        at = 0
        while at < len(pool):
            if at != entry and self.is_taken(at):
                size = self.payloads[(pool[at] | pool[at + 1] << 8) - 1]
                if holds(pool, at + 4, at + 4 + size, number):
                    return True
            at += self.entry_bytes
        return False


def view(words):
    """The bytes of an array of words, in place."""
    return bytearray_at(addressof(words), 4 * len(words))


def holds(data, start, end, number):
    """Whether a word in data[start:end] is the reference of the entry with this number."""
    low = number & 0xFF
    high = number >> 8
    while start < end:
        if data[start + 3] == _MARK and data[start] == low:
            if data[start + 1] == high and not data[start + 2]:
                return True
        start += 4
    return False
