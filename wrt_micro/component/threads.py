# Threads of tasks (CanonicalABI.md, Threads, canon lift).

from ..thread import FP, MEMORY, OUT_OF_FUEL, PC, SUSPENDED
from .concurrent_trap import CALLBACK_CODE
from .pool import ENTERING, EXCLUSIVE, STATE_WORDS
from .status import BLOCKED, PREEMPTED, RUN
from .waitable import TASK_CANCELLED, WAITABLE_SET, deliver, set_event

EXIT, YIELD, WAIT = 0, 1, 2  # codes that a callback returns
MAX_FLAT_RESULTS = 1


class GuestThread:
    """A thread of a task.

    record: what its core code runs on; own: it gives that back in the end. index: in the
    instance's table of threads, 0 while it is in none. waits_for: None, or what must be ready
    before it goes on. then: what is done first when it goes on, None while it runs; base, operand:
    what that needs. cancellable: it is blocked and can take a cancellation. callers: of a thread
    that was stopped inside of calls, the Unwound of each, innermost first; an attribute of its own
    as soon as that happened.
    """

    callers = ()

    def __init__(self, number):
        self.number = number
        self.before = self.after = None
        self.task = self.record = self.waits_for = self.then = self.operand = None
        self.own = self.cancellable = False
        self.index = self.base = self.top = self.pc = self.fp = self.memory = 0

    def start(self, task, record, own):
        """A new thread, which then.finish will begin."""
        self.task = task
        self.record = record
        self.own = own
        self.index = 0
        self.top = record.top
        self.pc = self.fp = self.memory = 0
        self.cancellable = False

    def release(self, scheduler):
        """The thread has ended."""
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
        host = self.task.scheduler.host
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
        scheduler = task.scheduler
        vi = scheduler.calls.flat_result
        vi.start(record.stack, top >> 2, 0)
        record.top = top + lifted.room  # the flat result stays for post-return
        task.return_(lifted.cx, MAX_FLAT_RESULTS, vi)
        record.top = top
        if lifted.post_return:
            may_leave = scheduler.instances.may_leave
            may_leave[lifted.inst] = 0
            status = record.call(lifted.post_return)
            if status:
                return status
            may_leave[lifted.inst] = 1
        return task.exit_implicit(self)

    def _next_event(self, task, packed):
        """A callback has returned."""
        scheduler = task.scheduler
        inst = task.lifted.inst
        code = packed & 15
        if code > WAIT:
            scheduler.trap(CALLBACK_CODE, inst)
        if code == EXIT:
            return task.exit_implicit(self)
        scheduler.state[STATE_WORDS * inst + EXCLUSIVE] = 0
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


class InRealloc:
    """What runs while a realloc does. number: of its context slots."""

    task = None
    number = 0


class GoOn:
    """A thread that has yielded, or was preempted, goes on where it was."""

    def ready(self, thread):
        return True

    def finish(self, thread, cancelled):
        return RUN


class Begin:
    """An implicit thread begins: it waits to enter its instance if it must."""

    def finish(self, thread, cancelled):
        task = thread.task
        scheduler = task.scheduler
        task.implicit = thread
        lifted = task.lifted
        entering = STATE_WORDS * lifted.inst + ENTERING
        if lifted.async_type and (task.has_backpressure() or scheduler.state[entering]):
            scheduler.state[entering] += 1
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
        task.scheduler.state[STATE_WORDS * task.lifted.inst + ENTERING] -= 1
        if not cancelled:
            return task.enter(thread)
        task.cancel()
        return task.release(thread)


class Callback:
    """An implicit thread waits between two calls of its callback."""

    def ready(self, thread):
        task = thread.task
        if task.scheduler.state[STATE_WORDS * task.lifted.inst + EXCLUSIVE]:
            return False
        wset = thread.operand
        return wset is None or wset.pending() is not None

    def finish(self, thread, cancelled):
        task = thread.task
        scheduler = task.scheduler
        wset = thread.operand
        if wset:
            wset.num_waiting -= 1
        if cancelled:
            set_event(scheduler, TASK_CANCELLED, 0, 0)
        elif wset:
            deliver(scheduler, wset.pending())
        else:
            set_event(scheduler, 0, 0, 0)
        record = thread.record
        at = thread.top >> 2
        scheduler.state[STATE_WORDS * task.lifted.inst + EXCLUSIVE] = thread.number + 1
        record.stack[at] = scheduler.event
        record.stack[at + 1] = scheduler.event_index
        record.stack[at + 2] = scheduler.event_payload
        return record.enter(task.lifted.callback) or RUN


class BeginExplicit:
    """A thread that the guest made begins; its argument stands on its stack."""

    def finish(self, thread, cancelled):
        return thread.record.enter(thread.base) or RUN


REALLOC = InRealloc()
BEGIN, BEGIN_EXPLICIT = Begin(), BeginExplicit()
ALWAYS = GO_ON = GoOn()
GATE = AFTER_GATE = Gate()
CALLBACK = AFTER_CALLBACK = Callback()
