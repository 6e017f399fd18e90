# Calls between instances that were left in the middle, as a turn was over while the callee ran:
# Python's stack unwinds, and this is what it held.

from .plan import NONE
from .status import BLOCKED, RUN


class Unwound:
    """What is left to do of a call when the thread that ran inside of it has blocked or ended.

    thread: the caller's, which goes on then. task: the callee's if its function is not async,
    else None. begins: the callee's thread if another one was let go on first, else None. inst,
    caller: instances, locked meanwhile.
    """

    def __init__(self, thread, task, begins, inst, caller):
        self.thread = thread
        self.task = task
        self.begins = begins
        self.inst = inst
        self.caller = caller

    def finish(self, scheduler):
        """Returns 0, and the caller's thread may go on; or PREEMPTED or a trap."""
        status = 0
        if self.begins:
            begins, self.begins = self.begins, None
            status = scheduler.resume(begins, False)
        if self.task and not status:
            status = scheduler.until_resolved(self.task, self.task.implicit, self.inst)
        if not status:
            scheduler.instances.leave_to(self.inst, self.caller)
        return status


class Rest:
    """A thread goes on with a built-in that called something, in which a turn was over.

    function(subtask, stack, base): the rest of the built-in; it returns 0 or SUSPENDED.
    """

    def __init__(self, function, subtask, base):
        self.function = function
        self.subtask = subtask
        self.base = base

    def finish(self, thread, cancelled):
        base = thread.base = self.base
        return BLOCKED if self.function(self.subtask, thread.record.stack, base) else RUN


def lock(scheduler, thread):
    """Lock what was locked when a thread was stopped."""
    callers = thread.callers
    inst = outermost(thread).task.lifted.inst
    scheduler.instances.enter_from(inst, NONE)
    for i in range(len(callers) - 1, -1, -1):
        scheduler.instances.enter_from(callers[i].inst, callers[i].caller)


def unlock(scheduler, thread):
    """A thread was stopped: others may enter what it has to do with, once it has gone on."""
    for call in thread.callers:
        scheduler.instances.leave_to(call.inst, call.caller)
    scheduler.instances.leave_to(outermost(thread).task.lifted.inst, NONE)


def outermost(thread):
    """The thread that Python itself resumed."""
    return thread.callers[-1].thread if thread.callers else thread
