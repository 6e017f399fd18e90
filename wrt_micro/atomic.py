# memory.atomic.wait and notify (threads proposal), as the host functions 0x8000 to 0x8002 of
# programs with shared memories.
# With one thread nobody can wake a waiter: it sleeps until its time is over, or it deadlocks.
# A scheduler takes over by putting its own functions into Store.builtins.

import time

from .trap import DEADLOCK, SHARED

NOT_EQUAL, TIMED_OUT = 1, 2


def wait32(thread, base):
    """(memory, address, expected i32, timeout i64 in ns) -> i32."""
    stack = thread.stack
    memory = stack[base]
    if not thread.mems[8 * memory + 6] & 1:
        return SHARED
    if not is_equal(thread, memory, stack[base + 1], base + 2, 4):
        stack[base] = NOT_EQUAL
        return 0
    return _wait(stack, base, base + 3)


def wait64(thread, base):
    """(memory, address, expected i64, timeout i64 in ns) -> i32."""
    stack = thread.stack
    memory = stack[base]
    if not thread.mems[8 * memory + 6] & 1:
        return SHARED
    if not is_equal(thread, memory, stack[base + 1], base + 2, 8):
        stack[base] = NOT_EQUAL
        return 0
    return _wait(stack, base, base + 4)


def notify(thread, base):
    """(memory, address, count i32) -> i32: how many threads it woke."""
    thread.stack[base] = 0
    return 0


def is_equal(thread, memory, address, expected, size):
    """Whether `size` bytes of a memory equal the stack's words from `expected` on."""
    data = thread.memories[memory]
    stack = thread.stack
    for i in range(size):
        if data[address + i] != stack[expected + (i >> 2)] >> 8 * (i & 3) & 0xFF:
            return False
    return True


def _wait(stack, base, timeout):
    high = stack[timeout + 1]
    if high & 0x80000000:  # negative: for ever
        return DEADLOCK
    _sleep_ns(high << 32 | stack[timeout])
    stack[base] = TIMED_OUT
    return 0


def _sleep_ns(ns):
    if hasattr(time, "sleep_us"):
        us = (ns + 999) // 1000
        while us > 1000000:  # in turns, as sleep_us takes a small integer
            time.sleep_us(1000000)
            us -= 1000000
        time.sleep_us(us)
    else:
        time.sleep(ns / 1e9)


BUILTINS = (wait32, wait64, notify)
