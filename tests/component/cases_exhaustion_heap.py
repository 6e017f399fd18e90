# What only MicroPython has: a heap of a fixed size that a program may not fit.

import gc

from cases_calls import raises
from cases_exhaustion import Host, program, works

from wrt_micro import LimitError

HOST = {"host": Host}


def refused(load, name, imports, *texts, **options):
    """load raises a LimitError with these texts, and leaves no garbage that matters."""
    before = program(load)
    gc.collect()
    free = gc.mem_free()
    text = str(raises(LimitError, load, name, imports, **options))
    for part in texts + ("bytes of heap are free",):
        assert part in text, (part, text)
    works(before)
    works(program(load))
    del before
    gc.collect()
    assert gc.mem_free() > free - 4096, (free, gc.mem_free())


def test_memories(load):
    refused(load, "large", {}, "memory 0 of 33554432 bytes", "memory=N")


def test_handles(load):
    refused(load, "exhaust", HOST, "a table of handles of ", "handles=N", handles=1 << 21)


def test_stack(load):
    refused(load, "exhaust", HOST, "the stack of 33554432 bytes", "stack=N", stack=1 << 25)


def test_exceptions(load):
    refused(load, "exhaust", HOST, "the exception pool of ", "exceptions=N", exceptions=1 << 24)
