# Streams and futures: what two ends share, and copies between them (CanonicalABI.md, Stream State,
# Future State, lift_stream, lower_stream). A copy goes from guest memory to guest memory.

from .concurrent_trap import (
    COPY_BUSY,
    COPY_DONE,
    FUTURE_UNWRITTEN,
    LIFTED_IN_SET,
    SAME_INSTANCE,
)
from .plan import BOOL, F64, NONE
from .transfer import copy_elements
from .waitable import (
    DROPPED_END,
    FUTURE_READ,
    FUTURE_WRITE,
    READABLE_FUTURE,
    READABLE_STREAM,
    RECLAIM,
    STREAM_READ,
    STREAM_WRITE,
    WRITES,
    Waitable,
    set_event,
)

IDLE, COPYING, CANCELLING_COPY, DONE = range(4)
COMPLETED, DROPPED, CANCELLED = 0, 1, 2


class CopyEnd(Waitable):
    """One end of a stream or future, with the buffer of its copy.

    state: IDLE to DONE. owner: what the buffer belongs to: the CopyBuiltin that was called last,
    which has the context and the type of the elements, or Python's End, whose cx is None; or None.
    ptr, length, progress: the buffer, in elements from ptr on that have not been copied. inst: the
    instance that has the end. Flags: RECLAIM: the copy goes on until the event is delivered.
    DROPPED_END. WRITES. From bit 8 on the result of the copy, for the event.
    """

    def __init__(self, shared, flags):
        Waitable.__init__(self)
        self.shared = shared
        self.flags = flags
        self.start(0)

    def start(self, inst):
        self.flags &= WRITES
        self.wset = None
        self.index = 0
        self.inst = inst
        self.state = IDLE
        self.owner = None
        self.ptr = self.length = self.progress = 0

    def kind(self):
        """Its kind in a table of handles."""
        kind = READABLE_FUTURE if self.shared.is_future else READABLE_STREAM
        return kind + 1 if self.flags & WRITES else kind

    def copying(self):
        return self.state == COPYING or self.state == CANCELLING_COPY

    def remain(self):
        return self.length - self.progress

    def set_event(self):
        Waitable.set_event(self)
        owner = self.owner
        if owner is not None and owner.cx is None:
            owner.arrived()

    def put_result(self, result):
        """Note how the copy has ended so far."""
        self.flags = self.flags & 0xFF | result << 8

    def copied(self):
        """Some elements were copied; more may follow until that is delivered."""
        self.flags = self.flags & 0xFF | RECLAIM | COMPLETED << 8
        self.set_event()

    def done(self, result):
        """The copy has ended."""
        self.flags = self.flags & 0xFF & ~RECLAIM | result << 8
        self.set_event()

    def deliver(self, scheduler):
        """Its event: how the copy has ended by now."""
        shared = self.shared
        flags = self.flags
        if flags & RECLAIM:
            self.flags = flags & ~RECLAIM
            shared.pending = None
        payload = flags >> 8
        if shared.is_future:
            self.state = IDLE if payload == CANCELLED else DONE
            code = FUTURE_WRITE if flags & WRITES else FUTURE_READ
        else:
            self.state = DONE if payload == DROPPED else IDLE
            code = STREAM_WRITE if flags & WRITES else STREAM_READ
            payload |= self.progress << 4
        set_event(scheduler, code, self.index, payload)

    def drop(self, scheduler):
        """Traps if it is copying, or is to write a future and did not."""
        shared = self.shared
        if shared.is_future and self.flags & WRITES and self.state != DONE and not self.copying():
            scheduler.trap(FUTURE_UNWRITTEN, self.inst)
        if self.copying():
            scheduler.trap(COPY_BUSY, self.inst)
        self.let_go(scheduler)

    def check_lift(self, scheduler, inst):
        """Traps unless it can be given away."""
        if self.copying():
            scheduler.trap(COPY_BUSY, inst)
        if self.state == DONE:
            scheduler.trap(COPY_DONE, inst)
        if self.wset:
            scheduler.trap(LIFTED_IN_SET, inst)

    def let_go(self, scheduler):
        """Nobody has it any longer."""
        shared = self.shared
        shared.drop()
        self.join(None)
        self.flags |= DROPPED_END
        self.index = 0
        other = shared.readable if self.flags & WRITES else shared.writable
        owner = other.owner
        if owner is not None and owner.cx is None and owner.dropped():
            other.flags |= DROPPED_END
        if shared.readable.flags & shared.writable.flags & DROPPED_END:
            scheduler.streams.give(shared)


class Shared:
    """A stream or future. t: number of its element type, 0 for none. pending: the end that waits
    for the other one, or None. dropped: one end is gone.
    """

    after = None  # in a Pool, the next one that nobody has

    def __init__(self, number):
        self.number = number
        self.readable = CopyEnd(self, 0)
        self.writable = CopyEnd(self, WRITES)
        self.pending = None
        self.is_future = self.dropped = False
        self.t = 0

    def start(self, inst, t, is_future):
        self.t = t
        self.is_future = is_future
        self.pending = None
        self.dropped = False
        self.readable.start(inst)
        self.writable.start(inst)

    def copy(self, end, scheduler):
        """An end arrives with its buffer: it waits, or copies to or from the other end."""
        other = self.pending
        if self.dropped:
            end.done(DROPPED)
        elif not other:
            self.pending = end
            if not end.flags & WRITES:
                owner = self.writable.owner
                if owner is not None and owner.cx is None:
                    owner.wanted(end.length - end.progress)
        elif self.is_future:
            self._check_instances(end, other, scheduler)
            self._move(end, other, 1, scheduler)
            self.pending = None
            other.done(COMPLETED)
            end.done(COMPLETED)
        else:
            self._check_instances(end, other, scheduler)
            if other.remain():
                count = min(end.remain(), other.remain())
                if count:
                    self._move(end, other, count, scheduler)
                    other.copied()
                end.done(COMPLETED)
            elif end.flags & WRITES and not end.length and not other.length:
                end.done(COMPLETED)
            else:
                other.done(COMPLETED)
                self.pending = end

    def _check_instances(self, end, other, scheduler):
        t = self.t
        if t and end.inst == other.inst != NONE and not BOOL < scheduler.calls.plan.kind(t) <= F64:
            scheduler.trap(SAME_INSTANCE, end.inst)

    def _move(self, end, other, count, scheduler):
        """Copy elements between the buffers of two ends."""
        source, target = end, other
        if not end.flags & WRITES:
            source, target = other, end
        cx = target.owner.cx
        if cx is None or source.owner.cx is None:
            from .host_ends import move_host

            move_host(source, target, count)
        elif self.t:
            move(source, target, count, cx)
        source.progress += count
        target.progress += count

    def cancel(self):
        """The copy of the end that waits is cancelled."""
        self._end_pending(CANCELLED)

    def drop(self):
        """An end is dropped."""
        if not self.dropped:
            self.dropped = True
            if self.pending:
                self._end_pending(DROPPED)

    def _end_pending(self, result):
        end = self.pending
        self.pending = None
        end.done(result)


def move(source, target, count, cx):
    """Copy elements from guest memory to guest memory, whose context is cx."""
    here, there = source.owner, target.owner
    s, t = here.element, there.element
    size = count * cx.plan.elem_size(s)
    calls = cx.calls
    calls.copier = calls.scheduler.copier(here.cx, cx)
    copy_elements(here.cx, source.ptr, count, s, cx, target.ptr, t)
    source.ptr += size
    target.ptr += count * cx.plan.elem_size(t)
