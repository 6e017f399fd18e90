# What Python gives components as streams: iterables, which are taken from as the component reads.

from .host_end import End, begin_copy
from .host_writer import StreamWriter
from .streams import DONE
from .trap import Mismatch
from .waitable import RECLAIM, deliver

CHUNK = 64  # elements that are taken from an iterable at a time


async def pump(writer, values):
    """Write what an asynchronous iterator gives, one element for each read."""
    elements = values.__aiter__()
    try:
        while True:
            await writer.write(())  # until somebody reads
            try:
                value = await elements.__anext__()
            except StopAsyncIteration:
                break
            if not await writer.write((value,)):
                break
        writer.close()
    except Exception as error:
        writer.fail(error)
        raise
    finally:
        if hasattr(elements, "aclose"):
            await elements.aclose()


class Source(End):
    """A stream whose elements come from an iterable, which is asked when the component reads."""

    def __init__(self, host, values):
        End.__init__(self, host)
        if isinstance(values, (bytes, bytearray, memoryview, list, tuple)):
            self._values, self._more = values, None
        else:
            self._values, self._more = (), iter(values)
        self._at = 0

    def wanted(self, count):
        """A component reads: take what it wants from the iterable, or end the stream."""
        if self._at == len(self._values) and self._more:
            self._take_more(min(max(count, 1), CHUNK))
        left = len(self._values) - self._at
        if left:
            begin_copy(self._end, left, self.host.scheduler)
        else:
            self._end.state = DONE
            self.let_go()

    def _take_more(self, count):
        self._at = 0
        self._values = values = []
        for value in self._more:
            values.append(value)
            if len(values) == count:
                return
        self._more = None

    def take(self, count):
        self._at += count
        return self._values[self._at - count : self._at]

    def arrived(self):
        end = self._end
        if not end.flags & RECLAIM or not end.remain():
            deliver(self.host.scheduler, end)

    def dropped(self):
        """The component has dropped its end."""
        self.unbind()
        self._stop()
        return True

    def close(self):
        """The stream ends here."""
        self.let_go()
        self._stop()

    def _stop(self):
        """A generator is closed."""
        more = self._more
        self._values = self._more = ()
        if hasattr(more, "close"):
            more.close()


def source(host, value, t, plan):
    """The writable end for what Python gives as a stream. Raises Mismatch."""
    t = plan.word(t + 8)
    if isinstance(value, StreamWriter):
        value.give(t, plan)
        return value
    if hasattr(value, "__aiter__"):
        writer = StreamWriter(host)
        writer.give(t, plan)
        writer.pump = host.spawn(pump(writer, value))
        return writer
    try:
        return Source(host, value)
    except TypeError:
        pass
    raise Mismatch(TypeError, "a stream (an iterable, or what app.new_stream() makes)", value)
