# canon lift: calls into components (CanonicalABI.md, Canonical Definitions).

from ..trap import FUEL, ComponentError, Trap
from .flat import CoreValueIter, CoreValues
from .lift import lift_flat_result
from .lower import lower_flat_params
from .plan import (
    LIFT_BYTES,
    LIFT_FUNCTION,
    LIFT_INSTANCE,
    LIFT_OPTIONS,
    LIFT_PARAMS,
    LIFT_RESULT,
    LIFT_WIDE_PARAMS,
    LIFTS,
    NONE,
    POST_RETURN,
    RESULT,
)
from .trap import Mismatch

MAX_FLAT_PARAMS = 16
MAX_FLAT_RESULTS = 1


def flat_room(plan, params, wide):
    """Bytes of the stack that a call's flat params and result take, and two link words."""
    count = plan.flat_count(params)
    words = 2 + (count if count <= MAX_FLAT_PARAMS else 1)
    while wide:
        words += wide & 1
        wide >>= 1
    return 4 * words + 8


class Lifted:
    """A component function made by canon lift: call it with Python values.

    header, post_return: header offsets of core functions, or 0. Numbers that are 0 here are
    attributes only of those that have others.
    """

    result = wide_params = post_return = 0

    def __init__(self, calls, index):
        plan = calls.plan
        at = plan.record(LIFTS, index, LIFT_BYTES)
        options = plan.word(at + LIFT_OPTIONS)
        self.inst = plan.word(at + LIFT_INSTANCE)
        self.cx = calls.context(options, self.inst)
        self.header = calls.store.function(plan.word(at + LIFT_FUNCTION))
        self.params = plan.word(at + LIFT_PARAMS)
        result, wide = plan.word(at + LIFT_RESULT), plan.word(at + LIFT_WIDE_PARAMS)
        if result:
            self.result = result
        if wide:
            self.wide_params = wide
        self.room = flat_room(plan, self.params, wide)
        post_return = plan.word(options + POST_RETURN) if options else NONE
        if post_return != NONE:
            self.post_return = calls.store.function(post_return)

    def __call__(self, *args, fuel=None, view=None):
        """Returns the result, or None. A result<T, E> returns T or raises ComponentError(E).

        fuel: jumps and calls it may take. view: a function that gets the result, with memoryviews
        of guest memory for list<u8>, before post-return may free it; what it returns is the
        result of the call. Raises Trap, TypeError and ValueError.
        """
        plan = self.cx.plan
        count = plan.word(self.params + 8)
        if len(args) != count:
            raise TypeError("expected %d arguments, got %d" % (count, len(args)))
        wrong = None
        try:
            value = canon_lift(self, args, fuel, view)
        except Mismatch as error:
            wrong = error.raised()
        if wrong:
            raise wrong
        return self.unpacked(value, view)

    def unpacked(self, value, view):
        """What a call returns: of a result the value, or its error is raised."""
        if self.result and not view and self.cx.plan.kind(self.result) == RESULT:
            if value[0] == "error":
                raise ComponentError(value[1])
            return value[1]
        return value


def lift_with_views(cx, lift, most, vi, t):
    """lift(cx, most, vi, t), where the bytes of list<u8> come as memoryviews."""
    cx.views = True
    try:
        return lift(cx, most, vi, t)
    finally:
        cx.views = False


def canon_lift(lifted, args, fuel, view):
    """Call a lifted function from the host: lower the arguments, call, lift the result."""
    cx = lifted.cx
    calls = cx.calls
    store = calls.store
    thread = store.thread
    instances = calls.instances
    base = thread.top
    if base + lifted.room > 4 * len(thread.stack):
        raise thread.full()
    instances.enter_from(lifted.inst, NONE)
    resources = calls.resources
    visitors = 0
    if not base:
        thread.fuel = fuel
        if calls.unfinished:
            calls.unfinished = None
    if resources:
        resources.given.clear()
        if not base:
            resources.lent = 0  # what calls that trapped had lent
            resources.end_visits(0)
        visitors = len(resources.visitors)
    thread.top = base + lifted.room  # for the guest's realloc
    try:
        out = CoreValues(thread.stack, base >> 2, lifted.wide_params)
        lower_flat_params(cx, MAX_FLAT_PARAMS, args, lifted.params, out)
    except Mismatch:
        if resources:
            resources.undo_arguments(cx)
            resources.end_visits(visitors)
        instances.leave_to(lifted.inst, NONE)
        raise
    finally:
        thread.top = base
    try:
        store.call(lifted.header, fuel)
    except Trap as trap:
        _keep_or_end(lifted, trap, view, visitors)
        raise
    return _finish(lifted, base, fuel, view, visitors)


def _keep_or_end(lifted, trap, view, visitors):
    """A call has trapped: if more fuel would do, keep what `resume` needs."""
    calls = lifted.cx.calls
    thread = calls.store.thread
    if trap.number == FUEL and not thread.top and thread.resumable and not trap.nested:
        calls.unfinished = (lifted, view)
    elif calls.resources:
        calls.resources.end_visits(visitors)


def resume(calls, fuel):
    """Go on with the call that trapped with "fuel_exhausted"; its result, as Lifted.__call__.

    Raises RuntimeError if there is no such call: fuel that ran out in a nested call, which Python
    made, or in its realloc or post-return cannot be made up for.
    """
    if not calls.unfinished:
        raise RuntimeError("no call is waiting for fuel")
    lifted, view = calls.unfinished
    calls.unfinished = None
    try:
        calls.store.resume(fuel)
    except Trap as trap:
        _keep_or_end(lifted, trap, view, 0)
        raise
    return lifted.unpacked(_finish(lifted, 0, fuel, view, 0), view)


def _finish(lifted, base, fuel, view, visitors):
    """What is left to do when the guest has returned: lift the result, call post-return."""
    try:
        return _lift_result(lifted, base, fuel, view)
    finally:
        if lifted.cx.calls.resources:
            lifted.cx.calls.resources.end_visits(visitors)


def _lift_result(lifted, base, fuel, view):
    cx = lifted.cx
    calls = cx.calls
    store = calls.store
    thread = store.thread
    instances = calls.instances
    if calls.resources:
        calls.resources.check_borrows(cx)
    result = None
    if lifted.result:
        vi = CoreValueIter(thread.stack, base >> 2, 0)
        if view:
            result = lift_with_views(cx, lift_flat_result, MAX_FLAT_RESULTS, vi, lifted.result)
        else:
            result = lift_flat_result(cx, MAX_FLAT_RESULTS, vi, lifted.result)
    error = None
    if view:
        thread.top = base + lifted.room  # post-return gets the flat results
        try:
            result = view(result)
        except Exception as e:
            error = e
        thread.top = base
    if lifted.post_return:
        # The flat results still stand where post-return takes them as arguments.
        instances.may_leave[lifted.inst] = 0
        store.call(lifted.post_return, fuel)
        instances.may_leave[lifted.inst] = 1
    instances.leave_to(lifted.inst, NONE)
    if error:
        raise error
    return result
