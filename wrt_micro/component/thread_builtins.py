# The built-ins of threads (CanonicalABI.md, canon thread.*). base: where their arguments stand.

from ..thread import SUSPENDED
from .concurrent_trap import THREAD_NOT_SUSPENDED, ConcurrentTrap
from .plan import (
    BUILTIN_FLAGS,
    BUILTIN_TABLE,
    BUILTIN_TYPE,
    CANCELLABLE,
    CANON_INSTANCE,
    TABLE64,
    WIDE,
)
from .status import RUN
from .threads import ALWAYS, BEGIN_EXPLICIT

# Traps of the core.
UNDEFINED_ELEMENT, UNINITIALIZED_ELEMENT, TYPE_MISMATCH = 7, 8, 9


def thread_builtin(calls, at, opcode):
    """The host function(record, base) of a built-in."""
    builtin = ThreadBuiltin(calls, at)
    return {
        0x0C: builtin.canon_thread_yield,
        0x26: builtin.canon_thread_index,
        0x27: builtin.canon_thread_new_indirect,
        0x28: builtin.canon_thread_resume_later,
        0x29: builtin.canon_thread_suspend,
        0x2A: builtin.canon_thread_suspend_then_resume,
        0x2B: builtin.canon_thread_yield_then_resume,
        0x2C: builtin.canon_thread_suspend_then_promote,
        0x2D: builtin.canon_thread_yield_then_promote,
        0x40: builtin.canon_thread_spawn_ref,
        0x41: builtin.canon_thread_spawn_indirect,
        0x42: builtin.canon_thread_available_parallelism,
    }[opcode]


class ThreadBuiltin:
    """The built-ins of threads in one instance."""

    def __init__(self, calls, at):
        plan = calls.plan
        self.scheduler = calls.scheduler
        self.instances = calls.instances
        self.store = calls.store
        self.inst = plan.word(at + CANON_INSTANCE)
        self.core_type = plan.word(at + BUILTIN_TYPE)
        self.table = plan.word(at + BUILTIN_TABLE)
        flags = plan.word(at + BUILTIN_FLAGS)
        self.cancellable = flags & CANCELLABLE
        self.wide = flags & WIDE
        self.index_words = 2 if flags & TABLE64 else 1

    def canon_thread_index(self, record, base):
        self.instances.check_leave(self.inst)
        record.stack[base] = self.scheduler.current.index
        return 0

    def canon_thread_available_parallelism(self, record, base):
        self.instances.check_leave(self.inst)
        record.stack[base] = 1
        return 0

    # New threads

    def canon_thread_new_indirect(self, record, base):
        self.instances.check_leave(self.inst)
        header = self._element(record, base)
        if not header:
            return self.status
        thread = self._new(header, record, base + self.index_words)
        record.stack[base] = thread.index
        return 0

    def canon_thread_spawn_indirect(self, record, base):
        self.instances.check_leave(self.inst)
        header = self._element(record, base)
        if not header:
            return self.status
        return self._spawn(header, record, base, self.index_words)

    def canon_thread_spawn_ref(self, record, base):
        self.instances.check_leave(self.inst)
        header = record.stack[base]
        if not header:
            return UNINITIALIZED_ELEMENT
        return self._spawn(header, record, base, 1)

    def _spawn(self, header, record, base, argument):
        thread = self._new(header, record, base + argument)
        self.scheduler.wait(thread, ALWAYS)
        record.stack[base] = thread.index
        return 0

    def _element(self, record, base):
        """The function in the table that the argument says; or 0, and `status` is the trap."""
        tabs = self.store.tabs
        i = record.stack[base]
        if self.index_words == 2 and record.stack[base + 1] or i >= tabs[4 * self.table + 2]:
            self.status = UNDEFINED_ELEMENT
            return 0
        header = self.store.tables[self.table][i]
        self.status = UNINITIALIZED_ELEMENT
        if header and self._type(header) != self.core_type:
            self.status = TYPE_MISMATCH
            return 0
        return header

    def _type(self, header):
        """The number of a function's type."""
        code = self.store.code
        return code[header] | code[header + 1] << 8 | code[header + 2] << 16

    def _new(self, header, record, argument):
        """A suspended thread of the current task that will call a function."""
        scheduler = self.scheduler
        task = scheduler.current.task
        thread = scheduler.new_thread(task, None)
        thread.base = header
        thread.then = BEGIN_EXPLICIT
        stack = thread.record.stack
        stack[0] = record.stack[argument]
        if self.wide:
            stack[1] = record.stack[argument + 1]
        task.admit(thread)
        return thread

    # Switching

    def canon_thread_resume_later(self, record, base):
        self.instances.check_leave(self.inst)
        self.scheduler.wait(self._suspended(record.stack[base]), ALWAYS)
        return 0

    def canon_thread_suspend(self, record, base):
        self.instances.check_leave(self.inst)
        return 0 if self._cancelled(record, base) else self._block(base, None)

    def canon_thread_yield(self, record, base):
        self.instances.check_leave(self.inst)
        return 0 if self._cancelled(record, base) else self._block(base, ALWAYS)

    def canon_thread_suspend_then_resume(self, record, base):
        return self._then_resume(record, base, None)

    def canon_thread_yield_then_resume(self, record, base):
        return self._then_resume(record, base, ALWAYS)

    def canon_thread_suspend_then_promote(self, record, base):
        return self._then_promote(record, base, None)

    def canon_thread_yield_then_promote(self, record, base):
        return self._then_promote(record, base, ALWAYS)

    def _then_resume(self, record, base, waits_for):
        self.instances.check_leave(self.inst)
        other = self._suspended(record.stack[base])
        if self._cancelled(record, base):
            return 0
        self.scheduler.switch_to = other
        return self._block(base, waits_for)

    def _then_promote(self, record, base, waits_for):
        self.instances.check_leave(self.inst)
        other = self.scheduler.thread_at(self.inst, record.stack[base])
        if self._cancelled(record, base):
            return 0
        if other.waits_for and other.waits_for.ready(other):
            self.scheduler.stop_waiting(other)
            self.scheduler.switch_to = other
        return self._block(base, waits_for)

    def _suspended(self, i):
        """The thread with index i. Traps if there is none or it is not suspended."""
        thread = self.scheduler.thread_at(self.inst, i)
        if not thread.suspended():
            raise ConcurrentTrap(THREAD_NOT_SUSPENDED, self.instances.name(self.inst))
        return thread

    def _cancelled(self, record, base):
        """Whether the task is told of its cancellation instead, which is the result then."""
        if self.scheduler.current.task.deliver_pending_cancel(self.cancellable):
            record.stack[base] = 1
            return True
        return False

    def _block(self, base, waits_for):
        self.scheduler.block(self, base, waits_for, self.cancellable)
        return SUSPENDED

    def finish(self, thread, cancelled):
        """A thread that blocked goes on."""
        thread.record.stack[thread.base] = 1 if cancelled else 0
        return RUN
