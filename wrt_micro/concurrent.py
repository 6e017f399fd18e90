# What Python waits for, with asyncio or with turns of a main loop: docs/async.md. Programs need
# Deferred, sleep_ms, Cancelled and Timeout of it by name.

try:
    from time import ticks_add, ticks_diff, ticks_ms
except ImportError:  # CPython
    from time import monotonic

    def ticks_ms():
        return int(monotonic() * 1000)

    def ticks_add(ticks, delta):
        return ticks + delta

    def ticks_diff(a, b):
        return a - b


class Cancelled(Exception):
    """The call, read or write was cancelled before it was done."""


class Timeout(Cancelled):
    """It was not done in the time it was given, and was cancelled."""


class Operation:
    """Something under way. done: it has a value, or error holds the exception that ended it.

    It can be awaited, more than once; asyncio's own functions take it for a coroutine.
    """

    def __init__(self):
        self.done = False
        self.value = self.error = None
        self.wakers = []
        self._steps = None

    def finish(self, value=None, error=None):
        """It is done: whoever waits goes on. Nothing happens the second time."""
        if not self.done:
            self.value = value
            self.error = error
            self.wake()

    def give_up(self, error):
        """It can never be done, because of an error."""
        self.finish(None, error)

    def wake(self):
        """It is done: run what waits for that."""
        self.done = True
        wakers = self.wakers
        self.wakers = []
        for waker in wakers:
            waker()

    def result(self):
        """Its value. Raises its error, and RuntimeError before it is done."""
        if not self.done:
            raise RuntimeError("it is not done yet")
        if self.error:
            raise self.error
        return self.value

    def cancel(self):
        """Give it up. Returns whether it was still under way."""
        if self.done:
            return False
        self.finish(None, Cancelled("cancelled"))
        return True

    def outside(self, asyncio_runs):
        """Whether something outside of the component may end it, while only turns are taken.

        asyncio_runs: its tasks go on meanwhile.
        """
        return True

    def abandon(self):
        """Who waited for it was cancelled."""
        self.cancel()

    def __iter__(self):
        if not self.done:
            asyncio = running_asyncio()
            if asyncio:
                event = asyncio.Event()
                self.wakers.append(event.set)
                waiting = steps(event.wait())
            else:
                waiting = self._turns()
            try:
                yield from waiting
            except BaseException:  # whoever waits is cancelled
                self.abandon()
                raise
        return self.result()

    __await__ = __iter__

    def _turns(self):
        while not self.done:
            yield self

    # As a coroutine has them: MicroPython's asyncio.wait_for and gather want that.

    def send(self, value):
        if self._steps is None:
            self._steps = self.__iter__()
        return self._steps.send(value)

    def throw(self, *error):
        if self._steps is None:
            self._steps = self.__iter__()
            self._steps.send(None)
        return self._steps.throw(*error)

    def close(self):
        self.cancel()


class Deferred(Operation):
    """A value that comes later: what a host function returns that cannot answer at once, and what
    a component gets as a future.

    set(value) or fail(error) ends it, from wherever: a callback, a timer, a main loop. If the
    component no longer wants it, it is done before that, and neither does anything.
    """

    def set(self, value=None):
        self.finish(value)

    def fail(self, error):
        """The guest that waits for it traps; ComponentError is the error case of a result."""
        self.finish(None, error)


class Sleep(Operation):
    """Done after some time; made by sleep_ms."""

    def __init__(self, ms):
        self._until = ticks_add(ticks_ms(), ms)
        self._steps = self.error = self.value = None

    @property
    def done(self):
        return ticks_diff(ticks_ms(), self._until) >= 0

    def cancel(self):
        return False

    def __iter__(self):
        asyncio = running_asyncio()
        if asyncio:
            yield from steps(asyncio.sleep(max(ticks_diff(self._until, ticks_ms()), 0) / 1000))
        else:
            yield from self._turns()

    __await__ = __iter__


def sleep_ms(ms):
    """Await it in an `async def` that works with asyncio and with turns of a main loop alike."""
    return Sleep(ms)


class Pending(Operation):
    """An operation of a component: a call, or a read or write of a stream or future.

    host: the Host that takes turns for it. deadline: in ticks, or None.
    """

    def __init__(self, host):
        Operation.__init__(self)
        self.host = host
        self.deadline = None

    def wait(self, timeout=None):
        """Take turns until it is done: its result. Raises Trap, also of deadlock.

        timeout: milliseconds; then it is cancelled, and Timeout raised.
        """
        if timeout is not None:
            self.limit(timeout)
        return self.host.wait(self)

    def limit(self, timeout):
        """Cancel it in that many milliseconds, with Timeout as its error. Returns itself."""
        if not self.done:
            self.deadline = ticks_add(self.host.ticks(), timeout)
            if self not in self.host.timed:
                self.host.timed.append(self)
            self.host.changed()
        return self

    def expire(self):
        """Its time is over."""
        self.give_up(Timeout("it took longer than its timeout"))

    def outside(self, asyncio_runs):
        return False

    def __iter__(self):
        if not self.done and running_asyncio():
            from .aio import driver_of

            yield from driver_of(self.host).wait(self)
        else:
            yield from Operation.__iter__(self)
        return self.result()

    __await__ = __iter__


# How many jobs are being stepped: what they await must not be asyncio's.
STEPPING = [0]


def steps(coroutine):
    """The generator that runs a coroutine."""
    return coroutine.__await__() if hasattr(coroutine, "__await__") else coroutine


def running_asyncio():
    """The module asyncio if this is inside of one of its tasks, else None."""
    from sys import modules

    asyncio = modules.get("asyncio")
    if not asyncio or STEPPING[0]:
        return None
    try:
        return asyncio if asyncio.current_task() is not None else None
    except RuntimeError:
        return None
