# wasi:random/insecure-seed, of 0.2 and 0.3: the same seed for as long as a program is loaded.

from .random_random import number

NEEDS = ("random",)


def make(wasi):
    """The functions of a program."""
    seed = number(wasi.port.random), number(wasi.port.random)
    return {"insecure-seed": lambda: seed, "get-insecure-seed": lambda: seed}
