# Tasks: calls under way inside a component instance (CanonicalABI.md, Tasks).

from ..trap import STACK
from .concurrent_trap import (
    ALREADY_RETURNED,
    NOT_CANCELLED,
    NOT_RETURNED,
    RETURN_MISMATCH,
)
from .concurrent_trap import BACKPRESSURE as OUT_OF_RANGE
from .plan import (
    BUILTIN_FLAGS,
    BUILTIN_MEMORY,
    BUILTIN_TABLE,
    BUILTIN_TYPE,
    CANON_INSTANCE,
    CANON_OPTIONS,
    ENCODING,
    MEMORY,
    NONE,
    WIDE,
)
from .pool import BACKPRESSURE, EXCLUSIVE, STATE_WORDS
from .status import BLOCKED, PREEMPTED, RUN
from .trap import BORROWS_REMAIN, ComponentTrap

MAX_FLAT_PARAMS = 16
INITIAL, STARTED, PENDING_CANCEL, CANCEL_DELIVERED, RESOLVED = range(5)


class Task:
    """A call under way.

    lifted: the function. caller: has on_start(task, record, top), on_resolve(task, context, most
    flat values, values) and on_cancel(task). implicit: the thread that the call began with.
    threads: how many it has. num_borrows: borrowed handles that it still has to drop stand in
    ResourceState, by number.
    """

    after = None  # in a Pool, the next one that nobody has

    def __init__(self, scheduler, number):
        self.scheduler = scheduler
        self.number = number
        self.state = RESOLVED
        self.lifted = None
        self.caller = None
        self.implicit = None
        self.threads = 0

    def start(self, lifted, caller):
        """A call of a function begins; caller.task is set to it."""
        self.lifted = lifted
        self.caller = caller
        caller.task = self
        self.state = INITIAL
        self.implicit = None
        self.threads = 0

    def needs_exclusive(self):
        """Whether nobody else may run on the instance's linear memory stack meanwhile."""
        lifted = self.lifted
        return lifted.async_type and (not lifted.async_option or lifted.callback)

    def has_backpressure(self):
        state = self.scheduler.state
        at = STATE_WORDS * self.lifted.inst
        if state[at + BACKPRESSURE]:
            return True
        return self.needs_exclusive() and state[at + EXCLUSIVE] != 0

    def enter(self, thread):
        """The implicit thread enters: arguments are lowered. Returns RUN, BLOCKED or a trap."""
        scheduler = self.scheduler
        lifted = self.lifted
        record = thread.record
        if self.needs_exclusive():
            scheduler.state[STATE_WORDS * lifted.inst + EXCLUSIVE] = thread.number + 1
        self.admit(thread)
        top = record.top
        if top + lifted.room > 4 * len(record.stack):
            return STACK
        self.state = STARTED
        resources = scheduler.calls.resources
        if resources:
            resources.scope = self.number
        record.top = top + lifted.room  # for the guest's realloc
        started = self.caller.on_start(self, record, top)
        record.top = top
        if not started:
            self.state = RESOLVED
            return self.exit_implicit(thread)
        if not lifted.header:
            self.return_(lifted.cx, 0, None)
            return self.exit_implicit(thread)
        return record.enter(lifted.header) or RUN

    def admit(self, thread):
        """Put a thread into the instance's table, which has room for every thread there is.

        Where no code can see the index, any number will do.
        """
        tables = self.scheduler.tables
        number = thread.number
        thread.index = tables[self.lifted.inst].add(1, 0, number) if tables else number + 1
        self.threads += 1

    def exit(self, thread):
        """A thread has ended. Traps if it was the last one and the task is not resolved."""
        scheduler = self.scheduler
        self.threads -= 1
        inst = self.lifted.inst
        if not self.threads and self.state != RESOLVED:
            scheduler.trap(NOT_RETURNED, inst)
        if scheduler.tables:
            scheduler.tables[inst].remove(thread.index)
        return self.release(thread)

    def release(self, thread):
        """Give back a thread that is in no table, and the task after its last one."""
        thread.release(self.scheduler)
        if not self.threads:
            self.lifted = self.caller = self.implicit = None
            self.scheduler.tasks.give(self)
        return BLOCKED

    def exit_implicit(self, thread):
        if self.needs_exclusive():
            self.scheduler.state[STATE_WORDS * self.lifted.inst + EXCLUSIVE] = 0
        return self.exit(thread)

    def return_(self, cx, most, vi):
        """It returns a result, which stands in vi, or in memory if it has more than `most`."""
        self._check_resolve()
        self.caller.on_resolve(self, cx, most, vi)
        self.state = RESOLVED

    def cancel(self):
        """It ends without a result."""
        if self.state != CANCEL_DELIVERED:
            self.scheduler.trap(NOT_CANCELLED, self.lifted.inst)
        self._check_resolve()
        self.caller.on_cancel(self)
        self.state = RESOLVED

    def _check_resolve(self):
        if self.state == RESOLVED:
            self.scheduler.trap(ALREADY_RETURNED, self.lifted.inst)
        resources = self.scheduler.calls.resources
        if resources and resources.num_borrows[self.number]:
            raise ComponentTrap(BORROWS_REMAIN, self.scheduler.instances.name(self.lifted.inst))

    def deliver_pending_cancel(self, cancellable):
        """Whether the thread, which is about to block, is told of a cancellation instead."""
        if cancellable and self.state == PENDING_CANCEL:
            self.state = CANCEL_DELIVERED
            return True
        return False

    def request_cancellation(self, caller_inst):
        """Deliver a cancellation now if a thread can take it, else later. Returns 0 or a trap."""
        scheduler = self.scheduler
        instances = scheduler.instances
        if self.state == INITIAL:
            self.state = CANCEL_DELIVERED
            return scheduler.resume(self.implicit, True)
        thread = self._cancellable_thread()
        if not thread or not instances.may_enter_from(self.lifted.inst, caller_inst):
            self.state = PENDING_CANCEL
            return 0
        self.state = CANCEL_DELIVERED
        inst = self.lifted.inst
        instances.enter_from(inst, caller_inst)
        inside = caller_inst != NONE
        scheduler.nested += inside
        status = scheduler.resume(thread, True)
        scheduler.nested -= inside
        if not status:
            instances.leave_to(inst, caller_inst)
        elif status == PREEMPTED and inside:
            return scheduler.unwind(None, None, inst, caller_inst)
        return status

    def _cancellable_thread(self):
        """The implicit thread if it can take a cancellation, else the one of lowest index."""
        scheduler = self.scheduler
        implicit = self.implicit
        if implicit.index and implicit.cancellable:
            if not self.needs_exclusive():
                return implicit
            holder = scheduler.exclusive(self.lifted.inst)
            if holder is None or holder is implicit:
                return implicit
        found = None
        for thread in scheduler.threads.items:
            if thread.task is self and thread is not implicit and thread.cancellable:
                if not found or thread.index < found.index:
                    found = thread
        return found


