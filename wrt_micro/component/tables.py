# The tables of a component with tasks: everything that there is a fixed number of, made at load
# (CanonicalABI.md, Table State). docs/scheduler.md lists them.

from array import array

from ..thread import Thread
from ..trap import than
from ..words import words
from .concurrent_trap import STREAMS_FULL, SUBTASKS_FULL, ConcurrentTrap
from .handles import KIND, REP, Handles
from .plan import CANON_BYTES, CANON_OPCODE, CANONS, COPIER_BYTES, COPIERS, LOWER
from .pool import STATE_WORDS, Pool, Unused
from .streams import Shared
from .subtask import make_subtasks
from .task import Task
from .threads import GuestThread
from .trap import HANDLE_TYPE, HANDLES_FULL, UNKNOWN_HANDLE, ComponentTrap
from .waitable import WaitableSet

# Opcodes of definitions that need something: that make threads, that see indices of threads, that
# have context slots, sets and error contexts.
SPAWNS = {0x27, 0x40, 0x41}
INDEXED = {0x26, 0x27, 0x28, 0x2A, 0x2B, 0x2C, 0x2D, 0x40, 0x41}
CONTEXT = {0x0A, 0x0B}
WAITABLE_SET_NEW, ERROR_CONTEXT_NEW = 0x1F, 0x1C
# The type that an entry has in a table of handles if it is no resource: no resource type's number.
NO_RESOURCE = 0xFFFFFF


def opcodes(plan):
    """The opcodes of the canonical definitions of a program."""
    return {
        plan.word(plan.record(CANONS, i, CANON_BYTES) + CANON_OPCODE)
        for i in range(plan.count(CANONS))
    }


class Tables:
    """Pools of tasks, threads, records, subtasks, sets, streams and error contexts.

    What no definition of a program can ask for is not made; what few programs have is no attribute
    of the others. tables: by instance, its threads, where code can see their indices. storage:
    context slots of threads, four words each, and of a realloc. state: numbers, see pool.py.
    lent: handles that subtasks have lent, as (index, next) pairs; pair 0 ends every chain. Handles
    are in Instances.
    """

    copiers = ()
    error_contexts = Unused(0)
    error_messages = lent = None

    def __init__(self, calls, chosen):
        self.calls = calls
        self.store = store = calls.store
        self.instances = calls.instances
        plan = calls.plan
        used = opcodes(plan)
        count = len(self.instances.parents)
        tasks, threads = chosen["tasks"], chosen["threads"]
        main = store.thread
        stack = chosen["thread_stack"] or 4 * len(main.stack)
        # A single task has the main stack for itself, if it cannot make threads.
        alone = tasks == threads == 1 and stack == 4 * len(main.stack) and not used & SPAWNS
        self.tasks = Pool(tuple([Task(self, i) for i in range(tasks)]))
        # Calls of functions that are not async run on their caller's stack.
        guests = 1 if alone else tasks + threads
        self.threads = Pool(tuple([GuestThread(i) for i in range(guests)]))
        records = [main] if alone else [Thread(store, stack) for _ in range(threads)]
        self.records = Pool(tuple(records))
        self.tables = self.storage = None
        if used & INDEXED:
            self.tables = tuple([Handles(guests, 0) for _ in range(count)])
        if used & CONTEXT:
            self.storage = words(4 * (guests + 1), "context slots", "threads")
        self.subtasks = Unused(chosen["subtasks"])
        if LOWER in used:
            self.subtasks = Pool(make_subtasks(plan, chosen["subtasks"]))
        self.sets = Unused(chosen["waitable_sets"])
        if WAITABLE_SET_NEW in used:
            self.sets = Pool(tuple([WaitableSet(i) for i in range(chosen["waitable_sets"])]))
        self.streams = Pool(tuple([Shared(i) for i in range(chosen["streams"])]))
        if ERROR_CONTEXT_NEW in used:
            from .error_context import ErrorContext

            contexts = [ErrorContext(i) for i in range(chosen["error_contexts"])]
            self.error_contexts = Pool(tuple(contexts))
        if chosen["error_messages"] is not None:
            self.error_messages = chosen["error_messages"]
        self.state = words(STATE_WORDS * count, "the state of instances", None)
        if plan.count(COPIERS):
            self.copiers = array("I", list(self._read_copiers(plan)))
        if calls.resources:
            calls.resources.num_borrows = [0] * tasks
            calls.resources.scope = 0
            handles = chosen["handles"]
            self.lent = words(2 * handles + 2, "the handles that subtasks lent", "handles")
            self.lent_free = 1
            for i in range(1, handles):
                self.lent[2 * i + 1] = i + 1

    def _read_copiers(self, plan):
        """Memory copied from, memory copied to and header offset of each function that copies."""
        for i in range(plan.count(COPIERS)):
            at = plan.record(COPIERS, i, COPIER_BYTES)
            yield plan.word(at)
            yield plan.word(at + 4)
            yield self.store.function(plan.word(at + 8))

    def has_shared_memory(self):
        """Whether threads can wait for each other at addresses."""
        mems = self.store.mems
        for i in range(6, len(mems), 8):
            if mems[i] & 1:
                return True
        return False

    def copier(self, source, target):
        """The core function that copies from one context's memory to another's, or 0."""
        copiers = self.copiers
        for i in range(0, len(copiers), 3):
            if copiers[i] == source.memory and copiers[i + 1] == target.memory:
                return copiers[i + 2]
        return 0

    # Handles

    def add_handle(self, inst, kind, number):
        """A new entry in an instance's table of handles. Traps if it is full."""
        self.reserve_handles(inst, 1)
        return self.instances.handles[inst].add(kind, NO_RESOURCE, number)

    def reserve_handles(self, inst, count):
        """Traps unless that many entries are free."""
        table = self.instances.handles[inst]
        if not table.has_room(count):
            raise ComponentTrap(HANDLES_FULL, self.instances.name(inst), than(table.capacity()))

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
        raise ConcurrentTrap(number, self.instances.name(inst), than(pool.size()))

    def stats(self):
        """A row of App.stats for each table."""
        rows = {}
        for name, pool in (
            ("tasks", self.tasks),
            ("threads", self.records),
            ("subtasks", self.subtasks),
            ("streams", self.streams),
            ("waitable_sets", self.sets),
            ("error_contexts", self.error_contexts),
        ):
            rows[name] = {"capacity": pool.size(), "used": pool.used, "high": pool.high}
        return rows
