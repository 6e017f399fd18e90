# Calls from Python that go on while Python does something else, and the turns they go on in.

import time

from ..trap import DEADLOCK, HOST, LimitError, Trap
from .async_lift import Call
from .concurrent_trap import CANNOT_BLOCK
from .host_operation import Cancelled, Job, Operation, Timeout, ticks_add, ticks_diff, ticks_ms
from .plan import NONE
from .status import PREEMPTED
from .subtask import Subtask
from .threads import BEGIN

TURN_MS = 5  # how long guest code may run before the main loop gets a turn
GRACE_MS = 1000  # how long a cancelled call may go on running without a pause


class Task(Call, Operation):
    """A call under way. `await` it, or wait(); status says how far it is."""

    def __init__(self, lifted, args, host):
        Operation.__init__(self)
        wakers = self.wakers
        Call.__init__(self, lifted, args, None)
        self.wakers = wakers
        self.host = host
        self.deadline = self.cancelled_at = None
        self.started = False

    @property
    def status(self):
        """starting, started, returned, cancelled_before_started, cancelled_before_returned, or
        failed after a trap."""
        if not self.done:
            return "started" if self.started else "starting"
        if self.cancelled:
            return "cancelled_before_" + ("returned" if self.started else "started")
        return "failed" if self.error else "returned"

    def wait(self, timeout=None):
        """Its result. timeout: milliseconds; then it is cancelled, and Timeout raised."""
        if timeout is not None:
            self.limit(timeout)
        return self.host.wait(self)

    def limit(self, timeout):
        """Cancel it in that many milliseconds."""
        self.deadline = ticks_add(ticks_ms(), timeout)

    def cancel(self):
        """Ask the component to end it. Returns False if it is done.

        A call that has not begun ends at once. One that waits is told where it can be; else it
        is told when it waits next. One that runs without a pause is stopped as by a trap.
        """
        if self.done:
            return False
        self.host.cancel(self)
        return True

    def result(self):
        """What it returned. Raises also Cancelled, Timeout and RuntimeError."""
        if not self.done:
            raise RuntimeError("the call is not done yet")
        if self.cancelled and not self.error:
            raise Cancelled("the call was cancelled")
        return Call.result(self)

    def on_start(self, task, record, top):
        self.started = True
        return Call.on_start(self, task, record, top)

    def fail(self, error):
        """It ended without the component."""
        if not self.done:
            self.error = error
            self._end()

    give_up = fail

    def _end(self):
        Call._end(self)
        self.host.ended(self)
        self.wake()


