# The built-ins of streams and futures (CanonicalABI.md, canon stream.*, canon future.*).

from ..thread import SUSPENDED
from .concurrent_trap import (
    BUFFER_LENGTH,
    COPY_BUSY,
    COPY_DONE,
    COPY_IDLE,
    IN_WAITABLE_SET,
)
from .plan import (
    ASYNC,
    BUILTIN_FLAGS,
    BUILTIN_TYPE,
    CANON_INSTANCE,
    CANON_OPTIONS,
    FUTURE,
    OPTIONS_FLAGS,
    PTR_SIZE,
    WIDE,
)
from .status import RUN
from .streams import CANCELLED, CANCELLING_COPY, COPYING, DONE
from .trap import LIST_BOUNDS, UNALIGNED
from .waitable import (
    HAS_EVENT,
    HAS_SYNC_WAITER,
    READABLE_FUTURE,
    READABLE_STREAM,
    RECLAIM,
    deliver,
)

BLOCKED = 0xFFFFFFFF
MAX_LENGTH = (1 << 28) - 1


def copy_builtin(calls, at, opcode):
    """The host function(record, base) of a built-in; opcodes 0x0e to 0x1b."""
    # Both families have the same order: new, read, write, cancel-read, cancel-write,
    # drop-readable, drop-writable.
    place = (opcode - 0x0E) % 7
    plan = calls.plan
    inst = plan.word(at + CANON_INSTANCE)
    t = plan.word(at + BUILTIN_TYPE)
    # One object serves reads or writes, and new and drop, which need less of it.
    kind = READABLE_FUTURE if plan.kind(t) == FUTURE else READABLE_STREAM
    kind += place in (0, 2, 4, 6)
    key = (kind, inst, t)
    builtin = calls.made.get(key)
    if not builtin:
        builtin = calls.made[key] = CopyBuiltin(calls.scheduler, inst, plan.word(t + 12), kind)
    if place in (1, 2):
        return _copying(calls, at, builtin).canon_copy
    if place in (3, 4):
        builtin = CopyBuiltin(calls.scheduler, inst, builtin.t, kind)
        if plan.word(at + BUILTIN_FLAGS) & ASYNC:
            builtin.flags |= ASYNC
        return builtin.canon_cancel
    return builtin.canon_drop if place else builtin.canon_new


def _copying(calls, at, builtin):
    """The built-in, or another one, with what reads or writes with these options need."""
    plan = calls.plan
    options = plan.word(at + CANON_OPTIONS)
    if builtin.cx:
        key = (builtin.kind, builtin.inst, plan.word(at + BUILTIN_TYPE), options)
        made = calls.made.get(key)
        if made:
            return made
        builtin = CopyBuiltin(builtin.scheduler, builtin.inst, builtin.t, builtin.kind)
        calls.made[key] = builtin
    builtin.cx = calls.context(options, builtin.inst)
    element = plan.word(plan.word(at + BUILTIN_TYPE) + 8)
    if element:
        builtin.element = element
    flags = plan.word(options + OPTIONS_FLAGS) if options else plan.word(at + BUILTIN_FLAGS)
    if flags & ASYNC:
        builtin.flags |= ASYNC
    if options and plan.word(options + PTR_SIZE) == 8:
        builtin.flags |= WIDE
    return builtin


