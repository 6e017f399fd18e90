# An end of a stream or future that Python has.

from .plan import NONE, U8
from .streams import COPYING
from .waitable import WRITES


class End:
    """An end that Python has, until it is closed or given away.

    What the other end sees of it: wanted (it begins to read), take and received (elements are
    copied), arrived (the copy has an event), dropped (the other end is gone).
    """

    cx = None  # of what a component reads or writes it is the context

    def __init__(self, host):
        self.host = host
        self._end = None

    def bind(self, end):
        """It is this end of a stream or future from now on."""
        self._end = end
        end.owner = self
        end.inst = NONE
        self.host.ends.append(self)

    def unbind(self):
        """It is no end any longer; what it was."""
        end = self._end
        if end:
            self._end = None
            end.owner = None
            self.host.ends.remove(self)
        return end

    def get_back(self, end):
        """It was given away, but nobody took it."""
        self.bind(end)

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
        return shared.readable.inst if end.flags & WRITES else shared.writable.inst

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
