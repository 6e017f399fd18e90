# Waitables and sets of them, and their built-ins (CanonicalABI.md, Waitable State).

from ..thread import SUSPENDED
from .concurrent_trap import WAITABLE_SET_IN_USE, WAITABLE_SETS_FULL, WAITED_FOR
from .handles import KIND, REP
from .plan import BUILTIN_FLAGS, BUILTIN_MEMORY, CANCELLABLE, CANON_INSTANCE
from .pool import Queue
from .status import RUN
from .trap import OUT_OF_BOUNDS, UNALIGNED

# Event codes.
NONE, SUBTASK, STREAM_READ, STREAM_WRITE, FUTURE_READ, FUTURE_WRITE, TASK_CANCELLED = range(7)
# Kinds of entries in a table of handles, after those of resources; REP is a number in a pool.
SUBTASK_HANDLE, WAITABLE_SET, ERROR_CONTEXT_HANDLE = 3, 4, 5
READABLE_STREAM, WRITABLE_STREAM, READABLE_FUTURE, WRITABLE_FUTURE = 6, 7, 8, 9
# Flags of waitables: of all of them, of ends, and of subtasks. Numbers for which an attribute of
# each would take twice the heap.
HAS_EVENT, HAS_SYNC_WAITER = 1, 2
RECLAIM, DROPPED_END, WRITES = 4, 8, 16
CANCELLATION_REQUESTED, DELIVERED = 4, 8


class Waitable:
    """What a thread can wait for: a subtask, or an end of a stream or future.

    flags: HAS_EVENT: an event is pending; what it says is only made when it is delivered.
    HAS_SYNC_WAITER: a thread waits for this one alone. Others are of subtasks and ends. wset: the
    set it is in, or None. index: in the table of handles, 0 for none.
    """

    def __init__(self):
        self.before = self.after = None
        self.flags = 0
        self.wset = None
        self.index = 0

    def set_event(self):
        """An event is pending. Sets deliver what became pending first."""
        if not self.flags & HAS_EVENT:
            self.flags |= HAS_EVENT
            wset = self.wset
            if wset:
                wset.remove(self)
                wset.append(self)

    def ready(self, thread):
        """Whether a thread that waits for it may go on."""
        return self.flags & HAS_EVENT != 0

    def join(self, wset):
        """Move it to a set, or to none."""
        if self.wset:
            self.wset.remove(self)
        self.wset = wset
        if wset:
            wset.append(self)


class WaitableSet(Queue):
    """A queue of its waitables. num_waiting: threads that wait for it."""

    after = None  # in a Pool, the next one that nobody has

    def __init__(self, number):
        Queue.__init__(self)
        self.number = number
        self.num_waiting = 0

    def pending(self):
        """The waitable whose event is delivered next, or None."""
        w = self.first
        while w and not w.flags & HAS_EVENT:
            w = w.after
        return w

    def ready(self, thread):
        return self.pending() is not None


def deliver(scheduler, w):
    """Take the pending event of a waitable: into scheduler.event, index and payload."""
    w.flags &= ~HAS_EVENT
    w.deliver(scheduler)


def set_event(scheduler, code, index, payload):
    scheduler.event = code
    scheduler.event_index = index
    scheduler.event_payload = payload


def get_set(scheduler, inst, i):
    """The waitable set with index i in an instance. Traps if it is none."""
    return scheduler.sets.items[scheduler.handle(inst, i, WAITABLE_SET)]


def get_waitable(scheduler, inst, i):
    """The waitable with index i in an instance. Traps if it is none."""
    at = scheduler.handle_at(inst, i)
    entries = scheduler.instances.handles[inst].entries
    kind, number = entries[at + KIND] & 0xFF, entries[at + REP]
    if kind == SUBTASK_HANDLE:
        return scheduler.subtasks.items[number]
    if kind >= READABLE_STREAM:
        shared = scheduler.streams.items[number]
        return shared.writable if kind & 1 else shared.readable
    scheduler.wrong_handle(inst)


