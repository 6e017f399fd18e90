# canon lower where tasks are: calls between components that may block, and calls to Python
# (CanonicalABI.md, canon lower).

from ..thread import SUSPENDED
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS
from .canon_lower import Lowered
from .crossing import copy_params, copy_result
from .flat import CoreValueIter
from .plan import (
    ASYNC,
    CANON_OPTIONS,
    LOWER_COPY_IN,
    LOWER_COPY_OUT,
    LOWER_FLAGS,
    LOWER_TARGET,
    NONE,
    OPTIONS_FLAGS,
    REENTERS,
)
from .status import PREEMPTED, RUN
from .subtask import UNTIL_RESOLVED
from .trap import CANNOT_ENTER, ComponentTrap
from .waitable import SUBTASK_HANDLE

MAX_FLAT_ASYNC_PARAMS = 4


def is_async(plan, at):
    """Whether a canonical definition has the option async."""
    return plan.word(plan.word(at + CANON_OPTIONS) + OPTIONS_FLAGS) & ASYNC


def argument_words(plan, count, call, most_results):
    """Words of the core arguments: `count` flat ones, and where the result goes if it is long."""
    if call.result and plan.flat_count(call.result) > most_results:
        count += 1
    wide = call.wide
    while wide:
        count += wide & 1
        wide >>= 1
    return count


class TaskCall(Lowered):
    """A component calls another one, which gets a task."""

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.lifted = calls.lifted(plan.word(at + LOWER_TARGET))
        self.is_async = is_async(plan, at)
        self.most_params = MAX_FLAT_ASYNC_PARAMS if self.is_async else MAX_FLAT_PARAMS
        self.most_results = 0 if self.is_async else MAX_FLAT_RESULTS
        count = plan.flat_count(self.params)
        self.flat_params = count if count <= self.most_params else 1
        reenters = plan.word(at + LOWER_FLAGS) & REENTERS
        self.may_enter = not reenters or "donut_wrapping" in calls.policies
        self.copy_in = self._copier(plan.word(at + LOWER_COPY_IN))
        self.copy_out = self._copier(plan.word(at + LOWER_COPY_OUT))
        self.words = argument_words(plan, self.flat_params, self, self.most_results)
        self.values = CoreValueIter(None, 0, 0)

    def _copier(self, index):
        return 0 if index == NONE else self.calls.store.function(index)

    def canon_lower(self, record, base):
        scheduler = self.scheduler
        inst = self.inst
        self.instances.check_leave(inst)
        if not self.may_enter:
            raise ComponentTrap(CANNOT_ENTER, self.instances.name(self.lifted.inst))
        if self.is_async:
            scheduler.reserve_handles(inst, 1)
        elif self.lifted.async_type:
            scheduler.check_block(inst)
        subtask = scheduler.new_subtask(inst)
        subtask.start(self, inst)
        for i in range(self.words):
            subtask.flat[i] = record.stack[base + i]
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
            for i in range(subtask.result_words):
                stack[base + i] = subtask.results[i]
        self.scheduler.subtasks.give(subtask)

    def copy_params(self, subtask, task, record, top):
        """The call starts: lower its arguments."""
        lifted = self.lifted
        resources = self.calls.resources
        mark = resources.lent if resources else 0
        self.flat_args.start(subtask.flat, 0, self.wide)
        self.out.start(record.stack, top >> 2, lifted.wide_params)
        lifted.cx.copier = self.copy_in
        copy_params(
            self.cx,
            self.most_params,
            self.flat_args,
            self.params,
            lifted.cx,
            self.out,
            lifted.params,
        )
        if resources:
            subtask.add_lenders(self.scheduler, mark)

    def copy_result(self, subtask, source, most, vi):
        """The call returns: lower its result."""
        if not self.result:
            return
        self.flat_args.start(subtask.flat, 0, self.wide)
        self.flat_args.skip(self.flat_params)
        self.out.start(subtask.results, 0, 0)
        self.cx.copier = self.copy_out
        copy_result(
            source,
            most,
            vi,
            self.lifted.result,
            self.cx,
            self.most_results,
            self.out,
            self.result,
            self.flat_args,
        )
        subtask.result_words = self.out.index
