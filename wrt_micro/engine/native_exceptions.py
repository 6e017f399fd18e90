# Exceptions of machine code: what becomes of their pool when it is full. Machine code asks for it
# as host function 0x8003; nobody else needs to look for references, so only it imports this.

from ..image import TAGS

_TAG = (1 << 28) - 1  # the part of an entry's first word that is its tag, plus 1
EXNREF = 0x7E000000  # an exnref is this and the entry's number from 1 on, unlike most numbers
_AUX1 = 5  # word of the thread record: where the saved frames end


class Collector:
    """Frees entries of the pool whose references are nowhere in sight. Allocates nothing.

    image: whose tags say how large payloads are. threads: all threads of the store. A word of a
    suspended frame that looks like a reference is taken for one.
    """

    def __init__(self, image, threads):
        self.threads = threads
        self.payloads = [image.record(TAGS, i)[0] for i in range(image.counts[TAGS])]

    def collect(self, thread, base):
        """Free what can be freed. Returns 0, also where that is nothing."""
        pool = thread.exceptions
        size = thread.store.image.exception_words
        for i in range(len(pool) // size):
            if pool[i * size] and not self._is_used(thread, EXNREF | i + 1, i * size):
                pool[i * size] = 0
        return 0

    def _is_used(self, running, reference, entry):
        if holds(running.globals, len(running.globals), reference):
            return True
        for table in running.tables:
            if table is not None and holds(table, len(table), reference):
                return True
        for thread in self.threads:
            end = thread.st[_AUX1] >> 2 if thread is running else len(thread.stack)
            if holds(thread.stack, end, reference):
                return True
        return self._is_payload(running, reference, entry)

    def _is_payload(self, thread, reference, entry):
        """Whether another exception that is alive carries this one."""
        pool = thread.exceptions
        for at in range(0, len(pool), thread.store.image.exception_words):
            if at != entry and pool[at]:
                for i in range(at + 1, at + 1 + self.payloads[(pool[at] & _TAG) - 1]):
                    if pool[i] == reference:
                        return True
        return False


def holds(words, end, reference):
    """Whether one of words[:end] is this reference."""
    for i in range(end):
        if words[i] == reference:
            return True
    return False
