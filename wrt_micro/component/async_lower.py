# canon lower where tasks are: calls between components that may block, and calls to Python
# (CanonicalABI.md, canon lower).

from ..thread import SUSPENDED
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS
from .canon_lower import Lowered
from .crossing import copy_params, copy_result
from .plan import (
    ASYNC,
    CANON_OPTIONS,
    LOWER_FLAGS,
    LOWER_TARGET,
    OPTIONS_FLAGS,
    REENTERS,
)
from .status import PREEMPTED, RUN
from .subtask import MAX_FLAT_ASYNC_PARAMS, RESULT_WORDS, UNTIL_RESOLVED, argument_words
from .trap import CANNOT_ENTER, ComponentTrap
from .waitable import SUBTASK_HANDLE


def is_async(plan, at):
    """Whether a canonical definition has the option async."""
    return plan.word(plan.word(at + CANON_OPTIONS) + OPTIONS_FLAGS) & ASYNC


class TaskCall(Lowered):
    """A component calls another one, which gets a task."""

    may_enter = True
    is_async = 0
    most_params = MAX_FLAT_PARAMS
    most_results = MAX_FLAT_RESULTS

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.lifted = calls.lifted(plan.word(at + LOWER_TARGET))
        if is_async(plan, at):
            self.is_async = ASYNC
            self.most_params = MAX_FLAT_ASYNC_PARAMS
            self.most_results = 0
        if plan.word(at + LOWER_FLAGS) & REENTERS and "donut_wrapping" not in calls.policies:
            self.may_enter = False
        self.find_copiers(at)
        self.words = argument_words(plan, at)

    def canon_lower(self, record, base):
        scheduler = self.scheduler
        inst = self.inst
        instances = scheduler.instances
        instances.check_leave(inst)
        if not self.may_enter:
            raise ComponentTrap(CANNOT_ENTER, instances.name(self.lifted.inst))
        if self.is_async:
            scheduler.reserve_handles(inst, 1)
        elif self.lifted.async_type:
            scheduler.check_block(inst)
        subtask = scheduler.new_subtask(inst)
        subtask.start(self)
        subtask.put_arguments(record.stack, base, self.words)
        status = scheduler.call(self.lifted, subtask, inst)
        if not status:
            return self._called(subtask, record.stack, base)
        if status == PREEMPTED:
            from .unwound import Rest

            scheduler.current.then = Rest(self._called, subtask, base)
        return status

    def _called(self, subtask, stack, base):
        """The callee has blocked or ended. Returns 0 or SUSPENDED."""
        scheduler = self.scheduler
        if subtask.resolved():
            self._end(subtask, stack, base)
        elif self.is_async:
            i = subtask.index = scheduler.add_handle(self.inst, SUBTASK_HANDLE, subtask.number)
            stack[base] = subtask.state | i << 4
        else:
            scheduler.current.operand = subtask
            scheduler.block(self, base, UNTIL_RESOLVED, False)
            return SUSPENDED
        return 0

    def finish(self, thread, cancelled):
        """A thread that waited for its call goes on."""
        self._end(thread.operand, thread.record.stack, thread.base)
        return RUN

    def _end(self, subtask, stack, base):
        """The call is resolved before the caller got a handle for it."""
        subtask.deliver_resolve(self.scheduler)
        if self.is_async:
            stack[base] = subtask.state
        else:
            subtask.take_results(stack, base)
        self.scheduler.subtasks.give(subtask)

    def copy_params(self, subtask, task, record, top):
        """The call starts: lower its arguments."""
        lifted = self.lifted
        calls = self.cx.calls
        resources = calls.resources
        mark = resources.lent if resources else 0
        vi, out = calls.flat_args, calls.out
        vi.start(subtask.flat, RESULT_WORDS, self.wide)
        out.start(record.stack, top >> 2, lifted.wide_params)
        calls.copier = self.copy_in
        copy_params(self.cx, self.most_params, vi, self.params, lifted.cx, out, lifted.params)
        if resources:
            subtask.add_lenders(self.scheduler, mark)

    def copy_result(self, subtask, source, most, vi):
        """The call returns: lower its result."""
        if not self.result:
            return
        cx = self.cx
        calls = cx.calls
        s, t = self.lifted.result, self.result
        where = self.out_param(subtask.flat, RESULT_WORDS, self.most_params, self.most_results)
        out = calls.out
        out.start(subtask.flat, 0, 0)
        calls.copier = self.copy_out
        copy_result(source, most, vi, s, cx, self.most_results, out, t, where)
        subtask.result_words = out.index
