# wasi:random/insecure, of 0.2 and 0.3: as good as random/random, so that nothing else is needed.

from .random_random import number, some

NEEDS = ("random",)


def make(wasi):
    """The functions of a program."""
    random = wasi.port.random
    return {
        "get-insecure-random-bytes": lambda count: some(random, count),
        "get-insecure-random-u64": lambda: number(random),
    }
