# Ends of streams and futures that Python has, and error contexts.
#
# A component gives Python readable ends: a StreamReader or FutureReader. Python gives components
# one of these, or what host_source and host_future make an end of.

from .async_lift import Given
from .ends import lift_end, lower_end
from .error_context import ErrorContext, lift_error_context, lower_error_context
from .handles import REP
from .host_end import is_bytes
from .host_turns import host_of
from .lift import load_list_from_valid_range
from .lower import store_list_into_valid_range
from .plan import ERROR_CONTEXT, FUTURE
from .trap import Mismatch


def move_host(source, target, count):
    """Copy elements between a component and Python."""
    if source.owner.cx is None:
        values = source.owner.take(count)
    else:
        cx = source.owner.cx
        t = source.owner.element
        values = [None] * count
        if t:
            if is_bytes(cx.plan, t) and target.owner.cx is None:
                cx.views = True  # the reader copies at once
            values = load_list_from_valid_range(cx, source.ptr, count, t)
            if cx.views:
                cx.views = False
            source.ptr += count * cx.plan.elem_size(t)
    if target.owner.cx is None:
        target.owner.received(values)
        return
    cx = target.owner.cx
    t = target.owner.element
    if not t:
        return
    wrong = None
    try:
        store_list_into_valid_range(cx, values, target.ptr, t)
    except Mismatch as error:
        error.inside("element ")
        wrong = error.raised()
    if wrong:
        raise wrong
    target.ptr += count * cx.plan.elem_size(t)


def take_end(cx, i, t, kind):
    """The Python object for a stream, future or error context that a component gives away."""
    if kind == ERROR_CONTEXT:
        context = lift_error_context(cx, i)
        context.handles += 1  # Python's, until context.drop()
        return context
    if kind == FUTURE:
        from .host_future import FutureReader as Reader
    else:
        from .host_stream import StreamReader as Reader
    reader = Reader(host_of(cx.calls.scheduler), cx.plan.word(t + 8), cx.plan)
    reader.bind(lift_end(cx, i, t))
    return reader


def give_end(cx, value, t, kind):
    """A handle of the component's for what Python gives it."""
    if kind == ERROR_CONTEXT:
        if not isinstance(value, ErrorContext):
            raise Mismatch(TypeError, "an error context that a component made", value)
        return _given(cx, value, lower_error_context(cx, value))
    cx.calls.scheduler.reserve_handles(cx.inst, 1)
    if kind == FUTURE:
        from .host_future import FutureReader as Reader
        from .host_future import source
    else:
        from .host_source import source
        from .host_stream import StreamReader as Reader
    if isinstance(value, Reader) and value.can_move():
        end = value._end
        if end is None or end.shared.t != cx.plan.word(t + 12):
            raise Mismatch(ValueError, "an end that is not gone, of the same type", value)
        value.unbind()
        return _given(cx, value, lower_end(cx, end))
    writer = source(host_of(cx.calls.scheduler), value, t, cx.plan)
    end = _new_end(cx, writer, t, kind == FUTURE)
    return _given(cx, writer if writer is value else None, lower_end(cx, end))


def _given(cx, value, i):
    """Note what Python gave as handle i, until all arguments of its call are known to be right."""
    if Given.ends is not None:
        Given.ends += ((value, i),)
    return i


def take_back(cx, given):
    """A call could not begin: Python gets back the ends that it gave; what it made is closed."""
    scheduler = cx.calls.scheduler
    table = scheduler.instances.handles[cx.inst]
    for value, i in given:
        number = table.entries[table.get(i) + REP]
        table.remove(i)
        if isinstance(value, ErrorContext):
            value.drop()
            continue
        end = scheduler.streams.items[number].readable
        end.index = 0
        if value:
            value.get_back(end)
        else:
            end.let_go(scheduler)


def _new_end(cx, writer, t, is_future):
    """The readable end of a new stream or future that Python writes."""
    shared = cx.calls.scheduler.new_shared(cx.inst, cx.plan.word(t + 12), is_future)
    writer.bind(shared.writable)
    return shared.readable
