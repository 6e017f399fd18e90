# Resources: handles in the guests' tables, and what they stand for (CanonicalABI.md, lift_own to
# lower_borrow, canon resource.new, resource.drop, resource.rep). rt is the number of a resource
# type in the plan, rep what its implementation knows the resource by.

from ..trap import than
from .handles import BORROWED, KIND, LENDS, OWNED, REP, SCOPE, place
from .plan import (
    BUILTIN_RESOURCE,
    CANON_INSTANCE,
    CANON_OPCODE,
    NONE,
    RESOURCE_BYTES,
    RESOURCE_NEW,
    RESOURCE_REP,
    RESOURCES,
)
from .trap import (
    BORROWS_REMAIN,
    HANDLE_LENT,
    HANDLE_NOT_OWNED,
    HANDLE_TYPE,
    HANDLES_FULL,
    LENDS_FULL,
    UNKNOWN_HANDLE,
    ComponentTrap,
)


class ResourceState:
    """All that a program with resources keeps besides its tables of handles.

    impl, dtor: by resource type, the instance that defines it (NONE: the host) and the header of
    its destructor (0: none). num_borrows: by scope, the instance, or the task where there are
    some: borrowed handles that the call still has to drop. lends: indices of the handles that
    calls under way have lent, a stack. objects: what the host's reps stand for, by rep. visitors:
    what the host has lent to calls under way or they have lent to it: Resource objects, and reps
    of the host's own. given: what the host gave to the call whose arguments are being lowered:
    (value, handle, rep). owned: how many resources of guests the host owns. scope: whose the
    borrowed handles are that are made now, the task's number, or None: the instance's.
    """

    scope = None

    def __init__(self, plan, store, instances, capacity):
        from ..words import words

        count = plan.count(RESOURCES)
        self.impl = []
        self.dtor = []
        for rt in range(count):
            at = plan.record(RESOURCES, rt, RESOURCE_BYTES)
            self.impl.append(plan.word(at))
            dtor = plan.word(at + 4)
            self.dtor.append(0 if dtor == NONE else store.function(dtor))
        self.num_borrows = [0] * len(instances.parents)
        self.lends = words(capacity, "the handles lent by calls", "handles")
        self.lent = 0
        self.objects = [None] * capacity
        self.visitors = []
        self.given = []
        self.owned = 0

    def copy_handle(self, source, i, rt, target, owned):
        """The index on the other side of a handle that is given away, or lent."""
        if owned:
            return lower_own(target, lift_own(source, i, rt), rt)
        return lower_borrow(target, lift_borrow(source, i, rt), rt)

    def check_borrows(self, cx):
        """Traps if the call inside cx's instance still holds borrowed handles."""
        if self.num_borrows[cx.inst]:
            trap(cx, BORROWS_REMAIN)

    def end_lends(self, cx, mark):
        """A call of cx's instance has returned: what it lent since `mark` is lent no longer."""
        lends = cx.calls.instances.handles[cx.inst].lends
        for k in range(mark, self.lent):
            lends[place(self.lends[k]) + LENDS] -= 1
        self.lent = mark

    def end_visits(self, mark):
        """A call has returned: what was lent to it or by it since `mark` is lent no longer."""
        visitors = self.visitors
        while len(visitors) > mark:
            visitor = visitors.pop()
            if isinstance(visitor, int):
                self.objects[visitor] = None
            elif visitor._owned:
                visitor._lends -= 1
            else:
                visitor._rep = None

    def undo_arguments(self, cx):
        """A call will not be made: take back the handles that its arguments made."""
        handles = cx.calls.instances.handles[cx.inst]
        for value, i, rep in self.given:
            handles.remove(i)
            if value is None:
                self.objects[rep] = None
            else:
                value._rep = rep
                self.owned += 1
        self.given.clear()
        scope = self.scope_of(cx)
        for i in range(1, handles.capacity() + 1):
            at = handles.get(i)
            borrowed = at and handles.entries[at] & 0xFF == BORROWED
            if borrowed and handles.lends[at + SCOPE] == scope:
                handles.remove(i)
        self.num_borrows[scope] = 0

    def scope_of(self, cx):
        """Whose a borrowed handle is that is made in cx's instance now."""
        return cx.inst if self.scope is None else self.scope


def trap(cx, number, detail=""):
    raise ComponentTrap(number, cx.calls.instances.name(cx.inst), detail)


def entry(cx, i, rt):
    """The place of a handle of type rt in the table of cx's instance. Traps if it is none."""
    handles = cx.calls.instances.handles[cx.inst]
    at = handles.get(i)
    if not at:
        trap(cx, UNKNOWN_HANDLE)
    if handles.entries[at + KIND] >> 8 != rt:
        trap(cx, HANDLE_TYPE)
    return at


