# Streams that Python writes. There is no buffer: a write is under way until it was read.

from .conform import conform
from .host_copy import Write
from .host_end import End, is_bytes
from .trap import Mismatch
from .waitable import RECLAIM


class StreamWriter(End):
    """The writable end of a stream that Python gives to a component: app.new_stream() makes it.

    It is the argument or result that is a stream, and then Python writes to it.
    """

    locks = True

    def __init__(self, host):
        End.__init__(self, host)
        self._operation = None
        self._closed = self._given = False
        self._error = None
        self.pump = None  # the Job that writes

    def give(self, t, plan):
        """It is given to a component as a stream of elements of type t. Raises Mismatch."""
        if self._given:
            raise Mismatch(ValueError, "a stream that was not given away before", self)
        self._given = True
        self._t = t
        self._plan = plan

    def get_back(self, end):
        """It was given away, but nobody took it."""
        end.let_go(self.host.scheduler)
        self._given = False

    def write(self, values):
        """Write all elements: an operation, to be awaited or to wait() for.

        Its value is how many were taken: fewer if the reader was closed. values: bytes or the
        like for a stream of u8, else a list; they must not change meanwhile. Without elements, it
        is done as soon as somebody reads. Raises TypeError and ValueError.
        """
        if not self._given:
            raise ValueError("the stream was not given to a component yet")
        if self._closed or self._error:
            raise ValueError("the stream was closed")
        if self._operation and not self._operation.done:
            raise ValueError("a write is under way")
        operation = Write(self, self._conform(values))
        if self._end is None:  # the reader is gone
            operation.finish(0)
        else:
            self._operation = operation
            self.host.soon(operation)
        return operation

    def _conform(self, values):
        t = self._t
        if isinstance(values, (bytes, bytearray, memoryview)) and is_bytes(self._plan, t):
            return values
        values = list(values)
        if not t:
            return values
        wrong = None
        at = 0
        try:
            for at in range(len(values)):
                values[at] = conform(self._plan, values[at], t)
        except Mismatch as error:
            error.inside("[%d]" % at)
            wrong = error.raised()
        if wrong:
            raise wrong
        return bytes(values) if is_bytes(self._plan, t) else values

    def close(self):
        """The stream ends here, after a write that is under way. More calls do nothing."""
        if not self._closed:
            self._closed = True
            if not self._operation or self._operation.done:
                self.let_go()

    def fail(self, error):
        """The component that reads traps, because of an error. Nothing more can be written."""
        if not self._closed and not self._error:
            self._error = error
            if self._end:
                self.host.later(self)

    def cancel(self):
        """Cancel the write that is under way. Returns whether there was one."""
        operation = self._operation
        return operation is not None and operation.cancel()

    # What the turn that gives an error does

    def inst(self):
        return self.other_inst()

    def deliver(self):
        if self._end and self._other_waits():
            raise self._error
        return 0

    def give_up(self, error):
        """Nobody is there to get the error."""

    # What the other end sees

    def bind(self, end):
        End.bind(self, end)
        if self._closed:
            self.let_go()

    def wanted(self, count):
        if self._error:
            raise self._error

    def take(self, count):
        return self._operation.take(count)

    def arrived(self):
        end = self._end
        if not end.flags & RECLAIM or not end.remain():  # else the next read goes on with it
            self._operation.arrive()

    def written(self):
        """A write is complete."""
        if self._closed:
            self.let_go()

    def dropped(self):
        operation = self._operation
        if operation and not operation.done:
            operation.lose()
        self.unbind()
        if self.pump:
            self.pump.cancel()
        return True

    def awaits_python(self, asyncio_runs):
        if self.pump:
            return False  # Host.expects asks the job itself
        return not self._closed and self._other_waits()

    def fail_copy(self, error):
        if not self._operation or self._operation.done:
            return False
        return self._operation.stop(error)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        self.close()

    # Older names
    close_writable = drop = close
