# What Python waits for: with asyncio, or with turns of a main loop.

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
    """The call or copy was cancelled before it was done."""


class Timeout(Cancelled):
    """It was not done in the time it was given, and was cancelled."""


class Operation:
    """Something under way. done: it has a value, or error holds the exception that ended it."""

    def __init__(self):
        self.done = False
        self.value = self.error = None
        self.wakers = []

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

    def __iter__(self):
        if not self.done:
            event = asyncio_event()
            if event:
                self.wakers.append(event.set)
                try:
                    yield from steps(event.wait())
                except BaseException:  # asyncio cancels who waits
                    self.cancel()
                    raise
            else:
                while not self.done:
                    yield self
        return self.result()

    __await__ = __iter__


class Deferred(Operation):
    """A value that comes later: what a host function returns that cannot answer at once.

    set(value) or fail(error) ends it, from wherever: a callback, a timer, a main loop.
    """

    def set(self, value=None):
        self.finish(value)

    def fail(self, error):
        """The guest that waits for it traps; ComponentError is the error case of a result."""
        self.finish(None, error)


class Job(Operation):
    """A coroutine, or a generator, of the host that is stepped in turns; see Host.step."""

    def __init__(self, coroutine):
        Operation.__init__(self)
        self.coroutine = coroutine
        self._waits_for = None
        self.cancel_task = None  # of asyncio, if that runs it

    def step(self):
        """Run it until it waits again. Returns whether it ran."""
        waits_for = self._waits_for
        if self.done or waits_for and not waits_for.done:
            return False
        try:
            self._waits_for = self.coroutine.send(None)
        except StopIteration as stop:
            self.finish(stop.value)
        except Exception as error:
            self.finish(None, error)
        return True

    def cancel(self):
        if self.done:
            return False
        if self.cancel_task:
            self.cancel_task()
            return True
        self.coroutine.close()
        return Operation.cancel(self)


def steps(coroutine):
    """The generator that runs a coroutine."""
    return coroutine.__await__() if hasattr(coroutine, "__await__") else coroutine


def asyncio_event():
    """An event of the asyncio loop that runs now, or None if none does."""
    from sys import modules

    asyncio = modules.get("asyncio")
    if not asyncio:
        return None
    try:
        asyncio.current_task()
    except RuntimeError:
        return None
    return asyncio.Event()