def waitable_builtin(calls, at, opcode):
    """The host function(record, base) of a built-in; opcodes 0x1f to 0x23."""
    plan = calls.plan
    inst, memory = plan.word(at + CANON_INSTANCE), plan.word(at + BUILTIN_MEMORY)
    cancellable = plan.word(at + BUILTIN_FLAGS) & CANCELLABLE
    if opcode not in (0x20, 0x21):  # only wait and poll store something, and wait
        memory = cancellable = 0
    key = (opcode in (0x20, 0x21), inst, memory, cancellable)
    builtin = calls.made.get(key)
    if not builtin:
        builtin = calls.made[key] = WaitableBuiltin(calls, inst, memory, cancellable)
    return (
        builtin.canon_waitable_set_new,
        builtin.canon_waitable_set_wait,
        builtin.canon_waitable_set_poll,
        builtin.canon_waitable_set_drop,
        builtin.canon_waitable_join,
    )[opcode - 0x1F]


class WaitableBuiltin:
    """The built-ins of waitable sets in one instance."""

    def __init__(self, calls, inst, memory, cancellable):
        self.scheduler = calls.scheduler
        self.inst = inst
        self.memory = memory
        self.cancellable = cancellable

    def canon_waitable_set_new(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        scheduler.reserve_handles(self.inst, 1)
        wset = scheduler.sets.take()
        if not wset:
            scheduler.full(WAITABLE_SETS_FULL, self.inst, scheduler.sets)
        record.stack[base] = scheduler.add_handle(self.inst, WAITABLE_SET, wset.number)
        return 0

    def canon_waitable_set_wait(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        wset = get_set(scheduler, self.inst, record.stack[base])
        thread = scheduler.current
        if thread.task.deliver_pending_cancel(self.cancellable):
            set_event(scheduler, TASK_CANCELLED, 0, 0)
            return self._store_event(record.stack, base)
        w = wset.pending()
        if w:  # no other thread needs to run first
            deliver(scheduler, w)
            return self._store_event(record.stack, base)
        wset.num_waiting += 1
        thread.operand = wset
        scheduler.block(self, base, wset, self.cancellable)
        return SUSPENDED

    def finish(self, thread, cancelled):
        """A thread that waited may go on."""
        scheduler = self.scheduler
        wset = thread.operand
        wset.num_waiting -= 1
        if cancelled:
            set_event(scheduler, TASK_CANCELLED, 0, 0)
        else:
            deliver(scheduler, wset.pending())
        self._store_event(thread.record.stack, thread.base)
        return RUN

    def canon_waitable_set_poll(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        wset = get_set(scheduler, self.inst, record.stack[base])
        w = wset.pending()
        if scheduler.current.task.deliver_pending_cancel(self.cancellable):
            set_event(scheduler, TASK_CANCELLED, 0, 0)
        elif w:
            deliver(scheduler, w)
        else:
            set_event(scheduler, NONE, 0, 0)
        return self._store_event(record.stack, base)

    def _store_event(self, stack, base):
        """Store index and payload where the second argument says; the code is the result."""
        scheduler = self.scheduler
        store = scheduler.store
        mems = store.mems
        at = 8 * self.memory
        ptr = stack[base + 1]
        if mems[at + 6] & 2:
            ptr |= stack[base + 2] << 32
        if ptr & 3:
            self._trap(UNALIGNED)
        if ptr + 8 > mems[at + 2]:
            self._trap(OUT_OF_BOUNDS)
        mem = store.memories[self.memory]
        put_word(mem, ptr, scheduler.event_index)
        put_word(mem, ptr + 4, scheduler.event_payload)
        stack[base] = scheduler.event
        return 0

    def _trap(self, number):
        self.scheduler.calls.context(0, self.inst).trap(number)

    def canon_waitable_set_drop(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        i = record.stack[base]
        wset = get_set(scheduler, self.inst, i)
        if wset.first or wset.num_waiting:
            scheduler.trap(WAITABLE_SET_IN_USE, self.inst)
        self.scheduler.instances.handles[self.inst].remove(i)
        scheduler.sets.give(wset)
        return 0

    def canon_waitable_join(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        w = get_waitable(scheduler, self.inst, record.stack[base])
        if w.flags & HAS_SYNC_WAITER:
            scheduler.trap(WAITED_FOR, self.inst)
        i = record.stack[base + 1]
        w.join(get_set(scheduler, self.inst, i) if i else None)
        return 0


def put_word(mem, at, word):
    """Store a u32."""
    mem[at] = word & 0xFF
    mem[at + 1] = word >> 8 & 0xFF
    mem[at + 2] = word >> 16 & 0xFF
    mem[at + 3] = word >> 24
