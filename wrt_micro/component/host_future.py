# Futures as Python sees them.

from ..concurrent import Operation
from .host_copy import Copy
from .host_end import End, begin_copy
from .trap import Mismatch
from .waitable import deliver


class FutureReader(End, Copy):
    """The readable end of a future of a component: await it, or wait() for its value.

    Reading begins with that, or with read().
    """

    def __init__(self, host, t, plan):
        End.__init__(self, host)
        Copy.__init__(self, self, 1)
        self._reads = False
        self._value = None

    def read(self):
        """Begin to read; itself, an operation. Raises ValueError if the end is gone."""
        if self._end is None:
            if not self._reads:
                raise ValueError("the future was closed, or given away")
        elif not self._reads or self.done:  # done: that read was cancelled
            self._reads = True
            self.done = self.begun = False
            self.error = self._steps = None
            self.host.soon(self)
        return self

    def wait(self, timeout=None):
        """As of every operation: turns until the value is there, which it returns."""
        return Copy.wait(self.read(), timeout)

    def __iter__(self):
        return (yield from Copy.__iter__(self.read()))

    __await__ = __iter__

    def can_move(self):
        """Whether it can be given to a component as it is, as nobody reads it."""
        return not self._reads

    def cancel(self):
        """Cancel the read. Returns whether one was under way. The end stays."""
        return self._reads and Copy.cancel(self)

    def close(self):
        """Give up the end: the component can see it. More calls do nothing."""
        self.cancel()
        self.let_go()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        self.close()

    # What the other end sees

    def received(self, values):
        self._value = values[0]

    def copied(self, end):
        return self._value

    def arrived(self):
        self.arrive()

    def dropped(self):
        """The writer goes when it has written only."""
        return False

    def awaits_reader(self):
        return not self._reads and self._other_waits()

    def fail_copy(self, error):
        if not self._reads or self.done:
            return False
        return self.stop(error)

    # Older names
    get = wait
    drop = close_readable = close


class Given(End):
    """A future whose value is that of an operation of Python's."""

    locks = True

    def __init__(self, host, operation, job=None):
        End.__init__(self, host)
        self._operation = operation
        self._job = job

    def wanted(self, count):
        """A component reads."""
        if self._operation.done:
            self._write()
        else:
            self.host.expect(self._operation)
            self._operation.wakers.append(self._later)

    def _later(self):
        self.host.later(self)

    def _write(self):
        self._value = self._operation.result()
        end = self._end
        begin_copy(end, 1, self.host.scheduler)
        deliver(self.host.scheduler, end)
        self.let_go()

    # What the turn that gives the value does

    def inst(self):
        return self.other_inst()

    def deliver(self):
        if self._end and self._other_waits():
            self._write()
        return 0

    def give_up(self, error):
        """Nobody is there to get the value."""

    # What the other end sees

    def take(self, count):
        return [self._value]

    def arrived(self):
        """_write sees to that."""

    def dropped(self):
        self.unbind()
        self.close()
        return True

    def close(self):
        """What makes the value is cancelled. The end stays, as futures have to be written."""
        if self._job:
            self._job.cancel()


class Made(Given):
    """A future whose value a function makes when it is read."""

    def __init__(self, host, function):
        Given.__init__(self, host, Operation())
        self._function = function

    def wanted(self, count):
        value = self._function()
        if hasattr(value, "send"):
            self._operation = self._job = self.host.spawn(value)
        else:
            self._operation.finish(value)
        Given.wanted(self, count)


def source(host, value, t, plan):
    """The writable end for what Python gives as a future. Raises Mismatch."""
    if isinstance(value, Operation):
        return Given(host, value)
    if hasattr(value, "send"):
        job = host.spawn(value)
        return Given(host, job, job)
    if hasattr(value, "__await__"):
        job = host.spawn(_await(value))
        return Given(host, job, job)
    if callable(value):
        return Made(host, value)
    raise Mismatch(
        TypeError, "a future (a Deferred, a coroutine, or a function that makes it)", value
    )


async def _await(value):
    return await value
