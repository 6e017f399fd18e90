# Subtasks: calls that a component has made, and their built-ins (CanonicalABI.md, Subtask State,
# canon subtask.cancel, canon subtask.drop).

from ..thread import SUSPENDED
from ..words import words
from .concurrent_trap import CANCELLED_TWICE, IN_WAITABLE_SET, SUBTASK_UNRESOLVED
from .handles import LENDS, WORDS
from .plan import ASYNC, BUILTIN_FLAGS, CANON_INSTANCE
from .status import PREEMPTED, RUN
from .trap import LENDS_FULL, ComponentTrap
from .waitable import SUBTASK, SUBTASK_HANDLE, Waitable, deliver, set_event

STARTING, SUBTASK_STARTED, RETURNED, CANCELLED_BEFORE_STARTED, CANCELLED_BEFORE_RETURNED = range(5)
BLOCKED = 0xFFFFFFFF
FLAT_WORDS = 34  # 16 flat params and an out-pointer, 64 bits each


class Subtask(Waitable):
    """A call that a component has made.

    state: what events say of it. call: the canon lower it was made with. task: of the callee.
    origin: the caller of the outermost call, from Python; tasks on the way may have ended. flat:
    the core arguments. results: the core results, result_words of them. lenders: chain of the
    handles that it has lent. delivered: the caller knows that it is resolved.
    """

    def __init__(self):
        self.flat = words(FLAT_WORDS, "a subtask", "subtasks")
        self.results = words(2, "a subtask", "subtasks")
        Waitable.__init__(self)

    def start(self, call, inst):
        self.reset()
        self.call = call
        self.inst = inst
        self.state = STARTING
        self.task = None
        caller = call.scheduler.current.task.caller
        self.origin = caller.origin if isinstance(caller, Subtask) else caller
        self.cancellation_requested = self.delivered = False
        self.result_words = 0
        self.lenders = 0

    def resolved(self):
        return self.state >= RETURNED

    def add_lenders(self, scheduler, mark):
        """Take over the handles that were lent since `mark`, while arguments were lifted."""
        resources = scheduler.calls.resources
        lent = scheduler.lent
        for k in range(mark, resources.lent):
            pair = scheduler.lent_free
            if not pair:
                raise ComponentTrap(LENDS_FULL, scheduler.instances.name(self.inst))
            scheduler.lent_free = lent[2 * pair + 1]
            lent[2 * pair] = resources.lends[k]
            lent[2 * pair + 1] = self.lenders
            self.lenders = pair
        resources.lent = mark

    def deliver_resolve(self, scheduler):
        """The caller knows that it is resolved: nothing is lent any longer."""
        self.delivered = True
        lent = scheduler.lent
        pair = self.lenders
        if not pair:
            return
        entries = scheduler.instances.handles[self.inst].entries
        while pair:
            entries[WORDS * lent[2 * pair] + LENDS] -= 1
            after = lent[2 * pair + 1]
            lent[2 * pair + 1] = scheduler.lent_free
            scheduler.lent_free = pair
            pair = after
        self.lenders = 0

    def deliver(self, scheduler):
        """Its event: the state it is in by now."""
        if self.resolved():
            self.deliver_resolve(scheduler)
        set_event(scheduler, SUBTASK, self.index, self.state)

    # What the callee's task calls

    def on_start(self, task, record, top):
        self.on_progress()
        self.state = SUBTASK_STARTED
        self.call.copy_params(self, task, record, top)
        return True

    def on_resolve(self, task, source, most, vi):
        self.on_progress()
        self.call.copy_result(self, source, most, vi)
        self.state = RETURNED

    def on_cancel(self, task):
        self.on_progress()
        started = self.state == SUBTASK_STARTED
        self.state = CANCELLED_BEFORE_RETURNED if started else CANCELLED_BEFORE_STARTED

    def on_progress(self):
        if self.index:
            self.set_event()


class Resolved:
    """A thread waits until the subtask that is its operand is resolved."""

    def ready(self, thread):
        return thread.operand.state >= RETURNED


UNTIL_RESOLVED = Resolved()


def subtask_builtin(calls, at, opcode):
    """The host function(record, base) of subtask.cancel or subtask.drop."""
    builtin = SubtaskBuiltin(calls, at)
    return builtin.canon_subtask_cancel if opcode == 0x06 else builtin.canon_subtask_drop


class SubtaskBuiltin:
    """The built-ins of subtasks in one instance."""

    def __init__(self, calls, at):
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.inst = plan.word(at + CANON_INSTANCE)
        self.is_async = plan.word(at + BUILTIN_FLAGS) & ASYNC

    def _subtask(self, i):
        scheduler = self.scheduler
        return scheduler.subtasks.items[scheduler.handle(self.inst, i, SUBTASK_HANDLE)]

    def canon_subtask_cancel(self, record, base):
        scheduler = self.scheduler
        self.instances.check_leave(self.inst)
        if not self.is_async:
            scheduler.check_block(self.inst)
        subtask = self._subtask(record.stack[base])
        if subtask.delivered or subtask.cancellation_requested:
            scheduler.trap(CANCELLED_TWICE, self.inst)
        if subtask.wset and not self.is_async:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        if not subtask.resolved():
            subtask.cancellation_requested = True
            status = subtask.task.request_cancellation(self.inst)
            if status:
                if status == PREEMPTED:
                    from .unwound import Rest

                    scheduler.current.then = Rest(self._requested, subtask, base)
                return status
        return self._requested(subtask, record.stack, base)

    def _requested(self, subtask, stack, base):
        """The callee knows that it is to end. Returns 0 or SUSPENDED."""
        if subtask.resolved():
            self._deliver(subtask, stack, base)
        elif self.is_async:
            stack[base] = BLOCKED
        else:
            scheduler = self.scheduler
            subtask.has_sync_waiter = True
            scheduler.current.operand = subtask
            scheduler.block(self, base, UNTIL_RESOLVED, False)
            return SUSPENDED
        return 0

    def finish(self, thread, cancelled):
        """A thread that waited for the end of a cancelled call goes on."""
        subtask = thread.operand
        subtask.has_sync_waiter = False
        self._deliver(subtask, thread.record.stack, thread.base)
        return RUN

    def _deliver(self, subtask, stack, base):
        deliver(self.scheduler, subtask)
        stack[base] = subtask.state

    def canon_subtask_drop(self, record, base):
        scheduler = self.scheduler
        self.instances.check_leave(self.inst)
        i = record.stack[base]
        subtask = self._subtask(i)
        if not subtask.delivered:
            scheduler.trap(SUBTASK_UNRESOLVED, self.inst)
        subtask.join(None)
        self.instances.handles[self.inst].remove(i)
        scheduler.subtasks.give(subtask)
        return 0
