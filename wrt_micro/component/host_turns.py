# Turns: what a component does while Python does other things.

import time

from ..concurrent import Timeout, running_asyncio, ticks_add, ticks_diff, ticks_ms
from ..trap import DEADLOCK, LimitError, Trap
from .host_cancel import check_deadlines, fail, stop_call
from .host_task import Task, begin, root, run_sync
from .plan import NONE
from .trap import CANNOT_ENTER, ComponentTrap

TURN_MS = 5  # how long guest code may run before the main loop gets a turn


class Host:
    """Python's side of a component's concurrency.

    queue: calls that have not begun, for want of a free task or stack. open: calls under way.
    jobs: coroutines that a turn steps. preempted: (thread, the call from Python that it belongs
    to, a thread that begins after it or None) of those that were stopped in the middle of
    something; nothing else of the component runs before the last of them has gone on. waiting:
    operations that something outside will end. arrived: what the next turn gives to components or
    takes from them. timed: operations with a deadline. ends: ends of streams and futures that
    Python has. driver: of asyncio, or None. ticks: the clock.
    """

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.queue = []
        self.open = []
        self.jobs = []
        self.preempted = []
        self.waiting = []
        self.arrived = []
        self.timed = []
        self.ends = []
        self.stopped = self.unbegun = None
        self.turn_end = None
        self.sliced = False
        self.driver = None
        self.ticks = ticks_ms
        scheduler.store.watch = self.watch

    def start(self, lifted, args):
        """Start a call; a Task. Raises TypeError for a wrong number of arguments."""
        count = lifted.calls.plan.word(lifted.params + 8)
        if len(args) != count:
            raise TypeError("expected %d arguments, got %d" % (count, len(args)))
        task = Task(lifted, args, self)
        self.queue.append(task)
        if self._idle():
            self._at_once(self._begin_queued)
        self.changed()
        return task

    def soon(self, item):
        """Give something to a component: now if nothing runs, else in the next turn."""
        self.arrived.append(item)
        if self._idle() and not self.preempted:
            self._at_once(self._exchange)
        self.changed()

    def _at_once(self, function):
        self._begin_turn()
        try:
            function()
        finally:
            self.turn_end = None

    def changed(self):
        """There may be something to do."""
        if self.driver:
            self.driver.wake()

    def ended(self, task):
        if task in self.open:
            self.open.remove(task)
        elif task in self.queue:
            self.queue.remove(task)

    def cancel(self, task):
        """See Task.cancel."""
        stop_call(self, task)
        self.changed()

    def close(self):
        """Cancel all that Python has under way, and close its ends."""
        for task in self.queue + self.open:
            task.cancel()
        for end in self.ends[:]:
            end.close()
        for job in self.jobs:
            job.cancel()

    def spawn(self, coroutine):
        """Run a coroutine of the host; an Operation."""
        from .host_job import Job

        job = Job(coroutine)
        if running_asyncio():
            from ..aio import driver_of

            driver_of(self).spawn(job)
        else:
            self.jobs.append(job)
        self.waiting.append(job)
        self.changed()
        return job

    # Turns

    def _idle(self):
        """Whether neither guest code nor a turn is under way."""
        return not self.scheduler.depth and self.turn_end is None

    def _begin_turn(self):
        self.turn_end = ticks_add(self.ticks(), TURN_MS)
        self.sliced = False

    def step(self):
        """One turn. Returns whether anything ran. Raises the Trap of what no call waits for.

        It ends at once where a thread was stopped, as the instances that this is in are locked.
        """
        outer = self.turn_end  # of a turn in which a host function takes turns
        self._begin_turn()
        try:
            if self.timed or self.preempted:
                check_deadlines(self)
            if self.preempted:
                self._go_on()
                return True
            ran = self._begin_queued()
            ran = self._step_jobs() or ran
            ran = self._exchange() or ran
            if self.preempted:
                return True
            return self._tick() or ran
        finally:
            self.turn_end = outer

    def wait(self, operation):
        """Take turns until an operation is done: its result. Raises Trap, also of deadlock."""
        while not operation.done:
            if not self.step() and not operation.done:
                if not self.expects(not running_asyncio()):
                    raise deadlock()
                self.idle()
        return operation.result()

    def settle(self):
        """Take turns until nothing is stopped in the middle of something."""
        while self.preempted and self._idle():
            self.step()

    def idle(self):
        """Nothing can go on: wait a millisecond for what is outside."""
        time.sleep(0.001)

    def expects(self, asyncio_runs=True):
        """Whether something from outside can make the component go on.

        asyncio_runs: what asyncio runs can do so too.
        """
        if self.timed:
            return True
        waiting = self.waiting
        i = 0
        while i < len(waiting):
            if waiting[i].done:
                del waiting[i]
            elif waiting[i].outside(asyncio_runs):
                return True
            else:
                i += 1
        for end in self.ends:
            if end.awaits_python(asyncio_runs):
                return True
        return False

    def awaits_reader(self):
        """Whether a component waits until Python reads a stream."""
        for end in self.ends:
            if end.awaits_reader():
                return True
        return False

    def next_deadline(self):
        """The first deadline of an operation, in ticks, or None."""
        first = None
        for operation in self.timed:
            if first is None or ticks_diff(operation.deadline, first) < 0:
                first = operation.deadline
        return first

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
                self.run(begin, self, task)
            except Trap as trap:
                task.give_up(trap)
            ran = True
        if self.queue and not self.open and not self.preempted and not self._room():
            self.queue[0].give_up(LimitError("no task or stack will ever be free for the call"))
        return ran

    def _step_jobs(self):
        ran = False
        jobs = self.jobs
        i = 0
        while i < len(jobs):
            job = jobs[i]
            ran = job.step() or ran
            if not job.done:
                i += 1
            elif i < len(jobs) and jobs[i] is job:
                del jobs[i]
        return ran

    def _exchange(self):
        """Give and take what has arrived, where instances can be entered."""
        instances = self.scheduler.instances
        arrived = self.arrived
        ran = False
        i = 0
        while i < len(arrived) and not self.preempted:
            item = arrived[i]
            inst = item.inst()
            if inst == NONE or instances.may_enter_from(inst, NONE):
                del arrived[i]
                self.run(self._give, item, inst)
            elif self.scheduler.depth:  # it goes on when the call that it is in does
                i += 1
                continue
            else:
                del arrived[i]
                item.give_up(ComponentTrap(CANNOT_ENTER, instances.name(inst)))
            ran = True
        return ran

    def _give(self, item, inst):
        """Locked into the component, so that an error is its trap. Returns 0 or a trap."""
        instances = self.scheduler.instances
        if inst != NONE:
            instances.enter_from(inst, NONE)
        status = item.deliver()
        if not status and inst != NONE:
            instances.leave_to(inst, NONE)
        return status

    def _tick(self):
        try:
            ran = self.scheduler.tick()
        except Trap as trap:
            if not fail(self, trap):
                raise
            return True
        self._keep_stopped()
        return ran

    def run(self, function, *args):
        """Run something that may be stopped, or trap. A trap fails the calls it has ended."""
        try:
            self.scheduler.guard(function, *args)
        except Trap as trap:
            if not fail(self, trap):
                raise
            return
        self._keep_stopped()

    def _keep_stopped(self):
        thread = self.stopped
        if thread:
            self.preempted.append((thread, root(thread.task), self.unbegun))
            self.stopped = self.unbegun = None

    def _go_on(self):
        """Run the thread that was stopped last."""
        thread, task, self.unbegun = self.preempted.pop()
        inst = thread.task.inst
        if isinstance(task, Task) and not task.lifted.async_type and task.lifted.inst == inst:
            self.run(run_sync, self.scheduler, thread, task)
        else:
            self.run(self._resume, thread, inst)

    def _resume(self, thread, inst):
        status = self.scheduler.resume(thread, False)
        if not status and self.unbegun:
            thread, self.unbegun = self.unbegun, None
            status = self.scheduler.resume(thread, False)
        if not status:
            self.scheduler.instances.leave_to(inst, NONE)
        return status

    def watch(self, record):
        """Whether a thread may take another slice of fuel. Raises Timeout."""
        end = self.turn_end
        if end is None or not self.sliced:
            self.sliced = True  # at least one slice a turn, however slow the machine is
            return True
        if ticks_diff(self.ticks(), end) < 0:
            return True
        scheduler = self.scheduler
        thread = scheduler.current
        inside = thread and thread.task  # none: realloc
        if not inside or not scheduler.instances.may_leave[inside.inst]:
            return True
        if scheduler.depth == 1 and not record.top and thread.record is record:
            self.stopped = thread
            return False
        task = root(inside)
        if isinstance(task, Task) and task.deadline is not None:
            if ticks_diff(self.ticks(), task.deadline) >= 0:
                raise Timeout("the call ran longer than its timeout")
        return True


def deadlock():
    trap = Trap(DEADLOCK, [])
    trap.message = "deadlock detected: no task can make further progress"
    return trap


def host_of(scheduler):
    """The Host of a scheduler, made when it is first needed."""
    if not scheduler.host:
        scheduler.host = Host(scheduler)
    return scheduler.host
