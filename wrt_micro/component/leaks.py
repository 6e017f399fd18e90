# Reports on resources that calls leave behind: load(..., leaks=print).

from .describe import resource_name
from .handles import KIND, OWNED, place


class Watch:
    """Tells after each call from Python which resources components own more of than before.

    tell: gets a line of text for each resource type.
    """

    def __init__(self, calls, tell):
        self.calls = calls
        self.tell = tell

    def function(self, name, function):
        """The same function, watched."""

        def watched(*args, **options):
            before = self._owned()
            try:
                return function(*args, **options)
            finally:
                self._report(name, before)

        return watched

    def _owned(self):
        """Handles of resources that components own, by resource type."""
        counts = [0] * len(self.calls.resources.impl)
        for handles in self.calls.instances.handles:
            for i in range(1, handles.capacity() + 1 if handles else 0):
                kind = handles.entries[place(i) + KIND]
                if kind & 0xFF == OWNED:
                    counts[kind >> 8] += 1
        return counts

    def _report(self, name, before):
        now = self._owned()
        for rt in range(len(now)):
            more = now[rt] - before[rt]
            if more > 0:
                what = resource_name(self.calls.plan, rt)
                self.tell("%s: %d more of %s in components, %d now" % (name, more, what, now[rt]))
