# Subtasks: calls that a component has made, and their built-ins (CanonicalABI.md, Subtask State,
# canon subtask.cancel, canon subtask.drop).

from ..thread import SUSPENDED
from ..words import words
from .concurrent_trap import CANCELLED_TWICE, IN_WAITABLE_SET, SUBTASK_UNRESOLVED
from .handles import LENDS, place
from .plan import (
    ASYNC,
    BUILTIN_FLAGS,
    CANON_BYTES,
    CANON_INSTANCE,
    CANON_OPCODE,
    CANON_OPTIONS,
    CANONS,
    LOWER,
    LOWER_PARAMS,
    LOWER_RESULT,
    LOWER_WIDE_PARAMS,
    OPTIONS_FLAGS,
    RESOURCES,
)
from .status import PREEMPTED, RUN
from .trap import LENDS_FULL, ComponentTrap
from .waitable import (
    CANCELLATION_REQUESTED,
    DELIVERED,
    HAS_SYNC_WAITER,
    SUBTASK,
    SUBTASK_HANDLE,
    Waitable,
    deliver,
    set_event,
)

STARTING, SUBTASK_STARTED, RETURNED, CANCELLED_BEFORE_STARTED, CANCELLED_BEFORE_RETURNED = range(5)
BLOCKED = 0xFFFFFFFF
MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, MAX_FLAT_ASYNC_PARAMS = 16, 1, 4
RESULT_WORDS = 2  # in front of a subtask's arguments


class Subtask(Waitable):
    """A call that a component has made.

    state: what events say of it. call: the canon lower it was made with. task: of the callee.
    origin: the caller of the outermost call, from Python; tasks on the way may have ended. flat:
    the core results, result_words of them, and from RESULT_WORDS on the core arguments. lenders:
    chain of the handles that it has lent. Flags: DELIVERED: the caller knows that it is resolved.
    """

    lenders = 0

    def __init__(self, number, flat_words, lends):
        Waitable.__init__(self)
        self.number = number
        self.flat = words(flat_words, "a subtask", "subtasks")
        self.call = self.task = self.origin = None
        self.state = RETURNED
        self.result_words = 0
        if lends:
            self.lenders = 0

    def start(self, call):
        self.flags = 0
        self.wset = None
        self.index = 0
        self.call = call
        self.state = STARTING
        self.task = None
        caller = call.scheduler.current.task.caller
        self.origin = caller.origin if isinstance(caller, Subtask) else caller
        self.result_words = 0
        if self.lenders:
            self.lenders = 0

    def put_arguments(self, words, base, count):
        """Copy the core arguments."""
        flat = self.flat
        for i in range(count):
            flat[RESULT_WORDS + i] = words[base + i]

    def take_results(self, words, base):
        """Copy the core results to where the caller expects them."""
        for i in range(self.result_words):
            words[base + i] = self.flat[i]

    def resolved(self):
        return self.state >= RETURNED

    def add_lenders(self, scheduler, mark):
        """Take over the handles that were lent since `mark`, while arguments were lifted."""
        resources = scheduler.calls.resources
        lent = scheduler.lent
        for k in range(mark, resources.lent):
            pair = scheduler.lent_free
            if not pair:
                raise ComponentTrap(LENDS_FULL, scheduler.instances.name(self.call.inst))
            scheduler.lent_free = lent[2 * pair + 1]
            lent[2 * pair] = resources.lends[k]
            lent[2 * pair + 1] = self.lenders
            self.lenders = pair
        resources.lent = mark

    def deliver_resolve(self, scheduler):
        """The caller knows that it is resolved: nothing is lent any longer."""
        self.flags |= DELIVERED
        lent = scheduler.lent
        pair = self.lenders
        if not pair:
            return
        lends = scheduler.instances.handles[self.call.inst].lends
        while pair:
            lends[place(lent[2 * pair]) + LENDS] -= 1
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