def task_builtin(calls, at, opcode):
    """The host function(record, base) of task.cancel, task.return, context.* or backpressure.*."""
    builtin = TaskBuiltin(calls, at, opcode)
    return {
        0x05: builtin.canon_task_cancel,
        0x09: builtin.canon_task_return,
        0x0A: builtin.canon_context_get,
        0x0B: builtin.canon_context_set,
        0x24: builtin.canon_backpressure_inc,
        0x25: builtin.canon_backpressure_dec,
    }[opcode]


class TaskBuiltin:
    """The built-ins for the task itself.

    slot, wide: of context.*. options, result: of task.return; wide: which values are 64 bits wide.
    """

    options = result = slot = wide = 0

    def __init__(self, calls, at, opcode):
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.inst = plan.word(at + CANON_INSTANCE)
        if opcode == 0x09:
            self.options = plan.word(at + CANON_OPTIONS)
            self.result = plan.word(at + BUILTIN_TYPE)
            wide = plan.word(at + BUILTIN_TABLE)
        else:
            wide = plan.word(at + BUILTIN_FLAGS) & WIDE
        if wide:
            self.wide = wide
        if opcode in (0x0A, 0x0B) and plan.word(at + BUILTIN_MEMORY):
            self.slot = 2 * plan.word(at + BUILTIN_MEMORY)

    def canon_task_return(self, record, base):
        self.scheduler.instances.check_leave(self.inst)
        task = self.scheduler.current.task
        lifted = task.lifted
        if not lifted.async_option or self.result != lifted.result or not self._same(lifted):
            self.scheduler.trap(RETURN_MISMATCH, self.inst)
        vi = self.scheduler.calls.flat_result
        vi.start(record.stack, base, self.wide)
        task.return_(lifted.cx, MAX_FLAT_PARAMS, vi)
        return 0

    def _same(self, lifted):
        """Whether encoding and memory are those of the function."""
        plan = self.scheduler.calls.plan
        mine, theirs = self.options, lifted.options
        if plan.word(mine + ENCODING) != plan.word(theirs + ENCODING):
            return False
        memory = plan.word(mine + MEMORY)
        if memory == NONE and "strict_task_return" not in self.scheduler.calls.policies:
            return True  # as in wasmtime and the official tests
        return memory == plan.word(theirs + MEMORY)

    def canon_task_cancel(self, record, base):
        self.scheduler.instances.check_leave(self.inst)
        task = self.scheduler.current.task
        if not task.lifted.async_option:
            self.scheduler.trap(NOT_CANCELLED, self.inst)
        task.cancel()
        return 0

    def canon_context_get(self, record, base):
        scheduler = self.scheduler
        at = 4 * scheduler.current.number + self.slot
        record.stack[base] = scheduler.storage[at]
        if self.wide:
            record.stack[base + 1] = scheduler.storage[at + 1]
        return 0

    def canon_context_set(self, record, base):
        scheduler = self.scheduler
        at = 4 * scheduler.current.number + self.slot
        scheduler.storage[at] = record.stack[base]
        scheduler.storage[at + 1] = record.stack[base + 1] if self.wide else 0
        return 0

    def canon_backpressure_inc(self, record, base):
        return self._backpressure(1)

    def canon_backpressure_dec(self, record, base):
        return self._backpressure(-1)

    def _backpressure(self, change):
        state = self.scheduler.state
        at = STATE_WORDS * self.inst + BACKPRESSURE
        counter = state[at] + change
        if not 0 <= counter < 1 << 16:
            self.scheduler.trap(OUT_OF_RANGE, self.inst)
        state[at] = counter
        return 0
