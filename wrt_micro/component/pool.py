# What concurrent components are made of: objects made at load, taken and given back, and queues of
# them that allocate nothing.

from array import array


class Pool:
    """Objects of one kind. What was given back last is taken first. used, high: as in stats()."""

    def __init__(self, items):
        self.items = items
        self.capacity = len(items)
        self.used = 0
        self.high = 0
        # free[used:] are the numbers of the objects that nobody has
        self._free = array("H", range(len(items)))
        for number in range(len(items)):
            items[number].number = number

    def take(self):
        """An object that nobody has, or None."""
        used = self.used
        if used == self.capacity:
            return None
        self.used = used + 1
        if self.used > self.high:
            self.high = self.used
        return self.items[self._free[used]]

    def give(self, item):
        """Give an object back."""
        self.used -= 1
        self._free[self.used] = item.number


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
