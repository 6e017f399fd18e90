# Ends of streams and futures that Python has, and error contexts.
#
# A component gives Python readable ends: a StreamReader or FutureReader. Python gives components
# one of these, or what host_source and host_future make an end of.

from .error_context import ErrorContext, lift_error_context, lower_error_context
from .host_turns import host_of
from .lift import load_list_from_valid_range
from .lower import store_list_into_valid_range
from .plan import ERROR_CONTEXT, FUTURE, NONE, U8
from .streams import COPYING, lift_end, lower_end
from .trap import Mismatch


class End:
    """An end that Python has, until it is closed or given away.

    What the other end sees of it: wanted (it begins to read), take and received (elements are
    copied), arrived (the copy has an event), dropped (the other end is gone).
    """

    def __init__(self, host):
        self.host = host
        self._end = None

    def bind(self, end):
        """It is this end of a stream or future from now on."""
        self._end = end
        end.host = self
        end.cx = None
        end.inst = NONE
        self.host.ends.append(self)

    def unbind(self):
        """It is no end any longer; what it was."""
        end = self._end
        if end:
            self._end = None
            end.host = None
            self.host.ends.remove(self)
        return end

    def let_go(self):
        """Drop the end."""
        end = self.unbind()
        if end:
            end.drop(self.host.scheduler)

    def other_inst(self):
        """The component instance that has the other end, or NONE."""
        end = self._end
        if not end:
            return NONE
        shared = end.shared
        return shared.readable.inst if end.writes else shared.writable.inst

    def _other_waits(self):
        """Whether the other end waits for this one."""
        end = self._end
        return end is not None and end.shared.pending not in (None, end)

    def awaits_python(self, asyncio_runs):
        """Whether a component waits for what Python will write."""
        return False

    def awaits_reader(self):
        """Whether a component waits until Python reads."""
        return False

    def fail_copy(self, error):
        """The other end is lost. Returns whether a read or write fails because of that."""
        return False


def is_bytes(plan, t):
    """Whether elements of type t come as bytes."""
    return bool(t) and plan.kind(t) == U8


def begin_copy(end, length, scheduler):
    """Start to copy up to that many elements; the event comes now or later."""
    end.length = length
    end.progress = 0
    end.state = COPYING
    end.shared.copy(end, scheduler)


def move_host(source, target, count):
    """Copy elements between a component and Python."""
    if source.cx is None:
        values = source.host.take(count)
    else:
        cx = source.cx
        t = source.t
        values = [None] * count
        if t:
            cx.views = is_bytes(cx.plan, t) and target.cx is None  # the reader copies at once
            values = load_list_from_valid_range(cx, source.ptr, count, t)
            cx.views = False
            source.ptr += count * cx.plan.elem_size(t)
    if target.cx is None:
        target.host.received(values)
        return
    cx = target.cx
    t = target.t
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
        return lower_error_context(cx, value)
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
        return lower_end(cx, end)
    host = host_of(cx.calls.scheduler)
    return lower_end(cx, _new_end(cx, source(host, value, t, cx.plan), t, kind == FUTURE))


def _new_end(cx, writer, t, is_future):
    """The readable end of a new stream or future that Python writes."""
    shared = cx.calls.scheduler.new_shared(cx.inst, cx.plan.word(t + 12), is_future)
    writer.bind(shared.writable)
    return shared.readable
