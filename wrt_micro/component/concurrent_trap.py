# Traps of tasks, threads, streams and futures. Their numbers follow those of trap.py.

from ..trap import DEADLOCK, Trap, kind
from .trap import ComponentTrap

# Kind and message of each, by number: one string, as a tuple for each would take four times
# the heap.
TEXTS = """\
cannot_block: cannot block a synchronous task before returning
callback_code: unsupported callback code
not_returned: the last thread of a task ended before task.return
already_returned: the task has returned or was cancelled already
return_mismatch: task.return has another type or other options than the function
not_cancelled: task.cancel before the task was told of its cancellation
cancelled_twice: the subtask was cancelled before or has been resolved
subtask_unresolved: cannot drop a subtask which has not yet resolved
in_waitable_set: waitable cannot be used synchronously while added to a waitable set
waited_for: another thread waits for the waitable
waitable_set_in_use: cannot drop a waitable set with waitables or waiters
copy_done: the end is done: everything was read or written, or the other end dropped
copy_busy: the end is busy
copy_idle: no copy is under way that could be cancelled
future_unwritten: cannot drop future write end without first writing a value
same_instance: cannot read from and write to intra-component future or stream
lifted_in_set: cannot lift a stream or future while it's in a waitable set
buffer_length: more than 2**28 - 1 elements in one copy
backpressure: backpressure out of range
unknown_thread: unknown thread index
thread_not_suspended: the thread is not suspended
tasks_full: no task is free: load(..., tasks=N) gives more
threads_full: no thread is free: load(..., threads=N) gives more
subtasks_full: no subtask is free: load(..., subtasks=N) gives more
streams_full: no stream or future is free: load(..., streams=N) gives more
waitable_sets_full: no waitable set is free: load(..., waitable_sets=N) gives more
error_contexts_full: no error context is free: load(..., error_contexts=N) gives more"""
FIRST = 64
CANNOT_BLOCK, CALLBACK_CODE, NOT_RETURNED, ALREADY_RETURNED, RETURN_MISMATCH = range(64, 69)
NOT_CANCELLED, CANCELLED_TWICE, SUBTASK_UNRESOLVED, IN_WAITABLE_SET, WAITED_FOR = range(69, 74)
WAITABLE_SET_IN_USE, COPY_DONE, COPY_BUSY, COPY_IDLE, FUTURE_UNWRITTEN = range(74, 79)
SAME_INSTANCE, LIFTED_IN_SET, BUFFER_LENGTH, BACKPRESSURE, UNKNOWN_THREAD = range(79, 84)
THREAD_NOT_SUSPENDED, TASKS_FULL, THREADS_FULL, SUBTASKS_FULL, STREAMS_FULL = range(84, 89)
WAITABLE_SETS_FULL, ERROR_CONTEXTS_FULL = 89, 90


class ConcurrentTrap(ComponentTrap):
    """A trap of what runs concurrently. instance: name of the component instance it is in."""

    def __init__(self, number, instance, detail=""):
        self.number = number
        self.detail = detail
        self.kind, self.message = kind(TEXTS, number - FIRST)
        self.instance = instance
        self.backtrace = []
        self.nested = False
        self.pc = 0


def deadlock():
    """The trap of a call that waits for what nobody can do."""
    trap = Trap(DEADLOCK, [])
    trap.message = "deadlock detected: no task can make further progress"
    return trap
