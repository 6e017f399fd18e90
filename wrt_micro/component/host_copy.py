# Reads and writes of Python's ends, under way.

from ..concurrent import Cancelled, Pending, Timeout
from .host_end import begin_copy
from .streams import CANCELLED, CANCELLING_COPY, DONE
from .waitable import HAS_EVENT, RECLAIM, WRITES, deliver


class Copy(Pending):
    """A read or write. It begins in a turn, and is complete in the turn after its event.

    length: most elements to copy.
    """

    locks = True

    def __init__(self, end, length):
        Pending.__init__(self, end.host)
        self.length = length
        self.begun = False
        self._of = end

    def inst(self):
        """The component instance that is entered while elements are copied."""
        return self._of.other_inst()

    def deliver(self):
        """Begin, or take the event. Returns 0; raises Trap."""
        if self.done:
            return 0
        try:
            if self.begun:
                self.complete()
            else:
                self.begun = True
                begin_copy(self._of._end, self.length, self.host.scheduler)
        except Exception as error:
            self.give_up(error)
            raise
        return 0

    def complete(self):
        """Its event is there."""
        of = self._of
        end = of._end
        deliver(self.host.scheduler, end)
        self.finish(self.copied(end))
        self._settle(end)

    def _settle(self, end):
        if end.state == DONE or end.shared.dropped:
            self._of.let_go()

    def arrive(self):
        """The event is there: the next turn takes it."""
        if self not in self.host.arrived:
            self.host.later(self)

    def cancel(self):
        """Give it up. Returns whether it was still under way."""
        return self.stop(Cancelled("cancelled"))

    def expire(self):
        self.stop(Timeout("it took longer than its timeout"))

    def stop(self, error):
        """End it with an error. Returns False if it is done, or its event was there already."""
        if self.done:
            return False
        end = self._of._end
        if self.begun and end:
            flags = end.flags
            goes_on = flags & RECLAIM and flags & WRITES and end.remain()
            if flags & HAS_EVENT and not goes_on:
                self._forget()
                self.complete()
                if self.done:
                    return False
            end.state = CANCELLING_COPY
            if end.flags & HAS_EVENT:
                end.put_result(CANCELLED)
            else:
                end.shared.cancel()
            deliver(self.host.scheduler, end)
            self.copied(end)
        self._forget()
        self.finish(None, error)
        return True

    def _forget(self):
        if self in self.host.arrived:
            self.host.arrived.remove(self)


class Read(Copy):
    """A read from a stream. Its value: bytes for u8, else a list; empty at the end of the stream.

    buffer: what bytes are put into, or None; then the value is their number.
    """

    def __init__(self, reader, length, buffer=None):
        Copy.__init__(self, reader, length)
        self._buffer = buffer
        self._at = 0
        self._values = b"" if reader.is_bytes else []

    def received(self, values):
        """Elements have come."""
        if self._buffer is None:
            self._values = self._values + values
        else:
            self._buffer[self._at : self._at + len(values)] = values
            self._at += len(values)

    def copied(self, end):
        return self._values if self._buffer is None else self._at

    def abandon(self):
        """What came already is for the next read."""
        if not self.cancel() and not self.error and self._buffer is None:
            self._of.put_back(self.value)


class Write(Copy):
    """A write to a stream. Its value: how many elements were taken; fewer if the reader went.

    taken: that number as far as it goes.
    """

    def __init__(self, writer, values):
        Copy.__init__(self, writer, len(values))
        self._values = values if isinstance(values, list) else memoryview(values)
        self._taken = 0  # by reads before the one that is under way

    @property
    def taken(self):
        end = self._of._end
        under_way = self.begun and not self.done and end
        return self._taken + end.progress if under_way else self._taken

    def take(self, count):
        at = self._taken + self._of._end.progress
        return self._values[at : at + count]

    def copied(self, end):
        self._taken += end.progress
        return self._taken

    def complete(self):
        of = self._of
        end = of._end
        deliver(self.host.scheduler, end)
        taken = self.copied(end)
        if taken < self.length and end.state != DONE and not end.shared.dropped:
            begin_copy(end, self.length - taken, self.host.scheduler)  # the rest
            return
        self.finish(taken)
        of.written()
        self._settle(end)

    def lose(self):
        """The reader is gone: nothing more is taken."""
        self._forget()
        self._taken = self.taken
        self.finish(self._taken)
