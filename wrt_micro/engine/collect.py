# Exceptions when their pool is full: which of them nobody holds any more. Guest code asks for it
# as host function 0x8003: machine code always, the interpreters where there are several threads,
# as they know one stack only.

from ..image import TAGS
from ..trap import EXCEPTIONS


class Collector:
    """Frees entries of the pool whose references are nowhere in sight. Allocates nothing.

    store: with its memory allocated. mark: upper half of a reference; its lower half is the number
    of the entry, from 1 on. A word that looks like a reference is taken for one. Words are read as
    bytes: where Python's small integers have 31 bits, a whole word may be an object.
    """

    def __init__(self, store, mark):
        image = store.image
        self.third, self.fourth = mark & 0xFF, mark >> 8
        self.entry_bytes = 4 * image.exception_words
        self.payloads = [4 * image.fields(TAGS, i)[0] for i in range(image.counts[TAGS])]
        self.pool = view(store.exceptions)
        self.alive = bytearray(len(self.pool) // self.entry_bytes)
        self.roots = [view(words) for words in [store.globals] + store.tables if words]

    def watch(self, thread):
        """References in this thread's stack count."""
        self.roots.append(view(thread.stack))

    def collect(self, thread, base):
        """Free what can be freed. Returns 0, or the trap for a pool that stays full."""
        alive = self.alive
        for i in range(len(alive)):
            alive[i] = 0
        for i in range(len(self.roots)):
            self.search(self.roots[i], 0, len(self.roots[i]))
        self.follow()
        return self.free()

    def search(self, data, at, end):
        """Mark what words of data[at:end] refer to. Returns whether any was not marked yet."""
        alive = self.alive
        third, fourth = self.third, self.fourth
        found = False
        while at < end:
            if data[at + 3] == fourth and data[at + 2] == third:
                number = (data[at] | data[at + 1] << 8) - 1
                if 0 <= number < len(alive) and not alive[number]:
                    alive[number] = 1
                    found = True
            at += 4
        return found

    def follow(self):
        """Mark the exceptions that marked ones carry."""
        pool = self.pool
        again = True
        while again:
            again = False
            at = 0
            for i in range(len(self.alive)):
                tag = pool[at] | pool[at + 1] << 8  # plus 1; the upper half has flags
                if self.alive[i] and tag:
                    if self.search(pool, at + 4, at + 4 + self.payloads[tag - 1]):
                        again = True
                at += self.entry_bytes

    def free(self):
        pool = self.pool
        at = 0
        freed = 0
        for i in range(len(self.alive)):
            if not self.alive[i]:
                pool[at] = pool[at + 1] = pool[at + 2] = pool[at + 3] = 0
                freed += 1
            at += self.entry_bytes
        return 0 if freed else EXCEPTIONS


def view(words):
    """The bytes of an array of words, in place."""
    try:
        from uctypes import addressof, bytearray_at
    except ImportError:  # CPython
        return memoryview(words).cast("B")
    return bytearray_at(addressof(words), 4 * len(words))