def add(cx, kind, rt, rep, scope):
    handles = cx.calls.instances.handles[cx.inst]
    i = handles.add(kind, rt, rep)
    if not i:
        trap(cx, HANDLES_FULL, than(handles.capacity()))
    at = place(i)
    handles.lends[at + LENDS] = 0
    handles.lends[at + SCOPE] = scope
    return i


def lift_own(cx, i, rt):
    """Take an owned handle out of the table: its rep."""
    at = entry(cx, i, rt)
    handles = cx.calls.instances.handles[cx.inst]
    entries = handles.entries
    if entries[at + KIND] & 0xFF != OWNED:
        trap(cx, HANDLE_NOT_OWNED)
    if handles.lends[at + LENDS]:
        trap(cx, HANDLE_LENT)
    rep = entries[at + REP]
    handles.remove(i)
    return rep


def lift_borrow(cx, i, rt):
    """Lend a handle until the call under way has returned: its rep."""
    at = entry(cx, i, rt)
    state = cx.calls.resources
    if state.lent == len(state.lends):
        trap(cx, LENDS_FULL, than(len(state.lends)))
    handles = cx.calls.instances.handles[cx.inst]
    handles.lends[at + LENDS] += 1
    state.lends[state.lent] = i
    state.lent += 1
    return handles.entries[at + REP]


def lower_own(cx, rep, rt):
    return add(cx, OWNED, rt, rep, 0)


def lower_borrow(cx, rep, rt):
    """A handle for the call that cx's instance receives; its own resources are given as reps."""
    state = cx.calls.resources
    if state.impl[rt] == cx.inst:
        return rep
    scope = state.scope_of(cx)
    i = add(cx, BORROWED, rt, rep, scope)
    state.num_borrows[scope] += 1
    return i


def drop_rep(calls, rt, rep, caller):
    """The end of a resource: calls its destructor; 0, or the number that ended that call.

    For the host as caller, a trap is raised.
    """
    state = calls.resources
    impl = state.impl[rt]
    if impl == NONE:
        value = state.objects[rep]
        state.objects[rep] = None
        if hasattr(value, "drop"):
            value.drop()
        return 0
    if calls.scheduler:
        return calls.scheduler.drop_rep(rt, rep, caller)
    calls.instances.enter_from(impl, caller)
    status = 0
    if state.dtor[rt]:
        thread = calls.store.thread
        if thread.top + 4 > 4 * len(thread.stack):
            raise thread.full()
        thread.stack[thread.top >> 2] = rep
        if caller == NONE:
            calls.store.call(state.dtor[rt])
        else:
            status = thread.call(state.dtor[rt])
    if not status:
        calls.instances.leave_to(impl, caller)
    return status


def resource_builtin(calls, at):
    """The host function(thread, base) of resource.new, resource.drop or resource.rep.

    at: the record of the canonical definition.
    """
    plan = calls.plan
    opcode = plan.word(at + CANON_OPCODE)
    inst, rt = plan.word(at + CANON_INSTANCE), plan.word(at + BUILTIN_RESOURCE)
    key = (0, inst, rt)
    builtin = calls.made.get(key)
    if not builtin:
        builtin = calls.made[key] = ResourceBuiltin(calls.context(0, inst), rt)
    if opcode == RESOURCE_NEW:
        return builtin.canon_resource_new
    return builtin.canon_resource_rep if opcode == RESOURCE_REP else builtin.canon_resource_drop


class ResourceBuiltin:
    """The built-ins of one resource type in one instance."""

    def __init__(self, cx, rt):
        self.cx = cx
        self.rt = rt

    def canon_resource_new(self, thread, base):
        cx = self.cx
        cx.calls.instances.check_leave(cx.inst)
        thread.stack[base] = lower_own(cx, thread.stack[base], self.rt)
        return 0

    def canon_resource_rep(self, thread, base):
        cx = self.cx
        at = entry(cx, thread.stack[base], self.rt)
        thread.stack[base] = cx.calls.instances.handles[cx.inst].entries[at + REP]
        return 0

    def canon_resource_drop(self, thread, base):
        cx = self.cx
        calls = cx.calls
        inst = cx.inst
        calls.instances.check_leave(inst)
        i = thread.stack[base]
        at = entry(cx, i, self.rt)
        handles = calls.instances.handles[inst]
        entries, lends = handles.entries, handles.lends
        if lends[at + LENDS]:
            trap(cx, HANDLE_LENT)
        owned = entries[at + KIND] & 0xFF == OWNED
        rep, scope = entries[at + REP], lends[at + SCOPE]
        handles.remove(i)
        if owned:
            return drop_rep(calls, self.rt, rep, inst)
        calls.resources.num_borrows[scope] -= 1
        return 0