class Host:
    """Python's side of a component's concurrency.

    queue: calls that have not begun, for want of a free task or stack. open: calls under way.
    jobs: coroutines and generators that a turn steps. preempted: threads that were stopped in
    the middle of something, with what they belong to; nothing else of the component runs before
    the last of them has gone on. waiting: operations that something outside will end. answers:
    values of host functions that the next turn gives to components.
    """

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.queue = []
        self.open = []
        self.jobs = []
        self.preempted = []
        self.waiting = []
        self.answers = []
        self.stopped = None
        self.unbegun = None
        self.turn_end = None
        self.sliced = False
        self.on_change = None
        self.spawner = self.driver = None
        scheduler.store.watch = self.watch

    def start(self, lifted, args):
        """Start a call; a Task. Raises TypeError for a wrong number of arguments."""
        count = lifted.calls.plan.word(lifted.params + 8)
        if len(args) != count:
            raise TypeError("expected %d arguments, got %d" % (count, len(args)))
        task = Task(lifted, args, self)
        self.queue.append(task)
        if not self.scheduler.depth:
            self._begin_turn()
            self._begin_queued()
            self.turn_end = None
        self.changed()
        return task

    def changed(self):
        """There may be something to do."""
        if self.on_change:
            self.on_change()

    def ended(self, task):
        if task in self.open:
            self.open.remove(task)
        elif task in self.queue:
            self.queue.remove(task)

    # Turns

    def _begin_turn(self):
        self.turn_end = ticks_add(ticks_ms(), TURN_MS)
        self.sliced = False

    def step(self):
        """One turn. Returns whether anything ran. Raises the Trap of what no call waits for.

        It ends at once where a thread was stopped, as the instances that this is in are locked.
        """
        self._begin_turn()
        try:
            self._check_deadlines()
            if self.preempted:
                return self._go_on()
            ran = self._begin_queued()
            for job in self.jobs[:]:
                ran = job.step() or ran
                if job.done and job in self.jobs:
                    self.jobs.remove(job)
            while self.answers and not self.preempted:
                ran = self._deliver(self.answers[0]) or ran
            if self.preempted:
                return True
            return self._run(self.scheduler.tick) or ran
        finally:
            self.turn_end = None

    def wait(self, operation):
        """Take turns until an operation is done: its result. Raises Trap, also of deadlock."""
        while not operation.done:
            if not self.step() and not operation.done:
                if not self.expects():
                    raise deadlock()
                self.idle()
        return operation.result()

    def idle(self):
        """Nothing can go on: wait a millisecond for what is outside."""
        time.sleep(0.001)

    def expects(self):
        """Whether something from outside can make the component go on."""
        self.waiting = [operation for operation in self.waiting if not operation.done]
        return bool(self.waiting) or self.next_deadline() is not None

    def next_deadline(self):
        """The first deadline of a call, in ticks, or None."""
        first = None
        for task in self.queue + self.open:
            if task.deadline is not None:
                if first is None or ticks_diff(task.deadline, first) < 0:
                    first = task.deadline
        return first

    def _deliver(self, answer):
        del self.answers[0]
        return self._run(self._guarded, answer.deliver)

    def _guarded(self, function, *args):
        self.scheduler.guard(function, *args)
        return True

    def _room(self):
        scheduler = self.scheduler
        tasks, records = scheduler.tasks, scheduler.records
        return tasks.used < tasks.capacity and records.used < records.capacity

    def _begin_queued(self):
        ran = False
        while self.queue and not self.preempted and self._room():
            task = self.queue.pop(0)
            self.open.append(task)
            try:
                self._run(self._begin, task)
            except Trap as trap:
                task.fail(trap)
            ran = True
        if self.queue and not self.open and not self.preempted and not self._room():
            self.queue[0].fail(LimitError("no task or stack will ever be free for the call"))
        return ran

    def _begin(self, task):
        scheduler = self.scheduler
        if not task.lifted.async_type:
            scheduler.guard(self._call_sync, task)
            return
        scheduler.invoke(task.lifted, task)
        stopped = self.stopped
        if stopped and stopped.task is not task.task:
            # Another thread was handed the instance first: this call begins after it.
            for thread in scheduler.threads.items:
                if thread.task is task.task:
                    self.unbegun = thread

    def _call_sync(self, task):
        """A call of a function that is not async, on a stack of its own."""
        scheduler = self.scheduler
        lifted = task.lifted
        scheduler.instances.enter_from(lifted.inst, NONE)
        inside = scheduler.tasks.take()
        inside.start(lifted, task)
        thread = scheduler.new_thread(inside, None)
        thread.then = BEGIN
        scheduler.sync_calls[lifted.inst] += 1
        return self._run_sync(thread, task)

    def _run_sync(self, thread, task):
        scheduler = self.scheduler
        inst = task.lifted.inst
        status = scheduler.resume(thread, False)
        while not status and not task.done:
            candidate = scheduler.candidate(inst)
            if not candidate:
                scheduler.trap(CANNOT_BLOCK, inst)
            status = scheduler.resume(candidate, False)
        if status != PREEMPTED:
            scheduler.sync_calls[inst] -= 1
        if not status:
            scheduler.instances.leave_to(inst, NONE)
        return status

    def _run(self, function, *args):
        """Run something that may be stopped, or trap. A trap fails the calls it has ended."""
        try:
            ran = function(*args)
        except Trap as trap:
            if not self._fail(trap):
                raise
            return True
        thread = self.stopped
        if thread:
            self.preempted.append((thread, root(thread.task), self.unbegun))
            self.stopped = self.unbegun = None
            return True
        return ran

    def _go_on(self):
        """Run the thread that was stopped last."""
        scheduler = self.scheduler
        thread, task, self.unbegun = self.preempted.pop()
        inst = thread.task.inst
        if isinstance(task, Task) and not task.lifted.async_type and task.lifted.inst == inst:
            self._run(scheduler.guard, self._run_sync, thread, task)
        else:
            self._run(scheduler.guard, self._resume, thread, inst)
        return True

    def _resume(self, thread, inst):
        status = self.scheduler.resume(thread, False)
        if not status and self.unbegun:
            thread, self.unbegun = self.unbegun, None
            status = self.scheduler.resume(thread, False)
        if not status:
            self.scheduler.instances.leave_to(inst, NONE)
        return status

    def _fail(self, trap):
        """Fail the calls that can never end after a trap. Returns whether there were any."""
        scheduler = self.scheduler
        failed = []
        self.stopped = self.unbegun = None
        for thread in scheduler.threads.items:
            if thread.task and thread.record is scheduler.failed:
                failed.append(root(thread.task))
        locked = [entry[0].task.inst for entry in self.preempted]
        for task in self.open:
            inst = task.lifted.inst
            if inst not in locked and not scheduler.instances.may_enter_from(inst, NONE):
                failed.append(task)
        tasks = [task for task in failed if isinstance(task, Task) and not task.done]
        for task in tasks:
            task.fail(trap)
        return bool(tasks) and len(tasks) == len(failed)

    # Ends that the guest does not choose

    def watch(self, record):
        """Whether a thread may take another slice of fuel. Raises Timeout."""
        end = self.turn_end
        if end is None or not self.sliced:
            self.sliced = True  # at least one slice a turn, however slow the machine is
            return True
        if ticks_diff(ticks_ms(), end) < 0:
            return True
        scheduler = self.scheduler
        thread = scheduler.current
        task = thread and thread.task  # none: realloc
        if not task or not scheduler.instances.may_leave[task.inst]:
            return True
        if scheduler.depth == 1 and not record.top and thread.record is record:
            self.stopped = thread
            return False
        task = root(thread.task)
        if isinstance(task, Task) and task.deadline is not None:
            if ticks_diff(ticks_ms(), task.deadline) >= 0:
                raise Timeout("the call ran longer than its timeout")
        return True

    def _check_deadlines(self):
        now = ticks_ms()
        for task in self.queue + self.open:
            if task.deadline is not None and ticks_diff(now, task.deadline) >= 0:
                task.deadline = None
                task.error = Timeout("the call ran longer than its timeout")
                self.cancel(task)
                if not task.done:
                    task._end()
        for thread, task, _ in self.preempted[:]:
            since = task.cancelled_at if isinstance(task, Task) else None
            if since is not None and ticks_diff(now, since) >= GRACE_MS:
                self._kill(thread, task)

    def cancel(self, task):
        """See Task.cancel."""
        task.cancelled_at = ticks_ms()
        if task in self.queue:
            task.on_cancel(None)
            return
        for thread, belongs_to, _ in self.preempted:
            if belongs_to is task:
                self._kill(thread, task)
                return
        inside = task.task
        if inside:
            self._begin_turn()
            try:
                self._run(self.scheduler.guard, inside.request_cancellation, NONE)
            finally:
                self.turn_end = None
        self.changed()

    def _kill(self, thread, task):
        """Stop a thread that does not pause; its instance can never be entered again."""
        self.preempted = [entry for entry in self.preempted if entry[0] is not thread]
        inside = thread.task
        inside.threads -= 1
        inside.release(thread)
        task.on_cancel(None)
        trap = Trap(HOST, [])
        trap.message = "a call in the instance was cancelled while it ran"
        self._fail(trap)

    def spawn(self, coroutine):
        """Run a coroutine or generator of the host; an Operation."""
        job = Job(coroutine)
        if not self.spawner or not self.spawner(job):
            self.jobs.append(job)
        self.changed()
        return job


def deadlock():
    trap = Trap(DEADLOCK, [])
    trap.message = "deadlock detected: no task can make further progress"
    return trap


def root(task):
    """The call from Python that a guest's task belongs to."""
    caller = task.caller
    while isinstance(caller, Subtask) and caller.supertask:
        caller = caller.supertask.caller
    return caller


def host_of(scheduler):
    """The Host of a scheduler, made when it is first needed."""
    if not scheduler.host:
        scheduler.host = Host(scheduler)
    return scheduler.host
