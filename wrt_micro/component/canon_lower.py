# canon lower: calls out of components (CanonicalABI.md, Canonical Definitions). Those to Python
# are here, those to other components in component_call.py. A call is an object whose method the
# store calls with (thread, base), as a closure with many variables would allocate.

from ..trap import ComponentError
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, lift_with_views
from .lift import lift_flat_params
from .lower import lower_flat_result
from .plan import (
    CANON_INSTANCE,
    CANON_OPTIONS,
    HOST_BYTES,
    HOSTS,
    LOWER_COPY_IN,
    LOWER_COPY_OUT,
    LOWER_PARAMS,
    LOWER_RESULT,
    LOWER_TARGET,
    LOWER_WIDE_PARAMS,
    NONE,
    RESULT,
    TO_HOST,
)
from .trap import Mismatch


class Lowered:
    """What both kinds of calls have. at: the record of the canonical definition.

    copy_in, copy_out: header offsets, see find_copiers. Numbers that are 0 here are attributes
    only of calls that have others.
    """

    result = wide = copy_in = copy_out = 0

    def __init__(self, calls, at):
        plan = calls.plan
        self.inst = plan.word(at + CANON_INSTANCE)
        self.cx = calls.context(plan.word(at + CANON_OPTIONS), self.inst)
        self.params = plan.word(at + LOWER_PARAMS)
        result, wide = plan.word(at + LOWER_RESULT), plan.word(at + LOWER_WIDE_PARAMS)
        if result:
            self.result = result
        if wide:
            self.wide = wide
        calls.need_flat()

    def find_copiers(self, at):
        """The core functions that copy bytes to the callee's memory and back."""
        cx = self.cx
        copy_in, copy_out = cx.plan.word(at + LOWER_COPY_IN), cx.plan.word(at + LOWER_COPY_OUT)
        if copy_in != NONE:
            self.copy_in = cx.calls.store.function(copy_in)
        if copy_out != NONE:
            self.copy_out = cx.calls.store.function(copy_out)

    def out_param(self, words, base, most, most_results):
        """calls.flat_args. If the result is too long to stand flat, its next value is the pointer
        to where it goes, which stands behind the params at words[base]."""
        plan = self.cx.plan
        flat_args = self.cx.calls.flat_args
        if plan.flat_count(self.result) > most_results:
            count = plan.flat_count(self.params)
            flat_args.start(words, base, self.wide)
            flat_args.skip(count if count <= most else 1)
        return flat_args


class HostCall(Lowered):
    """A component calls a Python function.

    number: of the host function in the plan. fallible: it may raise ComponentError.
    """

    fallible = False
    max_flat_params = MAX_FLAT_PARAMS
    max_flat_results = MAX_FLAT_RESULTS

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        self.number = calls.plan.word(at + LOWER_TARGET) & ~TO_HOST
        self.function = calls.functions[self.number]
        if self.result and calls.plan.kind(self.result) == RESULT:
            self.fallible = True

    def canon_lower(self, thread, base):
        cx = self.cx
        calls = cx.calls
        calls.instances.check_leave(self.inst)
        resources = calls.resources
        mark = visitors = 0
        if resources:
            mark = resources.lent
            visitors = len(resources.visitors)
        vi = calls.flat_args
        vi.start(thread.stack, base, self.wide)
        most = self.max_flat_params
        if calls.views:
            args = lift_with_views(cx, lift_flat_params, most, vi, self.params)
        else:
            args = lift_flat_params(cx, most, vi, self.params)
        return self._give(thread, base, self._value(args), mark, visitors)

    def _give(self, thread, base, value, mark, visitors):
        """What the function returned goes to the component. mark, visitors: lent before it."""
        if self.result:
            self._lower_result(thread, base, value)
        else:
            self.check_nothing(value)
        resources = self.cx.calls.resources
        if resources:
            resources.end_lends(self.cx, mark)
            resources.end_visits(visitors)
        return 0

    def check_nothing(self, value):
        if value is not None:
            name = host_name(self.cx.plan, self.number)
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
        cx = self.cx
        out = cx.calls.out
        out.start(thread.stack, base, 0)
        # From the start again: the function may have called components, too.
        most = self.max_flat_results
        where = self.out_param(thread.stack, base, self.max_flat_params, most)
        wrong = None
        try:
            lower_flat_result(cx, most, value, self.result, out, where)
        except Mismatch as error:
            error.inside("result of " + host_name(cx.plan, self.number))
            wrong = error.raised()
        if wrong:
            raise wrong


def host_name(plan, number):
    """The name of a host function as WIT writes it."""
    at = plan.record(HOSTS, number, HOST_BYTES)
    name = plan.string(plan.word(at + 4))
    interface = plan.word(at)
    return "%s#%s" % (plan.string(interface), name) if interface else name
