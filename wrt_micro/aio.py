# Components under asyncio, MicroPython's or CPython's: the same names in both.

import asyncio

from .component.concurrent_trap import deadlock
from .concurrent import running_asyncio, steps, ticks_add, ticks_diff
from .exports import snake_case

LOOK_MS = 1000  # between two looks at what seems to be a deadlock


class Aio:
    """The functions of an app or of an interface: await app.aio.name(args, timeout=ms)."""

    def __init__(self, interface, driver):
        self._interface = interface
        self._driver = driver

    def __getitem__(self, name):
        interface = self._interface
        for known in interface.names():
            if known == name or snake_case(known) == name:
                member = interface[known]
                if hasattr(member, "names"):
                    return Aio(member, self._driver)
                return Function(self._driver, interface._lifted(known))
        raise KeyError("no export is named %r" % name)

    def __getattr__(self, name):
        if name[0] != "_":
            try:
                return self[name]
            except KeyError:
                pass
        raise AttributeError(name)


class Function:
    """A function of a component under asyncio."""

    def __init__(self, driver, lifted):
        self._driver = driver
        self._lifted = lifted

    async def __call__(self, *args, timeout=None):
        """Call it. timeout: milliseconds, after which the call is cancelled, and Timeout raised.

        Cancelling the asyncio task cancels the call. Raises Trap and ComponentError too.
        """
        task = self._driver.host.start(self._lifted, args)
        if timeout is not None:
            task.limit(timeout)
        return await task


class Driver:
    """The asyncio task that gives a component its turns, while there is something to do."""

    def __init__(self, host):
        self.host = host
        self._loop = None
        self._task = None
        self._wake = None
        self._awaited = []
        self._waiters = []  # asyncio tasks that wait for these
        host.driver = self

    def wait(self, operation):
        """Steps of waiting for an operation. It is cancelled if the asyncio task is."""
        done = asyncio.Event()
        waiter = asyncio.current_task()
        operation.wakers.append(done.set)
        self._awaited.append(operation)
        self._waiters.append(waiter)
        try:
            self.wake()
            yield from steps(done.wait())
        except BaseException:
            operation.abandon()
            raise
        finally:
            self._awaited.remove(operation)
            self._waiters.remove(waiter)

    def wake(self):
        """There may be something to do."""
        if running_asyncio():
            loop = asyncio.get_event_loop()
            if self._task is None or self._loop is not loop:
                self._loop = loop
                self._wake = asyncio.Event()
                self._task = asyncio.create_task(self._drive())
        if self._task is not None:
            self._wake.set()

    async def _drive(self):
        try:
            while True:
                self._wake.clear()
                if self._step():
                    await asyncio.sleep(0)
                elif not self._awaited:
                    return
                elif self.host.jobs:  # from before asyncio ran: they sleep on their own
                    await asyncio.sleep(0.001)
                elif self.host.next_deadline() is not None:
                    await self._wait_until(self.host.next_deadline())
                elif self.host.expects() or self.host.awaits_reader():
                    await self._wake.wait()
                elif self._is_alone():
                    for operation in self._awaited[:]:
                        operation.give_up(deadlock())
                    await asyncio.sleep(0)
                else:  # another task of asyncio's may call the component
                    await self._wait_until(ticks_add(self.host.ticks(), LOOK_MS))
        finally:
            self._task = None

    def _is_alone(self):
        """Whether no other asyncio task will ever run, as far as that can be told."""
        core = getattr(asyncio, "core", None)
        if core:  # MicroPython's: tasks that wait for others are in neither queue
            return core._task_queue.peek() is None and not core._io_queue.map
        return not asyncio.all_tasks().difference(self._waiters, (self._task,))

    def _step(self):
        """A turn; what it raises ends the operations that are waited for."""
        try:
            return self.host.step()
        except Exception as error:
            lost = [operation for operation in self._awaited if not operation.done]
            for operation in lost:
                operation.give_up(error)
            if not lost:
                raise
            return True

    async def _wait_until(self, deadline):
        left = max(ticks_diff(deadline, self.host.ticks()), 1)
        try:
            await asyncio.wait_for(self._wake.wait(), left / 1000)
        except asyncio.TimeoutError:
            pass

    def spawn(self, job):
        """Run a job as an asyncio task."""
        task = asyncio.create_task(self._run(job))
        job.cancel_task = task.cancel

    async def _run(self, job):
        try:
            value = await Steps(job.coroutine)
        except asyncio.CancelledError as error:
            job.finish(None, error)
            raise
        except Exception as error:
            job.finish(None, error)
        else:
            job.finish(value)
        self.host.changed()


class Steps:
    """Awaits a coroutine or a generator."""

    def __init__(self, coroutine):
        self._coroutine = coroutine

    def __iter__(self):
        return (yield from steps(self._coroutine))

    __await__ = __iter__


def driver_of(host):
    """The Driver of a Host, made when it is first needed."""
    return host.driver or Driver(host)
