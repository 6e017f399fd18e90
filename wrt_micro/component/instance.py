# Component instances and their locks (CanonicalABI.md, Component Instances).

from .plan import GUARDS, INSTANCE_BYTES, INSTANCES, NONE, PROGRAM_FLAGS, RESOURCES
from .trap import CANNOT_ENTER, CANNOT_LEAVE, ComponentTrap


class Instances:
    """The state of all component instances, by number. NONE as caller is the host.

    may_enter: 0 while a call is inside, and for good after a trap on the way.
    may_leave: 0 during realloc and post-return.
    handles: the table of handles of each, with `capacity` entries, or None for one that nobody
    calls and that calls nobody; empty if nothing has handles.
    """

    handles = ()

    def __init__(self, plan, store, capacity):
        self.plan = plan
        count = plan.count(INSTANCES)
        self.parents = tuple([plan.word(self._record(i)) for i in range(count)])
        guards = plan.word(4 * GUARDS)
        if guards == NONE:
            self.may_enter = bytearray(b"\1" * count)
            self.may_leave = bytearray(b"\1" * count)
        else:  # core functions look at them, too
            words = memoryview(store.globals)
            self.may_enter = words[guards : guards + count]
            self.may_leave = words[guards + count : guards + 2 * count]
        if plan.count(RESOURCES) or plan.word(4 * PROGRAM_FLAGS):
            from .handles import make_tables

            self.handles = make_tables(plan, capacity)

    def _record(self, inst):
        return self.plan.record(INSTANCES, inst, INSTANCE_BYTES)

    def name(self, inst):
        """The name of an instance for people, "" for the root without one."""
        return self.plan.string(self.plan.word(self._record(inst) + 4))

    def _is_around(self, inst, caller):
        """Whether inst is the caller or an ancestor of it."""
        while caller != NONE:
            if caller == inst:
                return True
            caller = self.parents[caller]
        return False

    def may_enter_from(self, inst, caller):
        """Whether a call from caller may enter inst."""
        while inst != NONE and not self._is_around(inst, caller):
            if not self.may_enter[inst]:
                return False
            inst = self.parents[inst]
        return True

    def _set(self, inst, caller, flag):
        while inst != NONE and not self._is_around(inst, caller):
            self.may_enter[inst] = flag
            inst = self.parents[inst]

    def enter_from(self, inst, caller):
        """Lock what a call from caller enters. Traps if something of it is locked."""
        if not self.may_enter_from(inst, caller):
            raise ComponentTrap(CANNOT_ENTER, self.name(inst))
        self._set(inst, caller, 0)

    def leave_to(self, inst, caller):
        """Unlock what enter_from locked."""
        self._set(inst, caller, 1)

    def check_leave(self, inst):
        """Traps if inst must not call out."""
        if not self.may_leave[inst]:
            raise ComponentTrap(CANNOT_LEAVE, self.name(inst))
