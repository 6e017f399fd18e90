# canon lower: calls out of components, to Python and to each other (CanonicalABI.md, Canonical
# Definitions). A call is an object whose method the store calls with (thread, base), as a closure
# with many variables would allocate.

from ..trap import STACK, ComponentError
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, Lifted
from .flat import CoreValueIter, CoreValues
from .lift import lift_flat_params
from .lower import lower_flat_result
from .plan import (
    CANON_BYTES,
    CANON_INSTANCE,
    CANON_OPCODE,
    CANON_OPTIONS,
    CANONS,
    HOST_BYTES,
    HOSTS,
    LOWER,
    LOWER_COPY_IN,
    LOWER_COPY_OUT,
    LOWER_FLAGS,
    LOWER_PARAMS,
    LOWER_RESULT,
    LOWER_TARGET,
    LOWER_WIDE_PARAMS,
    NONE,
    REENTERS,
    RESULT,
    TO_HOST,
)
from .transfer import copy_params, copy_result
from .trap import CANNOT_ENTER, ComponentTrap, Mismatch


def core_function(calls, index):
    """The host function(thread, base) for the canonical definition of import number `index`."""
    at = calls.plan.record(CANONS, index, CANON_BYTES)
    if calls.scheduler:
        from .concurrent import core_function

        return core_function(calls, at)
    if calls.plan.word(at + CANON_OPCODE) != LOWER:
        from .resources import resource_builtin

        return resource_builtin(calls, at)
    if calls.plan.word(at + LOWER_TARGET) & TO_HOST:
        return HostCall(calls, at).canon_lower
    return ComponentCall(calls, at).canon_lower


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
        value = self._value(args)
        if self.result:
            self._lower_result(thread, base, value)
        elif value is not None:
            name = host_name(calls.plan, self.number)
            raise TypeError("%s: expected no result, got %r" % (name, value))
        if resources:
            resources.end_lends(cx, mark)
            resources.end_visits(visitors)
        return 0

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


class ComponentCall(Lowered):
    """A component calls another one: values go from memory to memory, nothing is allocated."""

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        plan = calls.plan
        self.lifted = Lifted(calls, plan.word(at + LOWER_TARGET))
        self.may_enter = not plan.word(at + LOWER_FLAGS) & REENTERS
        self.copy_in = self._copier(plan.word(at + LOWER_COPY_IN))
        self.copy_out = self._copier(plan.word(at + LOWER_COPY_OUT))
        self.flat_result = CoreValueIter(None, 0, 0)

    def _copier(self, index):
        return 0 if index == NONE else self.calls.store.function(index)

    def canon_lower(self, thread, base):
        calls = self.calls
        instances = calls.instances
        resources = calls.resources
        lifted = self.lifted
        callee = lifted.inst
        top = thread.top
        instances.check_leave(self.inst)
        if not self.may_enter:
            raise ComponentTrap(CANNOT_ENTER, instances.name(callee))
        instances.enter_from(callee, self.inst)
        if top + lifted.room > 4 * len(thread.stack):
            return STACK
        mark = resources.lent if resources else 0
        thread.top = top + lifted.room  # for the callee's realloc
        self._copy_params(thread.stack, base, top)
        thread.top = top
        status = thread.call(lifted.header)
        if status:
            return status
        if resources:
            resources.check_borrows(lifted.cx)
        if self.result:
            thread.top = top + lifted.room  # the flat result stays for post-return
            self._copy_result(thread.stack, base, top)
            thread.top = top
        if lifted.cx.post_return:
            instances.may_leave[callee] = 0
            status = thread.call(lifted.cx.post_return)
            if status:
                return status
            instances.may_leave[callee] = 1
        instances.leave_to(callee, self.inst)
        if resources:
            resources.end_lends(self.cx, mark)
        return 0

    def _copy_params(self, stack, base, top):
        lifted = self.lifted
        self.flat_args.start(stack, base, self.wide)
        self.out.start(stack, top >> 2, lifted.wide_params)
        lifted.cx.copier = self.copy_in
        copy_params(
            self.cx,
            MAX_FLAT_PARAMS,
            self.flat_args,
            self.params,
            lifted.cx,
            self.out,
            lifted.params,
        )

    def _copy_result(self, stack, base, top):
        lifted = self.lifted
        self.flat_result.start(stack, top >> 2, 0)
        self.out.start(stack, base, 0)
        self.cx.copier = self.copy_out
        copy_result(
            lifted.cx,
            MAX_FLAT_RESULTS,
            self.flat_result,
            lifted.result,
            self.cx,
            self.out,
            self.result,
            self.flat_args,
        )


def host_name(plan, number):
    """The name of a host function as WIT writes it."""
    at = plan.record(HOSTS, number, HOST_BYTES)
    name = plan.string(plan.word(at + 4))
    interface = plan.word(at)
    return "%s#%s" % (plan.string(interface), name) if interface else name
