# The tables of a component with tasks: everything that there is a fixed number of, made at load
# (CanonicalABI.md, Table State). docs/scheduler.md lists them.

from ..thread import Thread
from ..trap import than
from ..words import words
from .concurrent_trap import STREAMS_FULL, SUBTASKS_FULL, ConcurrentTrap
from .handles import KIND, REP, Handles
from .plan import COPIER_BYTES, COPIERS
from .pool import Pool
from .streams import make_pool
from .subtask import Subtask
from .task import Task
from .threads import GuestThread
from .trap import HANDLE_TYPE, HANDLES_FULL, UNKNOWN_HANDLE, ComponentTrap
from .waitable import WaitableSet

# The type that an entry has in a table of handles if it is no resource: no resource type's number.
NO_RESOURCE = 0xFFFFFF


class Tables:
    """Pools of tasks, threads, records, subtasks, sets, streams and error contexts.

    tables: by instance, its threads. Handles are in Instances.
    """

    def __init__(self, calls, chosen):
        self.calls = calls
        self.store = store = calls.store
        self.instances = calls.instances
        count = len(self.instances.parents)
        if calls.resources:
            calls.resources.num_borrows = [0] * chosen["tasks"]
            calls.resources.scope = 0
        tasks, threads = chosen["tasks"], chosen["threads"]
        stack = chosen["thread_stack"] or 4 * len(store.thread.stack)
        self.tasks = Pool([Task(self) for _ in range(tasks)])
        # Calls of functions that are not async run on their caller's stack.
        self.threads = Pool([GuestThread(self) for _ in range(tasks + threads)])
        self.records = Pool([Thread(store, stack) for _ in range(threads)])
        self.tables = [Handles(tasks + threads) for _ in range(count)]
        self.subtasks = Pool([Subtask() for _ in range(chosen["subtasks"])])
        self.sets = Pool([WaitableSet() for _ in range(chosen["waitable_sets"])])
        self.streams = make_pool(chosen["streams"])
        self.error_contexts = Pool([])
        self.error_messages = chosen["error_messages"]
        self._chosen = chosen
        self.given = None  # (what Python gave, handle) while arguments are lowered
        self._copiers = list(self._read_copiers(calls.plan))
        # Handles that subtasks have lent: (index, next) pairs; pair 0 ends every chain.
        self.lent = words(2 * chosen["handles"] + 2, "the handles that subtasks lent", "handles")
        for i in range(1, chosen["handles"]):
            self.lent[2 * i + 1] = i + 1
        self.lent_free = 1

    def _read_copiers(self, plan):
        """(memory copied from, memory copied to, header offset) of each function that copies."""
        for i in range(plan.count(COPIERS)):
            at = plan.record(COPIERS, i, COPIER_BYTES)
            yield plan.word(at), plan.word(at + 4), self.store.function(plan.word(at + 8))

    def has_shared_memory(self):
        """Whether threads can wait for each other at addresses."""
        mems = self.store.mems
        for i in range(6, len(mems), 8):
            if mems[i] & 1:
                return True
        return False

    def need_error_contexts(self):
        """Make the error contexts, for the first definition that uses them."""
        from .error_context import ErrorContext

        if not self.error_contexts.capacity:
            count = self._chosen["error_contexts"]
            self.error_contexts = Pool([ErrorContext() for _ in range(count)])

    def copier(self, source, target):
        """The core function that copies from one context's memory to another's, or 0."""
        for memory, other, header in self._copiers:
            if memory == source.memory and other == target.memory:
                return header
        return 0

    # Handles

    def add_handle(self, inst, kind, number):
        """A new entry in an instance's table of handles. Traps if it is full."""
        self.reserve_handles(inst, 1)
        return self.instances.handles[inst].add(kind, NO_RESOURCE, number, 0)

    def reserve_handles(self, inst, count):
        """Traps unless that many entries are free."""
        table = self.instances.handles[inst]
        if table.capacity - table.used < count:
            raise ComponentTrap(HANDLES_FULL, self.instances.name(inst), than(table.capacity))

    def handle_at(self, inst, i):
        """Where the entry with index i begins. Traps if there is none."""
        at = self.instances.handles[inst].get(i)
        if not at:
            trap = ComponentTrap(UNKNOWN_HANDLE, self.instances.name(inst))
            trap.message = "unknown handle index %d" % i
            raise trap
        return at

    def handle(self, inst, i, kind):
        """The number of the entry with index i. Traps if it is of another kind."""
        at = self.handle_at(inst, i)
        entries = self.instances.handles[inst].entries
        if entries[at + KIND] & 0xFF != kind:
            self.wrong_handle(inst)
        return entries[at + REP]

    def wrong_handle(self, inst):
        raise ComponentTrap(HANDLE_TYPE, self.instances.name(inst))

    def new_shared(self, inst, t, is_future):
        """A stream or future whose ends an instance has. Traps if there is none."""
        shared = self.streams.take()
        if not shared:
            self.full(STREAMS_FULL, inst, self.streams)
        shared.start(inst, t, is_future)
        return shared

    def new_subtask(self, inst):
        """Traps if there is none."""
        subtask = self.subtasks.take()
        if not subtask:
            self.full(SUBTASKS_FULL, inst, self.subtasks)
        return subtask

    def trap(self, number, inst):
        """Raises the trap."""
        raise ConcurrentTrap(number, self.instances.name(inst))

    def full(self, number, inst, pool):
        """Raises the trap of a pool that has nothing left."""
        raise ConcurrentTrap(number, self.instances.name(inst), than(pool.capacity))

    def stats(self):
        """A row of App.stats for each table."""
        rows = {}
        for name in ("tasks", "threads", "subtasks", "streams", "waitable_sets", "error_contexts"):
            pool = {"threads": self.records, "waitable_sets": self.sets}.get(name)
            pool = pool or getattr(self, name)
            rows[name] = {"capacity": pool.capacity, "used": pool.used, "high": pool.high}
        return rows
