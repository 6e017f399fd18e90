# canon lower for functions of the host, where tasks are: they may answer later, with an
# `async def` or a Deferred (CanonicalABI.md, canon lower).

from ..concurrent import Operation
from ..thread import SUSPENDED
from ..trap import ComponentError
from .async_lower import is_async
from .canon_lower import HostCall, host_name
from .flat import CoreValues
from .lower import lower_flat_result
from .plan import ASYNC, FUTURE, HOST_BYTES, HOST_FLAGS, HOSTS, STREAM
from .status import RUN
from .subtask import (
    MAX_FLAT_ASYNC_PARAMS,
    RESULT_WORDS,
    RETURNED,
    SUBTASK_STARTED,
    UNTIL_RESOLVED,
    argument_words,
)
from .trap import Mismatch
from .waitable import SUBTASK_HANDLE


class TaskHostCall(HostCall):
    """A component calls a Python function, which may answer later.

    gives_end: a generator gives the elements then; nobody can tell it from a coroutine everywhere.
    """

    is_async = 0
    gives_future = gives_end = False

    def __init__(self, calls, at):
        HostCall.__init__(self, calls, at)
        self.scheduler = calls.scheduler
        plan = calls.plan
        if is_async(plan, at):
            self.is_async = ASYNC
            self.max_flat_params = MAX_FLAT_ASYNC_PARAMS
            self.max_flat_results = 0
        self.words = argument_words(plan, at)
        if self.result and plan.kind(self.result) in (STREAM, FUTURE):
            self.gives_future = plan.kind(self.result) == FUTURE
            at = plan.record(HOSTS, self.number, HOST_BYTES)
            self.gives_end = not plan.word(at + HOST_FLAGS) & ASYNC

    def _give(self, record, base, value, mark, visitors):
        """As HostCall, unless the function's value is to come."""
        operation = self._operation(value)
        if operation:
            return self._suspend(record, base, operation, mark, visitors)
        HostCall._give(self, record, base, value, mark, visitors)
        if self.is_async:
            record.stack[base] = RETURNED
        return 0

    def _operation(self, value):
        """What a function's value comes from later, or None."""
        if self.fallible and isinstance(value, tuple) and value[0] == "ok":
            value = value[1]
        if isinstance(value, Operation):
            return None if self.gives_future else value
        if hasattr(value, "send") and not self.gives_end:
            from .host_turns import host_of

            return host_of(self.scheduler).spawn(value)
        return None

    def _suspend(self, record, base, operation, mark, visitors):
        """The call goes on as a subtask."""
        from .host_turns import host_of

        scheduler = self.scheduler
        if self.is_async:
            scheduler.reserve_handles(self.inst, 1)
        else:
            scheduler.check_block(self.inst)
        subtask = scheduler.new_subtask(self.inst)
        subtask.start(self)
        subtask.put_arguments(record.stack, base, self.words)
        subtask.state = SUBTASK_STARTED
        answer = Answer(self, subtask, operation, host_of(scheduler))
        resources = self.cx.calls.resources
        if resources:
            subtask.add_lenders(scheduler, mark)
            answer.visitors = resources.visitors[visitors:]
            del resources.visitors[visitors:]
        if self.is_async:
            i = subtask.index = scheduler.add_handle(self.inst, SUBTASK_HANDLE, subtask.number)
            record.stack[base] = subtask.state | i << 4
            return 0
        scheduler.current.operand = subtask
        scheduler.block(self, base, UNTIL_RESOLVED, False)
        return SUSPENDED

    def finish(self, thread, cancelled):
        """A thread that waited for the value goes on."""
        subtask = thread.operand
        subtask.deliver_resolve(self.scheduler)
        subtask.take_results(thread.record.stack, thread.base)
        self.scheduler.subtasks.give(subtask)
        return RUN


class Answer:
    """The value of a host function that is to come: the task of a subtask, for the guest."""

    locks = True

    def __init__(self, call, subtask, operation, host):
        self.call = call
        self.subtask = subtask
        self.operation = operation
        self.host = host
        self.visitors = ()
        self.cancelling = False
        subtask.task = self
        host.expect(operation)
        if operation.done:
            host.arrived.append(self)
        else:
            operation.wakers.append(self.wake)

    def wake(self):
        """The value is there: it is given to the component in the next turn."""
        self.host.later(self)

    def inst(self):
        return self.call.inst

    def give_up(self, error):
        """The component that waits for it is lost."""

    def request_cancellation(self, caller_inst):
        """The component cancels the call. Returns 0."""
        self.cancelling = True
        if not self.operation.done:
            self.operation.cancel()
        if self in self.host.arrived:
            self.host.arrived.remove(self)
            self.deliver()
        return 0

    def deliver(self):
        """Give the value to the component. Returns 0; raises what the function raised."""
        call = self.call
        subtask = self.subtask
        operation = self.operation
        error = operation.error
        if error and self.cancelling:
            subtask.on_cancel(None)
        else:
            if call.fallible and isinstance(error, ComponentError):
                value = ("error", error.payload)
            elif error:
                raise error
            else:
                value = ("ok", operation.value) if call.fallible else operation.value
            if call.result:
                self._lower(value)
            else:
                call.check_nothing(value)
            subtask.on_progress()
            subtask.state = RETURNED
        if self.visitors:
            resources = call.cx.calls.resources
            mark = len(resources.visitors)
            resources.visitors.extend(self.visitors)
            resources.end_visits(mark)
        return 0

    def _lower(self, value):
        call = self.call
        subtask = self.subtask
        most = call.max_flat_results
        where = call.out_param(subtask.flat, RESULT_WORDS, call.max_flat_params, most)
        out = CoreValues(subtask.flat, 0, 0)
        wrong = None
        try:
            lower_flat_result(call.cx, most, value, call.result, out, where)
        except Mismatch as error:
            error.inside("result of " + host_name(call.cx.plan, call.number))
            wrong = error.raised()
        if wrong:
            raise wrong
        subtask.result_words = out.index
