# canon lower that meets canon lift: calls from component to component (CanonicalABI.md, Canonical
# Definitions).

from ..trap import STACK
from .canon import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, Lifted
from .canon_lower import Lowered
from .plan import LOWER_FLAGS, LOWER_TARGET, REENTERS
from .transfer import copy_params, copy_result
from .trap import CANNOT_ENTER, ComponentTrap


class ComponentCall(Lowered):
    """A component calls another one: values go from memory to memory, nothing is allocated."""

    may_enter = True

    def __init__(self, calls, at):
        Lowered.__init__(self, calls, at)
        plan = calls.plan
        self.lifted = Lifted(calls, plan.word(at + LOWER_TARGET))
        if plan.word(at + LOWER_FLAGS) & REENTERS:
            self.may_enter = False
        self.find_copiers(at)
        calls.need_flat_result()

    def canon_lower(self, thread, base):
        calls = self.cx.calls
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
        if lifted.post_return:
            instances.may_leave[callee] = 0
            status = thread.call(lifted.post_return)
            if status:
                return status
            instances.may_leave[callee] = 1
        instances.leave_to(callee, self.inst)
        if resources:
            resources.end_lends(self.cx, mark)
        return 0

    def _copy_params(self, stack, base, top):
        lifted = self.lifted
        calls = self.cx.calls
        vi, out = calls.flat_args, calls.out
        vi.start(stack, base, self.wide)
        out.start(stack, top >> 2, lifted.wide_params)
        calls.copier = self.copy_in
        copy_params(self.cx, MAX_FLAT_PARAMS, vi, self.params, lifted.cx, out, lifted.params)

    def _copy_result(self, stack, base, top):
        lifted = self.lifted
        calls = self.cx.calls
        vi, out = calls.flat_result, calls.out
        vi.start(stack, top >> 2, 0)
        out.start(stack, base, 0)
        where = self.out_param(stack, base, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS)
        calls.copier = self.copy_out
        copy_result(
            lifted.cx, MAX_FLAT_RESULTS, vi, lifted.result, self.cx, out, self.result, where
        )
