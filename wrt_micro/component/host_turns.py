# Turns: what a component does while Python does other things.

import time

from ..concurrent import Operation, running_asyncio, ticks_diff
from ..trap import LimitError, Trap
from .concurrent_trap import deadlock
from .host_cancel import check_deadlines, fail, stop_call
from .host_slices import Slices
from .host_task import Task, begin
from .plan import NONE
from .trap import CANNOT_ENTER, ComponentTrap


class Host(Slices):
    """Python's side of a component's concurrency.

    queue: calls that have not begun, for want of a free task or stack. open: calls under way.
    jobs: coroutines that a turn steps. waiting: operations that something outside will end.
    arrived: what the next turn gives to components or takes from them. timed: operations with a
    deadline. ends: ends of streams and futures that Python has. driver: of asyncio, or None.
    """

    def __init__(self, scheduler):
        Slices.__init__(self, scheduler)
        self.queue = []
        self.open = []
        self.jobs = []
        self.waiting = []
        self.arrived = []
        self.timed = []
        self.ends = []
        self.driver = None
        self._turn_of_others = False

    def start(self, lifted, args):
        """Start a call; a Task. Raises TypeError for a wrong number of arguments."""
        count = lifted.cx.plan.word(lifted.params + 8)
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
        if self._idle():
            self._at_once(self._exchange)
        self.changed()

    def later(self, item):
        """Give something to a component in the next turn."""
        self.arrived.append(item)
        self.changed()

    def _at_once(self, function):
        self.begin_turn()
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
        self.expect(job)
        self.changed()
        return job

    # Turns

    def _idle(self):
        """Whether neither guest code nor a turn is under way."""
        return not self.scheduler.depth and self.turn_end is None

    def step(self):
        """One turn. Returns whether anything ran. Raises the Trap of what no call waits for."""
        outer = self.turn_end  # of a turn in which a host function takes turns
        self.turn_end = None  # what a coroutine of the host calls is not stopped
        try:
            ran = self._step_jobs()
            self.begin_turn()
            if self.timed or self.preempted:
                check_deadlines(self)
            if not self.preempted or self.scheduler.depth:
                return self._step_others() or ran
            self._turn_of_others = not self._turn_of_others
            if not self._turn_of_others or not self._step_others():
                self.go_on()
            return True
        finally:
            self.turn_end = outer

    def _step_others(self):
        """A turn of what was not stopped. It ends where something is."""
        stopped = len(self.preempted)
        ran = self._begin_queued()
        if len(self.preempted) == stopped:
            ran = self._exchange() or ran
        if len(self.preempted) == stopped:
            ran = self._tick() or ran
        return ran

    def wait(self, operation):
        """Take turns until an operation is done: its result. Raises Trap, also of deadlock."""
        self.take_turns(operation)
        return operation.result()

    def take_turns(self, operation):
        """Take turns until an operation is done. Raises Trap, also of deadlock."""
        while not operation.done:
            if not self.step() and not operation.done:
                if not self.expects(not running_asyncio()):
                    raise deadlock()
                time.sleep(0.001)  # for what is outside

    def settle(self, inst):
        """Take turns until a call of an instance can begin, as far as that helps: nothing is
        stopped that it has to do with, and there is a task and a stack.
        """
        while self._idle() and (self.holds(inst) or not self._room()):
            if not self.step():
                return

    def expect(self, operation):
        """Something outside will end an operation that a component waits for."""
        self.waiting = [other for other in self.waiting if not other.done]
        self.waiting.append(operation)

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
        return tasks.free is not None and records.free is not None

    def _begin_queued(self):
        queue = self.queue
        stopped = len(self.preempted)
        ran = False
        i = 0
        while i < len(queue) and len(self.preempted) == stopped and self._room():
            task = queue[i]
            if self.holds(task.lifted.inst):
                i += 1
                continue
            del queue[i]
            self.open.append(task)
            try:
                self.run(begin, self, task)
            except Trap as trap:
                task.give_up(trap)
            ran = True
        if queue and not self.open and not self.preempted and not self._room():
            queue[0].give_up(LimitError("no task or stack will ever be free for the call"))
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
        while i < len(arrived):
            item = arrived[i]
            inst = item.inst()
            if inst != NONE and self.holds(inst):
                i += 1
                continue
            if inst == NONE or instances.may_enter_from(inst, NONE):
                del arrived[i]
                self._give_item(item, inst)
            elif self.scheduler.depth:  # it goes on when the call that it is in does
                i += 1
                continue
            else:
                del arrived[i]
                item.give_up(ComponentTrap(CANNOT_ENTER, instances.name(inst)))
            ran = True
        return ran

    def _give_item(self, item, inst):
        try:
            self.run(self._give, item, inst)
        except Trap:
            if not isinstance(item, Operation) or not item.done:
                raise

    def _give(self, item, inst):
        """Locked into the component, so that an error is its trap. Returns 0 or a trap."""
        instances = self.scheduler.instances
        locks = inst != NONE and item.locks
        if locks:
            instances.enter_from(inst, NONE)
        status = item.deliver()
        if not status and locks:
            instances.leave_to(inst, NONE)
        return status

    def _tick(self):
        try:
            ran = self.scheduler.tick()
        except Trap as trap:
            if not fail(self, trap):
                raise
            return True
        self.keep_stopped()
        return ran


def host_of(scheduler):
    """The Host of a scheduler, made when it is first needed."""
    if not scheduler.host:
        scheduler.host = Host(scheduler)
    return scheduler.host
