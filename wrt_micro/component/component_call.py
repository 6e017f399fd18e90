# canon lower that meets canon lift: calls from component to component (CanonicalABI.md, Canonical
# Definitions).

from ..trap import STACK
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, Lifted
from .canon_lower import Lowered
from .flat import CoreValueIter
from .plan import LOWER_COPY_IN, LOWER_COPY_OUT, LOWER_FLAGS, LOWER_TARGET, NONE, REENTERS
from .transfer import copy_params, copy_result
from .trap import CANNOT_ENTER, ComponentTrap


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
