# Calls from Python that go on while Python does something else.

from ..concurrent import Cancelled, Pending, Timeout
from .async_lift import Call
from .concurrent_trap import CANNOT_BLOCK
from .plan import NONE
from .status import PREEMPTED
from .subtask import Subtask
from .threads import BEGIN


class Task(Call, Pending):
    """A call under way: await it, or wait(); status says how far it is. app.start makes it."""

    def __init__(self, lifted, args, host):
        Pending.__init__(self, host)
        wakers = self.wakers
        Call.__init__(self, lifted, args, None)
        self.wakers = wakers
        self.cancelled_at = None
        self.started = False

    @property
    def status(self):
        """starting, started, returned, cancelled_before_started, cancelled_before_returned, or
        failed after a trap or a timeout."""
        if not self.done:
            return "started" if self.started else "starting"
        if self.error:
            return "failed"
        if self.cancelled:
            return "cancelled_before_" + ("returned" if self.started else "started")
        return "returned"

    def join(self, timeout=None):
        """An older name of wait."""
        return self.wait(timeout)

    def cancel(self):
        """Ask the component to end it. Returns False if it is done.

        A call that has not begun ends at once. One that waits is told where it can be; else it
        is told when it waits next. One that runs without a pause is stopped as by a trap.
        """
        if self.done:
            return False
        self.host.cancel(self)
        return True

    def expire(self):
        self.error = Timeout("the call ran longer than its timeout")
        self.host.cancel(self)
        if not self.done:
            self._end()

    def result(self):
        """What it returned. Raises also Cancelled, Timeout and RuntimeError."""
        if not self.done:
            raise RuntimeError("the call is not done yet")
        if self.cancelled and not self.error:
            raise Cancelled("the call was cancelled")
        return Call.result(self)

    def on_start(self, task, record, top):
        self.started = True
        return Call.on_start(self, task, record, top)

    def give_up(self, error):
        """It ended without the component."""
        if not self.done:
            self.error = error
            self._end()

    def _end(self):
        Call._end(self)
        self.host.ended(self)
        self.wake()


def begin(host, task):
    """Begin a call for which there is a task and a stack. Returns 0, or what stopped it."""
    scheduler = host.scheduler
    if not task.lifted.async_type:
        return _begin_sync(scheduler, task)
    status = scheduler.call(task.lifted, task, NONE)
    stopped = host.unwound[-1].thread if host.unwound else host.stopped
    if stopped and stopped.task is not task.task:
        # Another thread was handed the instance first: this call begins after it.
        for thread in scheduler.threads.items:
            if thread.task is task.task:
                host.unbegun = thread
    return status


def _begin_sync(scheduler, task):
    """A call of a function that is not async, on a stack of its own."""
    lifted = task.lifted
    scheduler.instances.enter_from(lifted.inst, NONE)
    inside = scheduler.tasks.take()
    inside.start(lifted, task)
    thread = scheduler.new_thread(inside, None)
    thread.then = BEGIN
    scheduler.count_sync(lifted.inst, 1)
    return run_sync(scheduler, thread, task)


def run_sync(scheduler, thread, task):
    """Run a thread of a call that is not async, and others of its instance until it is done."""
    inst = task.lifted.inst
    status = scheduler.resume(thread, False)
    while not status and not task.done:
        candidate = scheduler.candidate(inst)
        if not candidate:
            scheduler.trap(CANNOT_BLOCK, inst)
        status = scheduler.resume(candidate, False)
    if status != PREEMPTED:
        scheduler.count_sync(inst, -1)
    if not status:
        scheduler.instances.leave_to(inst, NONE)
    return status


def root(task):
    """The call from Python that a guest's task belongs to."""
    caller = task.caller
    return caller.origin if isinstance(caller, Subtask) else caller
