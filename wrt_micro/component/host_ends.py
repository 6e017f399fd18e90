# Streams, futures and error contexts as Python sees them.
#
# A component gives Python readable ends: a StreamReader or FutureReader. Python gives components
# one of these, or for a stream any iterable, whose elements are taken as the component reads them,
# and for a future a Promise or a function that makes the value when the component reads it.

from .error_context import ErrorContext, lift_error_context, lower_error_context
from .lift import load_list_from_valid_range
from .lower import store_list_into_valid_range
from .plan import ERROR_CONTEXT, FUTURE, NONE, STREAM, U8
from .streams import COPYING, DONE, lift_end, lower_end
from .trap import Mismatch
from .waitable import deliver

CHUNK = 64  # elements that Python takes from an iterable at a time


class Reader:
    """A readable end that Python has, until it is dropped or given away."""

    def __init__(self, cx, end):
        self._scheduler = cx.calls.scheduler
        self._end = end
        self._u8 = end.shared.t and cx.plan.kind(end.shared.t) == U8
        self._values = None
        end.host = self
        end.cx = None
        end.inst = NONE

    @property
    def done(self):
        """Whether a read that was started is complete."""
        return self._end.has_event

    def _start(self, count):
        end = self._end
        if end is None:
            raise ValueError("the end is gone")
        self._values = b"" if self._u8 else []
        end.length = count
        end.progress = 0
        end.state = COPYING
        end.shared.copy(end, self._scheduler)

    def _wait(self):
        if not self.done:
            self._scheduler.run_until(self)
        deliver(self._scheduler, self._end)

    def received(self, values):
        """Elements have come."""
        self._values = self._values + values

    def drop(self):
        """Give up the end. Does nothing if it is gone."""
        end = self._end
        if end is not None:
            if end.copying():
                raise ValueError("a read is under way")
            self._end = None
            end.host = None
            end.drop(self._scheduler)


class StreamReader(Reader):
    """The readable end of a stream. Iterating gives its elements, one by one."""

    def read(self, count):
        """Up to count elements, at least one: bytes for a stream of u8, else a list; empty at the
        end of the stream. Components run until there is something. Raises Trap.
        """
        if self._end is None:
            return b"" if self._u8 else []
        self._start(count)
        self._wait()
        if self._end.state == DONE:
            self.drop()
        return self._values

    def __iter__(self):
        while True:
            values = self.read(CHUNK)
            if not values:
                return
            for value in values:
                yield value


class FutureReader(Reader):
    """The readable end of a future."""

    def read(self):
        """The value. Components run until it is there. Raises Trap."""
        self._start(1)
        self._wait()
        value = self._values[0]
        self.drop()
        return value


class Promise:
    """The value of a future that Python gives to a component, to be set once."""

    def __init__(self):
        self._end = None
        self._scheduler = None
        self._values = None

    def set(self, value):
        """The value is there. Raises ValueError if it was there already."""
        if self._values is not None:
            raise ValueError("the promise has its value")
        self._values = [value]
        if self._end and self._end.shared.pending:
            self.wanted(1)

    def wanted(self, count):
        """A component reads."""
        end = self._end
        if self._values is None or end.state == DONE:
            return
        write(end, self._scheduler, 1)

    def take(self, count):
        return self._values

    def close(self):
        """The component has dropped its end."""
        self._end = None


class Made(Promise):
    """A future whose value a function makes when it is read."""

    def __init__(self, function):
        Promise.__init__(self)
        self._function = function

    def wanted(self, count):
        if self._values is None:
            self._values = [self._function()]
        Promise.wanted(self, count)


class Source:
    """A stream whose elements come from an iterable."""

    def __init__(self, values):
        self._end = None
        self._scheduler = None
        if isinstance(values, (bytes, bytearray, memoryview, list, tuple)):
            self._values, self._more = values, None
        else:
            self._values, self._more = [], iter(values)

    def wanted(self, count):
        """A component reads: take what it wants from the iterable, or end the stream."""
        end = self._end
        if self._more and not len(self._values):
            self._values = []
            for value in self._more:
                self._values.append(value)
                if len(self._values) >= count:
                    break
            else:
                self._more = None
        if len(self._values):
            write(end, self._scheduler, len(self._values))
        else:
            end.state = DONE
            end.host = None
            end.drop(self._scheduler)

    def take(self, count):
        taken, self._values = self._values[:count], self._values[count:]
        return taken

    def close(self):
        """The component has dropped its end."""
        self._values = self._more = None


def write(end, scheduler, count):
    """Python writes: a component is waiting, so that it is done at once."""
    end.length = count
    end.progress = 0
    end.state = COPYING
    end.shared.copy(end, scheduler)
    deliver(scheduler, end)
    if end.shared.is_future:
        end.host = None
        end.drop(scheduler)


def move_host(source, target, count):
    """Copy elements between a component and Python."""
    if source.cx is None:
        values = source.host.take(count)
    else:
        cx = source.cx
        t = source.t
        values = [None] * count
        if t:
            values = load_list_from_valid_range(cx, source.ptr, count, t)
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
        context.handles += 1  # Python's, for good
        return context
    end = lift_end(cx, i, t)
    return FutureReader(cx, end) if kind == FUTURE else StreamReader(cx, end)


def give_end(cx, value, t, kind):
    """A handle of the component's for what Python gives it."""
    if kind == ERROR_CONTEXT:
        if not isinstance(value, ErrorContext):
            raise Mismatch(TypeError, "an error context that a component made", value)
        return lower_error_context(cx, value)
    if isinstance(value, StreamReader if kind == STREAM else FutureReader):
        end = value._end
        if end is None or end.shared.t != cx.plan.word(t + 12):
            raise Mismatch(ValueError, "an end that is not gone, of the same type", value)
        value._end = None
        end.host = None
        return lower_end(cx, end)
    return lower_end(cx, _new_end(cx, _source(value, kind), t, kind == FUTURE))


def _source(value, kind):
    if kind == FUTURE:
        if isinstance(value, Promise):
            return value
        if callable(value):
            return Made(value)
        raise Mismatch(TypeError, "a future (a Promise, or a function that makes it)", value)
    try:
        return Source(value)
    except TypeError:
        pass
    raise Mismatch(TypeError, "a stream (an iterable)", value)


def _new_end(cx, source, t, is_future):
    """The readable end of a new stream or future that Python writes."""
    scheduler = cx.calls.scheduler
    shared = scheduler.new_shared(cx.inst, cx.plan.word(t + 12), is_future)
    writable = shared.writable
    writable.inst = NONE
    writable.host = source
    source._end = writable
    source._scheduler = scheduler
    return shared.readable
