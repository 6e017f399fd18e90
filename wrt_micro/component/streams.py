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
    FUTURE_READ,
    FUTURE_WRITE,
    READABLE_FUTURE,
    READABLE_STREAM,
    STREAM_READ,
    STREAM_WRITE,
    WRITABLE_FUTURE,
    WRITABLE_STREAM,
    Waitable,
    set_event,
)

IDLE, COPYING, CANCELLING_COPY, DONE = range(4)
COMPLETED, DROPPED, CANCELLED = 0, 1, 2


class CopyEnd(Waitable):
    """One end of a stream or future, with the buffer of its copy.

    state: IDLE to DONE. cx, t, ptr, length, progress: the buffer, in elements of type t (0 for
    none) from ptr on that have not been copied. host: None, or Python's End. result: of the copy,
    for the event. reclaim: the copy goes on until the event is delivered.
    """

    def __init__(self, shared, writes):
        self.shared = shared
        self.writes = writes
        Waitable.__init__(self)

    def start(self, inst):
        self.reset()
        self.inst = inst
        self.state = IDLE
        self.cx = self.host = None
        self.t = self.ptr = self.length = self.progress = 0
        self.result = COMPLETED
        self.reclaim = self.dropped = False

    def kind(self):
        """Its kind in a table of handles."""
        if self.shared.is_future:
            return WRITABLE_FUTURE if self.writes else READABLE_FUTURE
        return WRITABLE_STREAM if self.writes else READABLE_STREAM

    def copying(self):
        return self.state == COPYING or self.state == CANCELLING_COPY

    def remain(self):
        return self.length - self.progress

    def set_event(self):
        Waitable.set_event(self)
        if self.host:
            self.host.arrived()

    def copied(self):
        """Some elements were copied; more may follow until that is delivered."""
        self.result = COMPLETED
        self.reclaim = True
        self.set_event()

    def done(self, result):
        """The copy has ended."""
        self.result = result
        self.reclaim = False
        self.set_event()

    def deliver(self, scheduler):
        """Its event: how the copy has ended by now."""
        shared = self.shared
        if self.reclaim:
            self.reclaim = False
            shared.pending = None
        payload = self.result
        if shared.is_future:
            self.state = IDLE if payload == CANCELLED else DONE
            code = FUTURE_WRITE if self.writes else FUTURE_READ
        else:
            self.state = DONE if payload == DROPPED else IDLE
            code = STREAM_WRITE if self.writes else STREAM_READ
            payload |= self.progress << 4
        set_event(scheduler, code, self.index, payload)

    def drop(self, scheduler):
        """Traps if it is copying, or is to write a future and did not."""
        shared = self.shared
        if shared.is_future and self.writes and self.state != DONE and not self.copying():
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
        self.dropped = True
        self.index = 0
        other = shared.readable if self.writes else shared.writable
        if other.host and other.host.dropped():
            other.dropped = True
        if shared.readable.dropped and shared.writable.dropped:
            scheduler.streams.give(shared)


class Shared:
    """A stream or future. t: number of its element type, 0 for none. pending: the end that waits
    for the other one, or None. dropped: one end is gone.
    """

    def __init__(self):
        self.readable = CopyEnd(self, False)
        self.writable = CopyEnd(self, True)
        self.is_future = False
        self.t = 0
        self.number = 0

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
            if not end.writes and self.writable.host:
                self.writable.host.wanted(end.remain())
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
            elif end.writes and not end.length and not other.length:
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
        if not end.writes:
            source, target = other, end
        if source.host or target.host:
            from .host_ends import move_host

            move_host(source, target, count)
        elif self.t:
            move(source, target, count)
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


def move(source, target, count):
    """Copy elements from guest memory to guest memory."""
    cx = target.cx
    calls = cx.calls
    calls.copier = calls.scheduler.copier(source.cx, cx)
    copy_elements(source.cx, source.ptr, count, source.t, cx, target.ptr, target.t)
    source.ptr += count * cx.plan.elem_size(source.t)
    target.ptr += count * cx.plan.elem_size(target.t)


def make_pool(count):
    """The streams and futures of a scheduler."""
    from .pool import Pool

    return Pool([Shared() for _ in range(count)])
