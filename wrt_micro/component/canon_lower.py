# canon lower: calls out of components (CanonicalABI.md, Canonical Definitions). Those to Python
# are here, those to other components in component_call.py. A call is an object whose method the
# store calls with (thread, base), as a closure with many variables would allocate.

from ..trap import ComponentError
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS
from .flat import CoreValueIter, CoreValues
from .lift import lift_flat_params
from .lower import lower_flat_result
from .plan import (
    CANON_INSTANCE,
    CANON_OPTIONS,
    HOST_BYTES,
    HOSTS,
    LOWER_PARAMS,
    LOWER_RESULT,
    LOWER_TARGET,
    LOWER_WIDE_PARAMS,
    RESULT,
    TO_HOST,
)
from .trap import Mismatch


class Lowered:
    """What both kinds of calls have. at: the record of the canonical definition."""

    def __init__(self, calls, at):
        plan = calls.plan
        self.calls = calls
        self.inst = plan.word(at + CANON_INSTANCE)
        self.cx = calls.context(plan.word(at + CANON_OPTIONS), self.inst)
        self.params = plan.word(at + LOWER_PARAMS)
        self.result = plan.word(at + LOWER_RESULT)
        self.wide = plan.word(at + LOWER_WIDE_PARAMS)
        # An instance is entered once at a time, so one of each serves all its calls.
        self.flat_args = CoreValueIter(None, 0, 0)
        self.out = CoreValues(None, 0, 0)


class HostCall(Lowered):
    """A component calls a Python function."""

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        plan = calls.plan
        self.number = plan.word(at + LOWER_TARGET) & ~TO_HOST
        self.function = calls.functions[self.number]
        self.fallible = self.result and plan.kind(self.result) == RESULT
        self.max_flat_params = MAX_FLAT_PARAMS
        self.max_flat_results = MAX_FLAT_RESULTS

    def canon_lower(self, thread, base):
        calls = self.calls
        cx = self.cx
        calls.instances.check_leave(self.inst)
        resources = calls.resources
        mark = visitors = 0
        if resources:
            mark = resources.lent
            visitors = len(resources.visitors)
        self.flat_args.start(thread.stack, base, self.wide)
        cx.views = calls.views
        args = lift_flat_params(cx, self.max_flat_params, self.flat_args, self.params)
        cx.views = False
        return self._give(thread, base, self._value(args), mark, visitors)

    def _give(self, thread, base, value, mark, visitors):
        """What the function returned goes to the component. mark, visitors: lent before it."""
        if self.result:
            self._lower_result(thread, base, value)
        else:
            self.check_nothing(value)
        resources = self.calls.resources
        if resources:
            resources.end_lends(self.cx, mark)
            resources.end_visits(visitors)
        return 0

    def check_nothing(self, value):
        if value is not None:
            name = host_name(self.calls.plan, self.number)
            raise TypeError("%s: expected no result, got %r" % (name, value))

    def _value(self, args):
        """What the function returns, or the error case that it raises."""
        if not self.fallible:
            return self.function(*args)
        try:
            return ("ok", self.function(*args))
        except ComponentError as error:
            return ("error", error.payload)

    def _lower_result(self, thread, base, value):
        self.out.start(thread.stack, base, 0)
        wrong = None
        try:
            lower_flat_result(
                self.cx, self.max_flat_results, value, self.result, self.out, self.flat_args
            )
        except Mismatch as error:
            error.inside("result of " + host_name(self.calls.plan, self.number))
            wrong = error.raised()
        if wrong:
            raise wrong


def host_name(plan, number):
    """The name of a host function as WIT writes it."""
    at = plan.record(HOSTS, number, HOST_BYTES)
    name = plan.string(plan.word(at + 4))
    interface = plan.word(at)
    return "%s#%s" % (plan.string(interface), name) if interface else name
