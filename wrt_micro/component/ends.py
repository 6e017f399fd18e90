# Readable ends, futures and error contexts that change hands (CanonicalABI.md, lift_stream,
# lower_stream, lift_future, lower_future, lift_error_context, lower_error_context).

from .plan import ERROR_CONTEXT, FUTURE
from .trap import HANDLE_TYPE
from .waitable import READABLE_FUTURE, READABLE_STREAM


def lift_end(cx, i, t):
    """Take the readable end with index i, of stream or future type t, out of the table."""
    plan = cx.plan
    scheduler = cx.calls.scheduler
    kind = READABLE_FUTURE if plan.kind(t) == FUTURE else READABLE_STREAM
    shared = scheduler.streams.items[scheduler.handle(cx.inst, i, kind)]
    if shared.t != plan.word(t + 12):
        cx.trap(HANDLE_TYPE)
    end = shared.readable
    end.check_lift(scheduler, cx.inst)
    scheduler.instances.handles[cx.inst].remove(i)
    end.index = 0
    return end


def lower_end(cx, end):
    """Put a readable end into the table; its index."""
    end.inst = cx.inst
    end.index = cx.calls.scheduler.add_handle(cx.inst, end.kind(), end.shared.number)
    return end.index


def cross_handle(source, i, s, target):
    """The index on the other side of a stream, future or error context."""
    if source.plan.bytes[s] == ERROR_CONTEXT:
        from .error_context import lift_error_context, lower_error_context

        return lower_error_context(target, lift_error_context(source, i))
    return lower_end(target, lift_end(source, i, s))
