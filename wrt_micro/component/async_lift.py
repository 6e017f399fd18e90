# canon lift where tasks are: functions of components that may block, called from Python
# (CanonicalABI.md, canon lift).

from ..thread import FUEL_LEFT
from ..trap import ComponentError
from .canon import MAX_FLAT_PARAMS, Lifted
from .flat import CoreValues
from .lift import lift_flat_result
from .lower import lower_flat_params
from .plan import (
    ASYNC,
    CALLBACK,
    LIFT_BYTES,
    LIFT_FLAGS,
    LIFT_OPTIONS,
    LIFTS,
    NONE,
    OPTIONS_FLAGS,
    RESULT,
)
from .trap import Mismatch


class TaskLifted(Lifted):
    """A component function made by canon lift; every call of it is a task.

    async_type: its type is async. async_option: the option is given. callback: header or 0.
    """

    async_type = async_option = callback = 0

    def __init__(self, calls, index):
        Lifted.__init__(self, calls, index)
        plan = calls.plan
        at = plan.record(LIFTS, index, LIFT_BYTES)
        self.options = plan.word(at + LIFT_OPTIONS)
        if plan.word(at + LIFT_FLAGS) & ASYNC:
            self.async_type = ASYNC
        if plan.word(self.options + OPTIONS_FLAGS) & ASYNC:
            self.async_option = ASYNC
        callback = plan.word(self.options + CALLBACK)
        if callback != NONE:
            self.callback = calls.store.function(callback)

    def __call__(self, *args, fuel=None):
        """As Lifted; a function that is async goes on, and others with it, until it returns.

        Raises also the trap "deadlock".
        """
        call = self.start(*args, fuel=fuel)
        if not call.done:
            self.cx.calls.scheduler.run_until(call)
        return call.result()

    def start(self, *args, fuel=None):
        """Start a call; a Call, which is done or goes on with each tick of the app."""
        count = self.cx.plan.word(self.params + 8)
        if len(args) != count:
            raise TypeError("expected %d arguments, got %d" % (count, len(args)))
        call = Call(self, args, fuel)
        self.cx.calls.scheduler.invoke(self, call)
        if call.error:
            raise call.error
        return call


class Given:
    """What Python gives while arguments are lowered: (value, handle) pairs; else None."""

    ends = None


class Call:
    """A call from Python under way. done: it has returned, was cancelled, or could not begin."""

    def __init__(self, lifted, args, fuel):
        self.lifted = lifted
        self.done = self.cancelled = False
        self.value = self.error = self.task = None
        self._args = args
        self._fuel = fuel
        self._visitors = ()

    def result(self):
        """What it returned. Raises ComponentError, and TypeError or ValueError of an argument."""
        if self.error:
            raise self.error
        lifted = self.lifted
        if lifted.result and lifted.cx.plan.kind(lifted.result) == RESULT and not self.cancelled:
            if self.value[0] == "error":
                raise ComponentError(self.value[1])
            return self.value[1]
        return self.value

    def on_start(self, task, record, top):
        lifted = self.lifted
        calls = lifted.cx.calls
        resources = calls.resources
        if not top:
            record.fuel = self._fuel
            record.st[FUEL_LEFT] = 0
        if resources:
            mark = len(resources.visitors)
            resources.given.clear()
        out = CoreValues(record.stack, top >> 2, lifted.wide_params)
        Given.ends = ()
        try:
            lower_flat_params(lifted.cx, MAX_FLAT_PARAMS, self._args, lifted.params, out)
        except Mismatch as error:
            self.error = error.raised()
            if Given.ends:
                from .host_ends import take_back

                take_back(lifted.cx, Given.ends)
        finally:
            Given.ends = None
        self._args = None
        if resources:
            self._visitors = resources.visitors[mark:]
            del resources.visitors[mark:]
        if self.error:
            if resources:
                resources.undo_arguments(lifted.cx)
            self._end()
        return not self.error

    def on_resolve(self, task, source, most, vi):
        if self.lifted.result:
            self.value = lift_flat_result(source, most, vi, self.lifted.result)
        self._end()

    def on_cancel(self, task):
        self.cancelled = True
        self._end()

    def _end(self):
        self.done = True
        self.task = None
        if self._visitors:
            resources = self.lifted.cx.calls.resources
            mark = len(resources.visitors)
            resources.visitors.extend(self._visitors)
            resources.end_visits(mark)
