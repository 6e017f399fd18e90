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
)
from .status import RUN
from .streams import CANCELLED, CANCELLING_COPY, COPYING, DONE
from .trap import HANDLE_TYPE, LIST_BOUNDS, UNALIGNED
from .waitable import READABLE_FUTURE, READABLE_STREAM, deliver

BLOCKED = 0xFFFFFFFF
MAX_LENGTH = (1 << 28) - 1


def copy_builtin(calls, at, opcode):
    """The host function(record, base) of a built-in; opcodes 0x0e to 0x1b."""
    # Both families have the same order: new, read, write, cancel-read, cancel-write,
    # drop-readable, drop-writable.
    place = (opcode - 0x0E) % 7
    builtin = CopyBuiltin(calls, at, place in (2, 4, 6))
    if not place:
        return builtin.canon_new
    return (builtin.canon_copy, builtin.canon_cancel, builtin.canon_drop)[(place - 1) // 2]


class CopyBuiltin:
    """The built-ins for one end of streams or futures of one type, in one instance."""

    def __init__(self, calls, at, writes):
        plan = calls.plan
        self.calls = calls
        self.plan = plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.inst = plan.word(at + CANON_INSTANCE)
        t = plan.word(at + BUILTIN_TYPE)
        self.is_future = plan.kind(t) == FUTURE
        self.element = plan.word(t + 8)
        self.t = plan.word(t + 12)
        self.writes = writes
        self.kind = (READABLE_FUTURE if self.is_future else READABLE_STREAM) + writes
        options = plan.word(at + CANON_OPTIONS)
        self.cx = calls.context(options, self.inst)
        self.wide = options and self.cx.ptr_size == 8
        flags = plan.word(options + OPTIONS_FLAGS) if options else plan.word(at + BUILTIN_FLAGS)
        self.is_async = flags & ASYNC
        self.completed_cancel = "completed_cancel" in calls.policies

    def _end(self, i):
        """The end with index i. Traps if it is of another kind or type."""
        scheduler = self.scheduler
        shared = scheduler.streams.items[scheduler.handle(self.inst, i, self.kind)]
        if shared.t != self.t:
            self.cx.trap(HANDLE_TYPE)
        return shared.writable if self.writes else shared.readable

    def canon_new(self, record, base):
        scheduler = self.scheduler
        self.instances.check_leave(self.inst)
        scheduler.reserve_handles(self.inst, 2)
        shared = scheduler.new_shared(self.inst, self.t, self.is_future)
        for end in (shared.readable, shared.writable):
            end.index = scheduler.add_handle(self.inst, end.kind(), shared.number)
            record.stack[base] = end.index
            base += 1
        return 0

    def canon_copy(self, record, base):
        scheduler = self.scheduler
        self.instances.check_leave(self.inst)
        if not self.is_async:
            scheduler.check_block(self.inst)
        stack = record.stack
        end = self._end(stack[base])
        if end.copying():
            scheduler.trap(COPY_BUSY, self.inst)
        if end.state == DONE:
            scheduler.trap(COPY_DONE, self.inst)
        if end.wset and not self.is_async:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        ptr, at = stack[base + 1], base + 2
        if self.wide:
            ptr, at = ptr | stack[at] << 32, at + 1
        length = 1
        if not self.is_future:
            length = stack[at] | stack[at + 1] << 32 if self.wide else stack[at]
        self._check_buffer(ptr, length)
        end.cx = self.cx
        end.t = self.element
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
            plan = self.plan
            size = length * plan.elem_size(self.element)
            alignment = plan.alignment(self.element)
            self.cx.check_range(ptr, size, alignment, UNALIGNED, LIST_BOUNDS)

    def _finish(self, end, stack, base):
        """The end of a built-in that waits for an end's event."""
        scheduler = self.scheduler
        if end.has_event:
            self._deliver(end, stack, base)
            return 0
        if self.is_async:
            stack[base] = BLOCKED
            if self.wide and not self.is_future:
                stack[base + 1] = 0
            return 0
        end.has_sync_waiter = True
        scheduler.current.operand = end
        scheduler.block(self, base, end, False)
        return SUSPENDED

    def finish(self, thread, cancelled):
        """A thread that waited for an end's event goes on."""
        end = thread.operand
        end.has_sync_waiter = False
        self._deliver(end, thread.record.stack, thread.base)
        return RUN

    def _deliver(self, end, stack, base):
        deliver(self.scheduler, end)
        stack[base] = self.scheduler.event_payload
        if self.wide and not self.is_future:
            stack[base + 1] = 0

    def canon_cancel(self, record, base):
        scheduler = self.scheduler
        self.instances.check_leave(self.inst)
        if not self.is_async:
            scheduler.check_block(self.inst)
        end = self._end(record.stack[base])
        if end.state != COPYING or end.has_sync_waiter:
            scheduler.trap(COPY_IDLE, self.inst)
        if end.wset and not self.is_async:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        end.state = CANCELLING_COPY
        if not end.has_event:
            end.shared.cancel()
        elif end.reclaim and not self.completed_cancel:
            # As in wasmtime and the official tests; definitions.py says COMPLETED.
            end.result = CANCELLED
        return self._finish(end, record.stack, base)

    def canon_drop(self, record, base):
        self.instances.check_leave(self.inst)
        i = record.stack[base]
        end = self._end(i)
        end.drop(self.scheduler)
        self.instances.handles[self.inst].remove(i)
        return 0
