# Buffers that never move: allocated once at load, of exactly the size that was asked.

import gc
from array import array

from .trap import LimitError


def out_of_memory(what, count=None, option=None):
    """Raise LimitError: there is no heap for `what`. option: the one of load() that helps."""
    gc.collect()
    free = "; %d bytes of heap are free" % gc.mem_free() if hasattr(gc, "mem_free") else ""
    size = "" if count is None else " of %d bytes" % count
    advice = "load(..., %s=N) changes it" % option if option else "it takes a smaller program"
    raise LimitError("no room for %s%s in one piece%s: %s" % (what, size, free, advice))


def collect_each(count):
    """Collect garbage whenever `count` more bytes were allocated; -1: only when memory is short.

    Returns what it was before. A collection looks through the whole heap, so nothing changes where
    more than 2 MiB are free.
    """
    if not hasattr(gc, "threshold"):  # CPython
        return -1
    before = gc.threshold()
    if count < 0 or gc.mem_free() < 1 << 21:
        gc.threshold(count)
    return before


def octets(count, what, option):
    """A bytearray of `count` zeros. Raises LimitError naming `what` and the option."""
    try:
        return bytearray(count)
    except (MemoryError, OverflowError):
        out_of_memory(what, count, option)


def words(count, what, option):
    """An array of `count` u32 zeros. Raises LimitError naming `what` and the option."""
    try:
        made = array("I", range(count))  # one allocation: a range knows its length
    except (MemoryError, OverflowError):
        out_of_memory(what, 4 * count, option)
    for i in range(count):
        made[i] = 0
    return made
