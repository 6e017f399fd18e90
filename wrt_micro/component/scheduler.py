# The cooperative scheduler of a component's tasks and threads (CanonicalABI.md, Embedding API, and
# canon lift). docs/scheduler.md has its rules. What the specification leaves free is first in,
# first out here.

from ..image import INSTANCES
from ..thread import FP, MEMORY, PC
from ..trap import HOST, Trap
from .concurrent_trap import CANNOT_BLOCK, TASKS_FULL, THREADS_FULL, UNKNOWN_THREAD, deadlock
from .handles import REP
from .plan import NONE
from .pool import EXCLUSIVE, STATE_WORDS, SYNC_CALLS, Queue
from .status import PREEMPTED
from .tables import Tables
from .task import RESOLVED
from .threads import BEGIN, GO_ON, REALLOC, InRealloc


class Scheduler(Tables):
    """All that runs concurrently in a component.

    current: the innermost running GuestThread. waiting: threads that go on once they are ready.
    switch_to: the thread to resume when the current one has blocked, or None. host: the Host, what
    goes on while Python does other things. event, event_index, event_payload: the event delivered
    last. dtors: CoreCalls of destructors, by resource type.
    """

    dtors = _atomic_waits = None
    _realloc = REALLOC

    def __init__(self, calls, chosen):
        calls.need_flat_result()
        Tables.__init__(self, calls, chosen)
        self.waiting = Queue()
        self.current = None
        self.switch_to = None
        self.failed = None
        self.host = None
        self.event = self.event_index = self.event_payload = 0
        self.depth = 0  # how many resumes are nested
        self.nested = 0  # how many of them are in calls that guests made
        if self.storage:
            self._realloc = InRealloc()
            self._realloc.number = self.threads.size()
        if self.has_shared_memory():
            from .atomic_wait import AtomicWait

            self._atomic_waits = AtomicWait(self)

    # Threads

    def resume(self, thread, cancelled):
        """Run a thread until it blocks or ends, then what it switches to. Returns 0 or a trap."""
        store = self.store
        current, record, nested = self.current, store.thread, self.nested
        status = -1
        self.depth += 1
        try:
            while thread:
                if thread.waits_for:
                    self.stop_waiting(thread)
                self.current = thread
                store.thread = thread.record
                status = thread.go_on(cancelled)
                if status:
                    return status
                thread = self.switch_to
                self.switch_to = None
                cancelled = False
            return 0
        finally:
            self.depth -= 1
            # A thread without a PC had no frame yet: its caller is to blame.
            if status and status != PREEMPTED and not self.failed and store.thread.st[PC]:
                failed = self.failed = store.thread
                failed.stop_pc = failed.st[PC]
                failed.stop_fp = failed.st[FP]
            self.current = current
            self.nested = nested
            store.thread = record

    def unwind(self, task, begins, inst, caller_inst):
        """A turn is over inside of a call that the current thread makes. Returns PREEMPTED."""
        from .unwound import Unwound

        self.current.then = GO_ON
        self.host.unwound.append(Unwound(self.current, task, begins, inst, caller_inst))
        return PREEMPTED

    def wait(self, thread, waits_for):
        """The thread goes on when waits_for is ready, after those that became waiting before."""
        thread.waits_for = waits_for
        self.waiting.append(thread)

    def stop_waiting(self, thread):
        thread.waits_for = None
        self.waiting.remove(thread)

    def block(self, then, base, waits_for, cancellable):
        """The current thread blocks in a built-in, which returns SUSPENDED now.

        then.finish(thread, cancelled) is called when it goes on; it puts the results to
        thread.base and returns RUN. waits_for: what is ready(thread) then, or None.
        """
        thread = self.current
        thread.then = then
        thread.base = base
        thread.cancellable = cancellable
        if waits_for:
            self.wait(thread, waits_for)

    def check_block(self, inst):
        """Traps if a built-in that may block until something is done cannot do so now.

        That is inside a call of a function that is not async, where no other thread of the
        instance could go on. definitions.py (late_block_check) lets the built-in try; wasmtime
        and the official tests do not.
        """
        if self.state[STATE_WORDS * inst + SYNC_CALLS]:
            if "late_block_check" not in self.calls.policies and not self.candidate(inst):
                self.trap(CANNOT_BLOCK, inst)

    def thread_at(self, inst, i):
        """The thread with index i in an instance. Traps if there is none."""
        table = self.tables[inst]
        at = table.get(i)
        if not at:
            self.trap(UNKNOWN_THREAD, inst)
        return self.threads.items[table.entries[at + REP]]

    def new_thread(self, task, record):
        """A thread of a task. record: what it runs on, or None for one of its own."""
        own = record is None
        if own:
            record = self.records.take()
        thread = self.threads.take() if record else None
        if not thread:
            self.full(THREADS_FULL, task.lifted.inst, self.records)
        thread.start(task, record, own)
        if self.storage:
            self.clear_storage(thread)
        return thread

    def tick(self):
        """Resume one thread that is ready. Returns whether there was one. Raises Trap.

        Threads of instances in which something trapped never run again.
        """
        instances = self.instances
        host = self.host
        thread = self.waiting.first
        while thread:
            if thread.waits_for.ready(thread):
                inst = thread.task.lifted.inst
                if instances.may_enter_from(inst, NONE) and not (host and host.holds(inst)):
                    # Not through guard: a turn makes no objects.
                    self.failed = None
                    try:
                        status = self._tick(thread, inst)
                    except Exception as error:
                        status = self._trap_of(error)
                    self._check(status)
                    return True
            thread = thread.after
        waits = self._atomic_waits
        return waits is not None and waits.sleep()

    def _tick(self, thread, inst):
        self.instances.enter_from(inst, NONE)
        status = self.resume(thread, False)
        if not status:
            self.instances.leave_to(inst, NONE)
        return status

    # Calls

    def call(self, lifted, caller, caller_inst):
        """Call a lifted function (Store.lift and canon_lift). Returns 0 or a trap.

        caller: its on_start and on_resolve are called, now or later; on_start puts the arguments.
        """
        inst = lifted.inst
        self.instances.enter_from(inst, caller_inst)
        self._reserve(lifted, caller_inst)
        task = self.tasks.take()
        task.start(lifted, caller)
        begins = sync = None
        inside = caller_inst != NONE
        self.nested += inside
        if lifted.async_type:
            begins = self.new_thread(task, None)
            begins.then = BEGIN
            status = self._hand_over(task)
            if not status:
                thread, begins = begins, None
                status = self.resume(thread, False)
        else:
            sync = task
            status = self._call_sync(task, self.new_thread(task, self.store.thread))
        self.nested -= inside
        if not status:
            self.instances.leave_to(inst, caller_inst)
        elif status == PREEMPTED and inside:
            return self.unwind(sync, begins, inst, caller_inst)
        return status

    def _reserve(self, lifted, caller_inst):
        """Traps in the caller unless a task and a thread are free; the callee stays as it was."""
        pool, number = self.tasks, TASKS_FULL
        if pool.free is not None:
            pool, number = self.records, THREADS_FULL
            # Else on the caller's stack; there are as many threads for that as tasks.
            if pool.free is not None or not lifted.async_type:
                return
        self.instances.leave_to(lifted.inst, caller_inst)
        self.full(number, lifted.inst if caller_inst == NONE else caller_inst, pool)

    def _hand_over(self, task):
        """Let the thread go on that has an instance for itself, if it can and a task is to enter.

        The official tests want it, and wasmtime does so; definitions.py (late_entry) leaves it for
        later.
        """
        if "late_entry" in self.calls.policies:
            return 0
        number = self.state[STATE_WORDS * task.lifted.inst + EXCLUSIVE]
        if number and task.needs_exclusive():
            holder = self.threads.items[number - 1]
            if holder.waits_for and holder.waits_for.ready(holder):
                return self.resume(holder, False)
        return 0

    def _call_sync(self, task, thread):
        """Run a call that ends before it returns, on the caller's stack, above what is there."""
        st = thread.record.st
        pc, fp, memory = st[PC], st[FP], st[MEMORY]
        inst = task.lifted.inst
        thread.then = BEGIN
        self.count_sync(inst, 1)
        try:
            return self.resume(thread, False) or self.until_resolved(task, thread, inst)
        finally:
            st[PC] = pc
            st[FP] = fp
            st[MEMORY] = memory

    def until_resolved(self, task, thread, inst):
        """Run threads of an instance until a call of it that is not async is resolved.

        thread: what the call began with. Returns 0, PREEMPTED or a trap.
        """
        status = 0
        while not status and task.state != RESOLVED:
            candidate = self.candidate(inst)
            if not candidate:
                self._block_failed(thread, inst)
            status = self.resume(candidate, False)
        if not status:
            self.count_sync(inst, -1)
        return status

    def count_sync(self, inst, change):
        """One more or less call of a function that is not async is under way in an instance."""
        self.state[STATE_WORDS * inst + SYNC_CALLS] += change

    def exclusive(self, inst):
        """The thread that has an instance for itself, or None."""
        number = self.state[STATE_WORDS * inst + EXCLUSIVE]
        return self.threads.items[number - 1] if number else None

    def candidate(self, inst):
        """The thread to go on with where a function that is not async cannot, or None."""
        thread = self.waiting.first
        while thread:
            task = thread.task
            if (
                task.lifted.inst == inst
                and thread.index
                and not self._stays_out(thread, task)
                and thread.waits_for.ready(thread)
            ):
                return thread
            thread = thread.after
        return None

    def _stays_out(self, thread, task):
        """Whether a thread is kept out of calls that are not async, as it needs the instance for
        itself; definitions.py (exclusive_barging) keeps out only the one that has it.
        """
        if "exclusive_barging" in self.calls.policies:
            return self.exclusive(task.lifted.inst) is thread
        return thread is task.implicit and task.needs_exclusive()

    def _block_failed(self, blocked, inst):
        """Raises the trap of a call that cannot go on."""
        failed = self.failed = blocked.record
        failed.stop_pc = blocked.pc
        failed.stop_fp = blocked.fp
        self.trap(CANNOT_BLOCK, inst)

    def invoke(self, lifted, caller):
        """Call a lifted function from the host. Raises Trap."""
        if self.host:
            self.host.settle(lifted.inst)
        self.guard(self.call, lifted, caller, NONE)

    def run_until(self, call):
        """Go on until call.done. Raises Trap, also of deadlock."""
        while not call.done:
            if self.host:
                self.host.take_turns(call)
            elif not self.tick() and not call.done:
                raise deadlock()

    def guard(self, function, *args):
        """Call function(*args), which returns 0 or a trap's number. Raises Trap."""
        self.failed = None
        try:
            status = function(*args)
        except Exception as error:
            status = self._trap_of(error)
        self._check(status)

    def _check(self, status):
        """Raises the Trap that a status is, or stands for."""
        if status and status != PREEMPTED:
            if isinstance(status, Trap):
                raise status
            raise (self.failed or self.store.thread).trap(status)

    def _trap_of(self, error):
        record = self.failed or self.store.thread
        if isinstance(error, Trap):
            if self.failed and not error.backtrace:
                error.backtrace.extend(record.frames())
            return error
        trap = record.trap(HOST)
        trap.__cause__ = error
        return trap

    def run_init(self, core, inst):
        """Run the init function of a core instance of a component instance. Raises Trap."""
        from .core_call import CoreCall

        header = self.store.image.fields(INSTANCES, core)[1]
        if header:
            call = CoreCall(self.calls, header, inst, 0)
            self.invoke(call, call)

    def drop_rep(self, rt, rep, caller_inst):
        """Run the destructor of a resource. Returns 0 or a trap; raises Trap if the host calls."""
        from .core_call import CoreCall

        state = self.calls.resources
        if self.dtors is None:
            self.dtors = {}
        if rt not in self.dtors:
            self.dtors[rt] = CoreCall(self.calls, state.dtor[rt], state.impl[rt], 1)
        call = self.dtors[rt]
        call.argument = rep
        if caller_inst == NONE:
            self.invoke(call, call)
            return 0
        return self.call(call, call, caller_inst)

    def clear_storage(self, thread):
        """A thread's context slots are 0 in the beginning."""
        storage = self.storage
        for i in range(4 * thread.number, 4 * thread.number + 4):
            storage[i] = 0

    def call_realloc(self, record, header):
        """Call realloc on a record, as a thread with context slots of its own; as record.call."""
        current = self.current
        thread = self._realloc
        if self.storage:
            self.clear_storage(thread)
        self.current = thread
        status = record.call(header)
        self.current = current
        return status
