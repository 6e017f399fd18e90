# Ends that a component does not choose: cancelling, timeouts, and what a trap takes with it.

from ..concurrent import Timeout, ticks_diff
from ..trap import HOST, Trap
from .host_task import Task, root
from .plan import NONE

GRACE_MS = 1000  # how long a cancelled call may go on running without a pause


def check_deadlines(host):
    """End what took too long."""
    now = host.ticks()
    timed = host.timed
    i = 0
    while i < len(timed):
        operation = timed[i]
        over = operation.deadline is not None and ticks_diff(now, operation.deadline) >= 0
        if operation.done or over:
            del timed[i]
            operation.deadline = None
            if not operation.done:
                operation.expire()
        else:
            i += 1
    for thread, task, _ in host.preempted:
        since = task.cancelled_at if isinstance(task, Task) else None
        if since is not None and ticks_diff(now, since) >= GRACE_MS:
            _kill(host, thread, task)
            return


def stop_call(host, task):
    """Cancel a call from Python that is not done."""
    task.cancelled_at = host.ticks()
    if task in host.queue:
        task.on_cancel(None)
        return
    for thread, belongs_to, _ in host.preempted:
        if belongs_to is task:
            _kill(host, thread, task)
            return
    if task.task:
        host.soon(Request(task))


class Request:
    """A call from Python is to be told of its cancellation."""

    locks = False

    def __init__(self, task):
        self._task = task

    def inst(self):
        return self._task.lifted.inst

    def deliver(self):
        """Returns 0 or a trap."""
        inside = self._task.task
        return inside.request_cancellation(NONE) if inside else 0

    def give_up(self, error):
        """The instance is lost, and the call with it."""


def _kill(host, thread, task):
    """Stop a thread that does not pause. Only its instance, and those of the calls that it is
    inside of, are not entered again."""
    host.preempted = [entry for entry in host.preempted if entry[0] is not thread]
    # Those who called it can never go on, either.
    for lost in [thread] + [call.thread for call in thread.callers]:
        inside = lost.task
        host.scheduler.instances.may_enter[inside.lifted.inst] = 0
        inside.threads -= 1
        inside.release(lost)
    thread.callers = ()
    if isinstance(task, Task):
        task.on_cancel(None)
    trap = Trap(HOST, [])
    trap.message = "a call in the instance was cancelled while it ran"
    fail(host, trap)


def fail(host, trap):
    """End what can never end by itself after a trap. Returns whether a call has taken it."""
    scheduler = host.scheduler
    instances = scheduler.instances
    cause = getattr(trap, "__cause__", None)
    error = cause if isinstance(cause, Timeout) else trap
    failed = []
    host.stopped = host.unbegun = None
    for thread in scheduler.threads.items:
        if thread.task and thread.record is scheduler.failed:
            failed.append(root(thread.task))
    taken = False
    if not scheduler.depth:  # else instances are locked by calls that go on
        may_enter_from = instances.may_enter_from
        for task in host.open:
            if not may_enter_from(task.lifted.inst, NONE):
                failed.append(task)
        for end in host.ends[:]:
            inst = end.other_inst()
            if inst != NONE and not may_enter_from(inst, NONE):
                taken = end.fail_copy(trap) or taken
        host.preempted = [
            entry for entry in host.preempted if may_enter_from(entry[0].task.lifted.inst, NONE)
        ]
    tasks = [task for task in failed if isinstance(task, Task) and not task.done]
    for task in tasks:
        task.give_up(error)
    return taken and not failed or bool(tasks) and len(tasks) == len(failed)
