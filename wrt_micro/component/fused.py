# What is left of calls between components that core functions do: their traps. What the core
# function finds wrong before anything has happened it leaves to the canonical definition, which
# finds it, too; the modules for that are only imported then.

from ..trap import Trap
from .plan import CANON_OPCODE, REFUSE
from .trap import SHORT_MEMORY, ComponentTrap

BOUNDS = ("pointer_out_of_bounds", "string_out_of_bounds", "list_out_of_bounds")


def fused_function(calls, at):
    """The host function(thread, base) of `refuse`, or of a canon lower."""
    if calls.plan.word(at + CANON_OPCODE) == REFUSE:
        return Refuse(calls).refuse
    return Late(calls, at).canon_lower


class Late:
    """A canon lower that is made when it is needed, which it hardly ever is."""

    def __init__(self, calls, at):
        self.calls = calls
        self.at = at
        self.function = None

    def canon_lower(self, thread, base):
        if not self.function:
            self.make()
        return self.function(thread, base)

    def make(self):
        from .definitions import definition

        self.function = definition(self.calls, self.at)


class Refuse:
    """Traps for core functions."""

    def __init__(self, calls):
        self.calls = calls

    def refuse(self, thread, base):
        """(kind, instance, memory, address, bytes): raises the trap."""
        stack = thread.stack
        trap = ComponentTrap(stack[base], self.calls.instances.name(stack[base + 1]))
        if trap.kind in BOUNDS:
            mems = self.calls.store.mems
            at = 8 * stack[base + 2]
            if stack[base + 3] + stack[base + 4] <= mems[at + 7]:
                detail = ": it has %d of %d bytes" % (mems[at + 2], mems[at + 7])
                trap = Trap(SHORT_MEMORY, [], None, detail)
        raise trap
