# Coroutines of the host that are run in turns, or by asyncio.

from ..concurrent import STEPPING, Cancelled, Operation


class Job(Operation):
    """A coroutine of the host that is stepped in turns (Host.step), or run by asyncio."""

    def __init__(self, coroutine):
        Operation.__init__(self)
        self.coroutine = coroutine
        self.cancel_task = None  # of asyncio, if that runs it
        self._waits_for = None
        self._cancelled = self._runs = False

    def step(self):
        """Run it until it waits again. Returns whether it ran."""
        waits_for = self._waits_for
        if self.done or self._runs or waits_for and not waits_for.done and not self._cancelled:
            return False
        coroutine = self.coroutine
        STEPPING[0] += 1
        self._runs = True
        try:
            if self._cancelled:
                self._cancelled = False
                waits_for = coroutine.throw(Cancelled("cancelled"))
            else:
                waits_for = coroutine.send(None)
            if waits_for is not None and not isinstance(waits_for, Operation):
                coroutine.close()
                raise TypeError(
                    "without asyncio, an async function may only await what wrt_micro makes, "
                    "for example sleep_ms(ms); got %r" % (waits_for,)
                )
            self._waits_for = waits_for
        except StopIteration as stop:
            self.finish(stop.value)
        except Exception as error:
            self.finish(None, error)
        finally:
            STEPPING[0] -= 1
            self._runs = False
        return True

    def cancel(self):
        """Cancelled is raised where it waits, in the next turn; with asyncio, CancelledError."""
        if self.done:
            return False
        if self.cancel_task:
            self.cancel_task()
        else:
            self._cancelled = True
        return True

    def outside(self, asyncio_runs):
        if self.cancel_task:
            return asyncio_runs
        waits_for = self._waits_for
        return waits_for is None or waits_for.outside(asyncio_runs)
