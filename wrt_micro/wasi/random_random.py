# wasi:random/random, of 0.2 and 0.3.

NEEDS = ("random",)
# Bytes that one call gives: 0.3 lets it be fewer than were asked for; 0.2 does not.
MOST = 1 << 16


def make(wasi):
    """The functions of a program."""
    random = wasi.port.random
    return {
        "get-random-bytes": lambda count: some(random, count),
        "get-random-u64": lambda: number(random),
    }


def some(random, count):
    """That many random bytes. Raises MemoryError before the heap is asked for too many."""
    if count > MOST:
        raise MemoryError("%d random bytes at once, %d at most" % (count, MOST))
    return random(count)


def number(random):
    """A random u64."""
    return int.from_bytes(random(8), "little")
