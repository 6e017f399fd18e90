# Waiting for the first of several operations.

from ..concurrent import Operation, Pending


class WaitableSet:
    """Calls, reads, writes and other operations, of which Python waits for the first one.

    app.new_waitable_set() makes it. What is done leaves the set when wait, next or poll says so,
    in the order in which it became done.
    """

    def __init__(self, host):
        self._host = host
        self._members = []  # (operation, its waker)
        self._done = []
        self._next = None

    def __len__(self):
        return len(self._members) + len(self._done)

    def add(self, operation):
        """Put an operation into the set. A future begins to be read."""
        if hasattr(operation, "read"):
            if not isinstance(operation, Operation):
                raise TypeError("a stream is no operation: add(stream.read(count))")
            operation.read()
        if not isinstance(operation, Operation):
            raise TypeError("expected a call, read, write or future, got %r" % (operation,))
        if operation.done:
            self._done.append(operation)
            self._tell()
            return

        def waker():
            self._members.remove(member)
            self._done.append(operation)
            self._tell()

        member = (operation, waker)
        self._members.append(member)
        operation.wakers.append(waker)

    def remove(self, operation):
        """Take an operation out of the set. Raises ValueError if it is not in there."""
        for member in self._members:
            if member[0] is operation:
                self._members.remove(member)
                operation.wakers.remove(member[1])
                return
        self._done.remove(operation)

    def poll(self):
        """An operation that is done, which leaves the set, or None."""
        return self._done.pop(0) if self._done else None

    def next(self):
        """The next operation that is done, to be awaited or to wait() for; it leaves the set.

        Raises ValueError if the set is empty, or somebody waits for it already.
        """
        if not len(self):
            raise ValueError("the set is empty")
        if self._next and not self._next.done:
            raise ValueError("the set is waited for already")
        self._next = Pending(self._host)
        self._tell()
        return self._next

    def wait(self, timeout=None):
        """Take turns until an operation is done: that one. Raises Trap, also of deadlock.

        timeout: milliseconds, then Timeout is raised, and the set stays as it is.
        """
        return self.next().wait(timeout)

    def drop(self):
        """Empty the set. What was in it goes on."""
        for operation, waker in self._members:
            operation.wakers.remove(waker)
        self._members = []
        self._done = []

    def _tell(self):
        if self._next and not self._next.done and self._done:
            self._next.finish(self._done.pop(0))
