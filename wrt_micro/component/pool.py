# What concurrent components are made of: objects made at load, taken and given back, and queues of
# them that allocate nothing. None of them has a property: MicroPython would look for it in the
# class each time that an attribute is set.

# Words of Scheduler.state: numbers of the instances, at STATE_WORDS * inst: its counter of
# backpressure, the calls that wait to enter, the number of the thread that has it for itself plus
# 1, and calls of functions that are not async under way. As lists they would take three times
# the heap.
BACKPRESSURE, ENTERING, EXCLUSIVE, SYNC_CALLS, STATE_WORDS = 0, 1, 2, 3, 4


class Pool:
    """Objects of one kind. What was given back last is taken first. used, high: as in stats().

    items: a tuple. free: one that nobody has, or None; its `after` is the next one.
    """

    def __init__(self, items):
        self.items = items
        self.used = 0
        self.high = 0
        self.free = None
        for i in range(len(items) - 1, -1, -1):
            items[i].after = self.free
            self.free = items[i]

    def size(self):
        """How many objects there are."""
        return len(self.items)

    def take(self):
        """An object that nobody has, or None."""
        item = self.free
        if item is None:
            return None
        self.free = item.after
        item.after = None
        self.used += 1
        if self.used > self.high:
            self.high = self.used
        return item

    def give(self, item):
        """Give an object back."""
        self.used -= 1
        item.after = self.free
        self.free = item


class Unused:
    """Stands for objects that no code of a program can ask for: there are none."""

    items = ()
    used = high = 0

    def __init__(self, wanted):
        self._wanted = wanted

    def size(self):
        """How many objects there could be."""
        return self._wanted


class Queue:
    """First in, first out. An item is in one queue at most; before, after: its neighbours."""

    def __init__(self):
        self.first = None
        self.last = None

    def append(self, item):
        last = self.last
        item.before = last
        item.after = None
        if last:
            last.after = item
        else:
            self.first = item
        self.last = item

    def remove(self, item):
        before, after = item.before, item.after
        if before:
            before.after = after
        else:
            self.first = after
        if after:
            after.before = before
        else:
            self.last = before
        item.before = item.after = None
