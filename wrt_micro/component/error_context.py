# Error contexts and their built-ins (CanonicalABI.md, canon error-context.*). Debug messages are
# for people, and may be dropped: load(..., error_messages=N) keeps N characters of each. Without
# it they are not even read, and all are empty, as in the deterministic profile.

from .concurrent_trap import ERROR_CONTEXTS_FULL
from .lower import lower_string, store_pair
from .plan import CANON_INSTANCE, CANON_OPTIONS
from .strings import load_string_from_range
from .trap import OUT_OF_BOUNDS, UNALIGNED
from .waitable import ERROR_CONTEXT_HANDLE


class ErrorContext:
    """message: for people. handles: how many there are of it, in all instances and in Python."""

    after = None  # in a Pool, the next one that nobody has

    def __init__(self, number=0):
        self.message = ""
        self.handles = 0
        self.number = number
        self.pool = None

    def debug_message(self):
        """The message, as the built-in of that name gives it to guests."""
        return self.message

    def drop(self):
        """Give up a handle. Python does so once for each time that it got it from a component."""
        self.handles -= 1
        if not self.handles:
            self.message = ""
            self.pool.give(self)


def lift_error_context(cx, i):
    """The error context with index i in cx's instance, which keeps it. Traps if it is none."""
    scheduler = cx.calls.scheduler
    return scheduler.error_contexts.items[scheduler.handle(cx.inst, i, ERROR_CONTEXT_HANDLE)]


def lower_error_context(cx, context):
    """A handle of an error context in cx's instance."""
    i = cx.calls.scheduler.add_handle(cx.inst, ERROR_CONTEXT_HANDLE, context.number)
    context.handles += 1
    return i


def error_context_builtin(calls, at, opcode):
    """The host function(record, base) of a built-in; opcodes 0x1c to 0x1e."""
    builtin = ErrorContextBuiltin(calls, at)
    return (builtin.canon_new, builtin.canon_debug_message, builtin.canon_drop)[opcode - 0x1C]


class ErrorContextBuiltin:
    """The built-ins of error contexts in one instance."""

    def __init__(self, calls, at):
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.cx = calls.context(plan.word(at + CANON_OPTIONS), plan.word(at + CANON_INSTANCE))

    def canon_new(self, record, base):
        cx = self.cx
        scheduler = self.scheduler
        self.instances.check_leave(cx.inst)
        scheduler.reserve_handles(cx.inst, 1)
        context = scheduler.error_contexts.take()
        if not context:
            scheduler.full(ERROR_CONTEXTS_FULL, cx.inst, scheduler.error_contexts)
        context.pool = scheduler.error_contexts
        kept = scheduler.error_messages
        if kept:
            ptr, length = self._pointers(record.stack, base, 2)
            context.message = load_string_from_range(cx, ptr, length)[:kept]
        record.stack[base] = lower_error_context(cx, context)
        return 0

    def canon_debug_message(self, record, base):
        cx = self.cx
        self.instances.check_leave(cx.inst)
        context = lift_error_context(cx, record.stack[base])
        ptr = self._pointers(record.stack, base + 1, 1)[0]
        cx.check_range(ptr, 2 * cx.ptr_size, cx.ptr_size, UNALIGNED, OUT_OF_BOUNDS)
        lower_string(cx, context.message)
        store_pair(cx, ptr)
        return 0

    def canon_drop(self, record, base):
        cx = self.cx
        self.instances.check_leave(cx.inst)
        i = record.stack[base]
        context = lift_error_context(cx, i)
        self.instances.handles[cx.inst].remove(i)
        context.drop()
        return 0

    def _pointers(self, stack, at, count):
        """Pointer-sized arguments."""
        if self.cx.ptr_size == 4:
            return stack[at : at + count]
        return [stack[at + 2 * i] | stack[at + 2 * i + 1] << 32 for i in range(count)]
