# memory.atomic.wait and notify between the threads of components (threads proposal). Threads are
# cooperative: one that waits is blocked, and others go on; those that wait for the same address
# wake in the order in which they began to wait.

import time

from ..atomic import NOT_EQUAL, TIMED_OUT, is_equal
from ..thread import SUSPENDED
from ..trap import DEADLOCK, SHARED
from ..words import words
from .plan import NONE
from .status import RUN

# Words for each thread: memory, address, state, and when its time is over, in milliseconds.
MEMORY, ADDRESS, STATE, UNTIL, WORDS = 0, 1, 2, 3, 4
WAITING, TIMED, NOTIFIED = 0, 1, 2
LONGEST = 1 << 28  # milliseconds: who waits longer, waits for ever


def ticks_ms():
    """Milliseconds, modulo 2**30."""
    if hasattr(time, "ticks_ms"):
        return time.ticks_ms()
    return int(time.monotonic() * 1000) & 0x3FFFFFFF


def left(until):
    """Milliseconds until then; negative if that was before."""
    return (until - ticks_ms() + 0x20000000 & 0x3FFFFFFF) - 0x20000000


class AtomicWait:
    """What threads that wait for a notification wait for. timed: how many do so for some time."""

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.timed = 0
        count = scheduler.threads.size()
        self._words = words(WORDS * count, "the threads that wait at addresses", "threads")
        store = scheduler.store
        mine = (self.wait32, self.wait64, self.notify)
        store.builtins = mine + store.builtins[3:]

    def wait32(self, record, base):
        """(memory, address, expected i32, timeout i64 in ns) -> i32."""
        return self._wait(record, base, 4, base + 3)

    def wait64(self, record, base):
        """(memory, address, expected i64, timeout i64 in ns) -> i32."""
        return self._wait(record, base, 8, base + 4)

    def _wait(self, record, base, size, timeout):
        stack = record.stack
        memory, address = stack[base], stack[base + 1]
        if not record.mems[8 * memory + 6] & 1:
            return SHARED
        if not is_equal(record, memory, address, base + 2, size):
            stack[base] = NOT_EQUAL
            return 0
        scheduler = self.scheduler
        thread = scheduler.current
        if thread.task is None:  # in realloc
            return DEADLOCK
        high = stack[timeout + 1]
        ms = (high << 32 | stack[timeout]) // 1000000
        timed = not high & 0x80000000 and ms < LONGEST
        at = WORDS * thread.number
        mine = self._words
        mine[at] = memory
        mine[at + ADDRESS] = address
        mine[at + STATE] = TIMED if timed else WAITING
        if timed:
            mine[at + UNTIL] = ticks_ms() + ms + 1 & 0x3FFFFFFF
            self.timed += 1
        scheduler.block(self, base, self, False)
        return SUSPENDED

    def notify(self, record, base):
        """(memory, address, count i32) -> i32: how many threads it woke."""
        stack = record.stack
        memory, address, count = stack[base], stack[base + 1], stack[base + 2]
        mine = self._words
        woken = 0
        thread = self.scheduler.waiting.first
        while thread and woken < count:
            if thread.waits_for is self:
                at = WORDS * thread.number
                state = mine[at + STATE]
                same = mine[at] == memory and mine[at + ADDRESS] == address
                if same and state != NOTIFIED and not self.ready(thread):
                    if state == TIMED:
                        self.timed -= 1
                    mine[at + STATE] = NOTIFIED
                    woken += 1
            thread = thread.after
        stack[base] = woken
        return 0

    def ready(self, thread):
        """Whether a thread was notified or its time is over."""
        at = WORDS * thread.number
        state = self._words[at + STATE]
        return state == NOTIFIED or state == TIMED and left(self._words[at + UNTIL]) <= 0

    def sleep(self):
        """Nothing else can run: let a millisecond pass if a thread waits for its time to be over.

        Returns whether there is one.
        """
        if not self.timed:
            return False
        instances = self.scheduler.instances
        thread = self.scheduler.waiting.first
        while thread:
            if thread.waits_for is self and self._words[WORDS * thread.number + STATE] == TIMED:
                if instances.may_enter_from(thread.task.lifted.inst, NONE):
                    if hasattr(time, "sleep_ms"):
                        time.sleep_ms(1)
                    else:
                        time.sleep(0.001)
                    return True
            thread = thread.after
        return False

    def finish(self, thread, cancelled):
        """A thread that waited goes on."""
        state = self._words[WORDS * thread.number + STATE]
        if state == TIMED:
            self.timed -= 1
        thread.record.stack[thread.base] = 0 if state == NOTIFIED else TIMED_OUT
        return RUN
