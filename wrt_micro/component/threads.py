# Threads of tasks (CanonicalABI.md, Threads, canon lift).

from ..thread import FP, MEMORY, OUT_OF_FUEL, PC, SUSPENDED
from ..words import words
from .concurrent_trap import CALLBACK_CODE
from .status import BLOCKED, PREEMPTED, RUN
from .waitable import TASK_CANCELLED, WAITABLE_SET, deliver, set_event

EXIT, YIELD, WAIT = 0, 1, 2  # codes that a callback returns
MAX_FLAT_RESULTS = 1


class GuestThread:
    """A thread of a task.

    record: what its core code runs on; own: it gives that back in the end. index: in the
    instance's table of threads, 0 while it is in none. storage: context slots, two words each.
    waits_for: None, or what must be ready before it goes on. then: what is done first when it
    goes on, None while it runs; base, operand: what that needs. cancellable: it is blocked and
    can take a cancellation. callers: of a thread that was stopped inside of calls, the Unwound of
    each, innermost first.
    """

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.number = 0
        self.storage = words(4, "a thread", "threads")
        self.before = self.after = None
        self.task = self.record = self.waits_for = self.then = self.operand = None
        self.own = self.cancellable = False
        self.index = self.base = self.top = self.pc = self.fp = self.memory = 0
        self.callers = ()

    def start(self, task, record, own):
        """A new thread, which then.finish will begin."""
        self.task = task
        self.record = record
        self.own = own
        self.index = 0
        self.top = record.top
        self.pc = self.fp = self.memory = 0
        self.cancellable = False
        for i in range(4):
            self.storage[i] = 0

    def release(self):
        """The thread has ended."""
        scheduler = self.scheduler
        if self.own:
            scheduler.records.give(self.record)
        self.task = self.record = self.operand = None
        self.index = 0
        scheduler.threads.give(self)

    def suspended(self):
        """Whether it is blocked until another thread says that it may go on."""
        return self.then is not None and self.waits_for is None

    def go_on(self, cancelled):
        """Run until it blocks or ends. Returns 0 or a trap."""
        record = self.record
        st = record.st
        st[PC] = self.pc
        st[FP] = self.fp
        st[MEMORY] = self.memory
        record.top = self.top  # a callee on the same stack may have been stopped meanwhile
        then = self.then
        self.then = None
        self.cancellable = False
        status = then.finish(self, cancelled)
        while status == RUN:
            status = record.run()
            if (
                status == SUSPENDED
                or status == PREEMPTED
                or status == OUT_OF_FUEL
                and self._is_preempted()
            ):
                self.pc = st[PC]
                self.fp = st[FP]
                self.memory = st[MEMORY]
                return 0 if status == SUSPENDED else PREEMPTED
            if not status:
                status = self._returned()
        return 0 if status == BLOCKED else status

    def _is_preempted(self):
        """Whether it ran out of fuel because Python is to get a turn."""
        host = self.scheduler.host
        if not host or host.stopped is not self:
            return False
        self.then = GO_ON
        return True

    def _returned(self):
        """Its core function has returned. Returns RUN, BLOCKED or a trap."""
        task = self.task
        if self is not task.implicit:
            return task.exit(self)
        lifted = task.lifted
        if not lifted.async_option:
            return self._return_sync(task, lifted)
        if not lifted.callback:
            return task.exit_implicit(self)
        return self._next_event(task, self.record.stack[self.top >> 2])

    def _return_sync(self, task, lifted):
        """The core results are the result."""
        record = self.record
        top = self.top
        vi = self.scheduler.calls.flat_result
        vi.start(record.stack, top >> 2, 0)
        record.top = top + lifted.room  # the flat result stays for post-return
        task.return_(lifted.cx, MAX_FLAT_RESULTS, vi)
        record.top = top
        if lifted.post_return:
            may_leave = self.scheduler.instances.may_leave
            may_leave[task.inst] = 0
            status = record.call(lifted.post_return)
            if status:
                return status
            may_leave[task.inst] = 1
        return task.exit_implicit(self)

    def _next_event(self, task, packed):
        """A callback has returned."""
        scheduler = self.scheduler
        inst = task.inst
        code = packed & 15
        if code > WAIT:
            scheduler.trap(CALLBACK_CODE, inst)
        if code == EXIT:
            return task.exit_implicit(self)
        scheduler.exclusive[inst] = None
        self.operand = None
        if code == WAIT:
            wset = scheduler.sets.items[scheduler.handle(inst, packed >> 4, WAITABLE_SET)]
            wset.num_waiting += 1
            self.operand = wset
        if task.deliver_pending_cancel(True):
            return AFTER_CALLBACK.finish(self, True)
        self.then = AFTER_CALLBACK
        self.cancellable = True
        scheduler.wait(self, CALLBACK)
        return BLOCKED


class Always:
    """A thread that has yielded goes on."""

    def ready(self, thread):
        return True


class GoOn:
    """A thread that was preempted goes on where it was."""

    def finish(self, thread, cancelled):
        return RUN


class Begin:
    """An implicit thread begins: it waits to enter its instance if it must."""

    def finish(self, thread, cancelled):
        task = thread.task
        scheduler = thread.scheduler
        task.implicit = thread
        if task.lifted.async_type and (task.has_backpressure() or scheduler.entering[task.inst]):
            scheduler.entering[task.inst] += 1
            thread.then = AFTER_GATE
            thread.cancellable = True
            scheduler.wait(thread, GATE)
            return BLOCKED
        return task.enter(thread)


class Gate:
    """An implicit thread waits to enter."""

    def ready(self, thread):
        return not thread.task.has_backpressure()

    def finish(self, thread, cancelled):
        task = thread.task
        thread.scheduler.entering[task.inst] -= 1
        if not cancelled:
            return task.enter(thread)
        task.cancel()
        return task.release(thread)


class Callback:
    """An implicit thread waits between two calls of its callback."""

    def ready(self, thread):
        if thread.scheduler.exclusive[thread.task.inst] is not None:
            return False
        wset = thread.operand
        return wset is None or wset.pending() is not None

    def finish(self, thread, cancelled):
        scheduler = thread.scheduler
        task = thread.task
        wset = thread.operand
        if wset:
            wset.num_waiting -= 1
        if cancelled:
            set_event(scheduler, TASK_CANCELLED, 0, 0)
        elif wset:
            deliver(scheduler, wset.pending())
        else:
            set_event(scheduler, 0, 0, 0)
        scheduler.exclusive[task.inst] = thread
        record = thread.record
        at = thread.top >> 2
        record.stack[at] = scheduler.event
        record.stack[at + 1] = scheduler.event_index
        record.stack[at + 2] = scheduler.event_payload
        return record.enter(task.lifted.callback) or RUN


class BeginExplicit:
    """A thread that the guest made begins; its argument stands on its stack."""

    def finish(self, thread, cancelled):
        return thread.record.enter(thread.base) or RUN


ALWAYS, BEGIN, BEGIN_EXPLICIT, GO_ON = Always(), Begin(), BeginExplicit(), GoOn()
GATE = AFTER_GATE = Gate()
CALLBACK = AFTER_CALLBACK = Callback()
