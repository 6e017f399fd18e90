# stream.forward and future.forward: two streams become one without copying (CanonicalABI.md after
# pull request 717, canon stream.forward, canon future.forward).

from .handles import REP
from .plan import BUILTIN_TYPE, CANON_INSTANCE, FUTURE
from .trap import HANDLE_TYPE
from .waitable import READABLE_FUTURE, READABLE_STREAM


def forward_builtin(calls, at):
    """The host function(record, base) of a built-in; opcodes 0x2e and 0x2f."""
    return ForwardBuiltin(calls, at).canon_forward


class ForwardBuiltin:
    """Forwarding for streams or futures of one type, in one instance."""

    def __init__(self, calls, at):
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.inst = plan.word(at + CANON_INSTANCE)
        t = plan.word(at + BUILTIN_TYPE)
        self.t = plan.word(t + 12)
        self.kind = READABLE_FUTURE if plan.kind(t) == FUTURE else READABLE_STREAM

    def canon_forward(self, record, base):
        """(readable end, writable end): who reads the other end of the latter now reads what is
        written to the other end of the former. Both handles are gone."""
        self.instances.check_leave(self.inst)
        stack = record.stack
        source = self._shared(stack[base], self.kind)
        sink = self._shared(stack[base + 1], self.kind + 1)
        readable, writable = source.readable, sink.writable
        readable.check_lift(self.scheduler, self.inst)
        writable.check_lift(self.scheduler, self.inst)
        handles = self.instances.handles[self.inst]
        handles.remove(stack[base])
        handles.remove(stack[base + 1])
        if source is sink or source.dropped or sink.dropped:
            readable.let_go(self.scheduler)
            writable.let_go(self.scheduler)
        else:
            self._merge(source, sink)
        return 0

    def _shared(self, i, kind):
        """The stream or future of the end with index i. Traps if it is of another kind or type."""
        scheduler = self.scheduler
        shared = scheduler.streams.items[scheduler.handle(self.inst, i, kind)]
        if shared.t != self.t:
            scheduler.calls.context(0, self.inst).trap(HANDLE_TYPE)
        return shared

    def _merge(self, source, sink):
        """The sink's readable end becomes the source's."""
        scheduler = self.scheduler
        readable, end = source.readable, sink.readable
        waits = sink.pending is end
        source.readable, sink.readable = end, readable
        end.shared, readable.shared = source, sink
        if end.index:
            handles = scheduler.instances.handles[end.inst]
            handles.entries[handles.get(end.index) + REP] = source.number
        scheduler.streams.give(sink)
        if waits:
            source.copy(end, scheduler)
