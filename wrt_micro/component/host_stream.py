# Streams that Python reads.

from .host_copy import Read
from .host_end import End, is_bytes
from .streams import DONE

CHUNK = 64  # elements that are read for an iteration at a time


class StreamReader(End):
    """The readable end of a stream of a component. Iterate it, with `for` or `async for`, or read.

    It is closed at the end of the stream, by `with` and `async with`, and by close().
    """

    def __init__(self, host, t, plan):
        End.__init__(self, host)
        self.is_bytes = is_bytes(plan, t)
        self._operation = None
        self._unread = None
        self._closed = False

    def read(self, count):
        """Read up to count elements, at least one: an operation, to be awaited or to wait() for.

        Its value is bytes for a stream of u8, else a list; empty at the end of the stream.
        Raises ValueError while another read is under way, and of a closed stream.
        """
        self._check()
        operation = Read(self, count)
        unread = self._unread
        if unread:
            operation.finish(unread[:count])
            self._unread = unread[count:]
            return operation
        return self._begin(operation)

    def readinto(self, buffer):
        """Read bytes into a buffer, as read does; the value is their number, 0 at the end."""
        self._check()
        if not self.is_bytes:
            raise TypeError("readinto is for streams of u8")
        unread = self._unread
        operation = Read(self, len(buffer), buffer)
        if unread:
            operation.received(unread[: len(buffer)])
            self._unread = unread[len(buffer) :]
            operation.finish(operation.copied(None))
            return operation
        return self._begin(operation)

    def _begin(self, operation):
        if self._end is None:  # the writer is gone
            operation.finish(operation.copied(None))
        else:
            self._operation = operation
            self.host.soon(operation)
        return operation

    def _check(self):
        if self._closed:
            raise ValueError("the stream was closed, or given away")
        if self._under_way():
            raise ValueError("a read is under way")

    def _under_way(self):
        return self._operation is not None and not self._operation.done

    def put_back(self, values):
        """Values that nobody has got, for the next read."""
        self._unread = values + self._unread if self._unread else values

    def can_move(self):
        """Whether it can be given to a component: nothing is read or kept."""
        return not self._under_way() and not self._unread

    def unbind(self):
        end = End.unbind(self)
        # Given away or dropped; at the end of the stream, reads go on and find nothing.
        self._closed = end is not None and end.state != DONE and not end.shared.dropped
        return end

    def get_back(self, end):
        End.get_back(self, end)
        self._closed = False

    def cancel(self):
        """Cancel the read that is under way. Returns whether there was one."""
        return self._under_way() and self._operation.cancel()

    def close(self):
        """Give up the end: the component can see it. Cancels a read. More calls do nothing."""
        self.cancel()
        self.let_go()
        self._unread = None
        self._closed = True

    # What the other end sees

    def received(self, values):
        self._operation.received(values)

    def arrived(self):
        self._operation.arrive()

    def dropped(self):
        if self._end.copying():
            return False
        self.unbind()
        return True

    def awaits_reader(self):
        return not self._under_way() and self._other_waits()

    def fail_copy(self, error):
        if not self._under_way():
            return False
        return self._operation.stop(error)

    # Python's own words for all that

    def __iter__(self):
        while True:
            values = self.read(CHUNK).wait()
            if not values:
                return
            for value in values:
                yield value

    def __aiter__(self):
        return Elements(self)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        self.close()

    # Older names
    close_readable = drop = close


class Elements:
    """The elements of a stream, one by one, for `async for`."""

    def __init__(self, reader):
        self._reader = reader
        self._values = ()
        self._next = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._next == len(self._values):
            self._values = await self._reader.read(CHUNK)
            self._next = 0
            if not len(self._values):
                raise StopAsyncIteration
        self._next += 1
        return self._values[self._next - 1]