def argument_words(plan, at):
    """Words of the core arguments of a canon lower, whose record is at `at`: the flat ones, and
    where the result goes if it is long."""
    most, most_results = MAX_FLAT_PARAMS, MAX_FLAT_RESULTS
    if plan.word(plan.word(at + CANON_OPTIONS) + OPTIONS_FLAGS) & ASYNC:
        most, most_results = MAX_FLAT_ASYNC_PARAMS, 0
    count = plan.flat_count(plan.word(at + LOWER_PARAMS))
    if count > most:
        count = 1
    result = plan.word(at + LOWER_RESULT)
    if result and plan.flat_count(result) > most_results:
        count += 1
    wide = plan.word(at + LOWER_WIDE_PARAMS)
    while wide:
        count += wide & 1
        wide >>= 1
    return count


def make_subtasks(plan, count):
    """The subtasks of a program, each with room for the arguments of every call that there is."""
    most = 0
    for i in range(plan.count(CANONS)):
        at = plan.record(CANONS, i, CANON_BYTES)
        if plan.word(at + CANON_OPCODE) == LOWER:
            most = max(most, argument_words(plan, at))
    lends = plan.count(RESOURCES)
    return tuple([Subtask(i, RESULT_WORDS + most, lends) for i in range(count)])


class Resolved:
    """A thread waits until the subtask that is its operand is resolved."""

    def ready(self, thread):
        return thread.operand.state >= RETURNED


UNTIL_RESOLVED = Resolved()


def subtask_builtin(calls, at, opcode):
    """The host function(record, base) of subtask.cancel or subtask.drop."""
    plan = calls.plan
    inst, is_async = plan.word(at + CANON_INSTANCE), plan.word(at + BUILTIN_FLAGS) & ASYNC
    key = (0x06, inst, is_async)
    builtin = calls.made.get(key)
    if not builtin:
        builtin = calls.made[key] = SubtaskBuiltin(calls, inst, is_async)
    return builtin.canon_subtask_cancel if opcode == 0x06 else builtin.canon_subtask_drop


class SubtaskBuiltin:
    """The built-ins of subtasks in one instance."""

    def __init__(self, calls, inst, is_async):
        self.scheduler = calls.scheduler
        self.inst = inst
        self.is_async = is_async

    def _subtask(self, i):
        scheduler = self.scheduler
        return scheduler.subtasks.items[scheduler.handle(self.inst, i, SUBTASK_HANDLE)]

    def canon_subtask_cancel(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        if not self.is_async:
            scheduler.check_block(self.inst)
        subtask = self._subtask(record.stack[base])
        if subtask.flags & (DELIVERED | CANCELLATION_REQUESTED):
            scheduler.trap(CANCELLED_TWICE, self.inst)
        if subtask.wset and not self.is_async:
            scheduler.trap(IN_WAITABLE_SET, self.inst)
        if not subtask.resolved():
            subtask.flags |= CANCELLATION_REQUESTED
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
            subtask.flags |= HAS_SYNC_WAITER
            scheduler.current.operand = subtask
            scheduler.block(self, base, UNTIL_RESOLVED, False)
            return SUSPENDED
        return 0

    def finish(self, thread, cancelled):
        """A thread that waited for the end of a cancelled call goes on."""
        subtask = thread.operand
        subtask.flags &= ~HAS_SYNC_WAITER
        self._deliver(subtask, thread.record.stack, thread.base)
        return RUN

    def _deliver(self, subtask, stack, base):
        deliver(self.scheduler, subtask)
        stack[base] = subtask.state

    def canon_subtask_drop(self, record, base):
        scheduler = self.scheduler
        scheduler.instances.check_leave(self.inst)
        i = record.stack[base]
        subtask = self._subtask(i)
        if not subtask.flags & DELIVERED:
            scheduler.trap(SUBTASK_UNRESOLVED, self.inst)
        subtask.join(None)
        self.scheduler.instances.handles[self.inst].remove(i)
        scheduler.subtasks.give(subtask)
        return 0