class CopyBuiltin:
    """The built-ins for one end of streams or futures of one type, in one instance.

    t: number of the element type. kind: of the end, in a table of handles. cx, element: of reads
    and writes: the context, and the type of the elements, or 0. flags: ASYNC: the option. WIDE:
    addresses have 64 bits.
    """

    cx = None
    element = 0

    def __init__(self, scheduler, inst, t, kind):
        self.scheduler = scheduler
        self.inst = inst
        self.t = t
        self.kind = kind
        self.flags = 0

    def _end(self, i):
        """The end with index i. Traps if it is of another kind or type."""
        scheduler = self.scheduler
        shared = scheduler.streams.items[scheduler.handle(self.inst, i, self.kind)]
        if shared.t != self.t:
            scheduler.wrong_handle(self.inst)
        return shared.writable if self.kind & 1 else shared.readable

    def canon_new(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        scheduler.reserve_handles(self.inst, 2)
        shared = scheduler.new_shared(self.inst, self.t, self.kind >= READABLE_FUTURE)
        for end in (shared.readable, shared.writable):
            end.index = scheduler.add_handle(self.inst, end.kind(), shared.number)
            record.stack[base] = end.index
            base += 1
        return 0

    def canon_copy(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        if not self.flags & ASYNC:
            scheduler.check_block(self.inst)
        stack = record.stack
        end = self._end(stack[base])
        if end.copying():
            scheduler.trap(COPY_BUSY, self.inst)
        if end.state == DONE:
            scheduler.trap(COPY_DONE, self.inst)
        if end.wset and not self.flags & ASYNC:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        ptr, at = stack[base + 1], base + 2
        if self.flags & WIDE:
            ptr, at = ptr | stack[at] << 32, at + 1
        length = 1
        if self.kind < READABLE_FUTURE:
            length = stack[at] | stack[at + 1] << 32 if self.flags & WIDE else stack[at]
        self._check_buffer(ptr, length)
        end.owner = self
        end.ptr = ptr
        end.length = length
        end.progress = 0
        end.state = COPYING
        end.shared.copy(end, scheduler)
        return self._finish(end, stack, base)

    def _check_buffer(self, ptr, length):
        if length > MAX_LENGTH:
            self.scheduler.trap(BUFFER_LENGTH, self.inst)
        if self.element and length:
            plan = self.cx.plan
            size = length * plan.elem_size(self.element)
            alignment = plan.alignment(self.element)
            self.cx.check_range(ptr, size, alignment, UNALIGNED, LIST_BOUNDS)

    def _finish(self, end, stack, base):
        """The end of a built-in that waits for an end's event."""
        scheduler = self.scheduler
        if end.flags & HAS_EVENT:
            self._deliver(end, stack, base)
            return 0
        if self.flags & ASYNC:
            stack[base] = BLOCKED
            if self.flags & WIDE and self.kind < READABLE_FUTURE:
                stack[base + 1] = 0
            return 0
        end.flags |= HAS_SYNC_WAITER
        scheduler.current.operand = end
        scheduler.block(self, base, end, False)
        return SUSPENDED

    def finish(self, thread, cancelled):
        """A thread that waited for an end's event goes on."""
        end = thread.operand
        end.flags &= ~HAS_SYNC_WAITER
        self._deliver(end, thread.record.stack, thread.base)
        return RUN

    def _deliver(self, end, stack, base):
        deliver(self.scheduler, end)
        stack[base] = self.scheduler.event_payload
        if self.flags & WIDE and self.kind < READABLE_FUTURE:
            stack[base + 1] = 0

    def canon_cancel(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        if not self.flags & ASYNC:
            scheduler.check_block(self.inst)
        end = self._end(record.stack[base])
        if end.state != COPYING or end.flags & HAS_SYNC_WAITER:
            scheduler.trap(COPY_IDLE, self.inst)
        if end.wset and not self.flags & ASYNC:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        end.state = CANCELLING_COPY
        if not end.flags & HAS_EVENT:
            end.shared.cancel()
        elif end.flags & RECLAIM and "completed_cancel" not in scheduler.calls.policies:
            # As in wasmtime and the official tests; definitions.py says COMPLETED.
            end.put_result(CANCELLED)
        return self._finish(end, record.stack, base)

    def canon_drop(self, record, base):
        self.scheduler.instances.check_leave(self.inst)
        i = record.stack[base]
        end = self._end(i)
        end.drop(self.scheduler)
        self.scheduler.instances.handles[self.inst].remove(i)
        return 0
