# Guest code in slices: it is stopped where a turn is over, and goes on in a later turn.

from ..concurrent import Timeout, ticks_add, ticks_diff, ticks_ms
from ..trap import Trap
from .host_cancel import GRACE_MS, fail
from .host_task import Task, root, run_sync
from .plan import NONE
from .unwound import lock, outermost, unlock

TURN_MS = 5  # how long guest code may run before the main loop gets a turn
SHORTEST_SLICE = 64  # jumps and calls, where the machine is slow


def _is_sync(task, inst):
    """Whether a call from Python is one of a function that is not async, of this instance."""
    return isinstance(task, Task) and not task.lifted.async_type and task.lifted.inst == inst


class Slices:
    """What was stopped, and when to stop.

    preempted: (thread, the call from Python that it belongs to, a thread that begins after it or
    None) of those that were stopped in the middle of something; no instance that has to do with
    theirs runs before they have gone on. turn_end: of the turn that is under way, in ticks, or
    None. ticks: the clock.
    """

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.preempted = []
        self.stopped = self.unbegun = None
        self.unwound = []  # calls that the thread stopped last was inside of
        self.turn_end = None
        self.ticks = ticks_ms
        self._sliced = False
        # An attribute of its own, as the scheduler changes it where nothing may be allocated.
        self._slice = scheduler.store.fuel_slice = scheduler.store.fuel_slice
        self._slice_began = None
        self._groups = None
        scheduler.store.watch = self.watch

    def begin_turn(self):
        self.turn_end = ticks_add(self.ticks(), TURN_MS)
        self._sliced = False

    def holds(self, inst):
        """Whether an instance must not run, as one that it has to do with was stopped."""
        if not self.preempted:
            return False
        if self._groups is None:
            from .groups import groups

            self._groups = groups(self.scheduler.calls)
        for thread, _, _ in self.preempted:
            if self._groups[thread.task.lifted.inst] == self._groups[inst]:
                return True
        return False

    def run(self, function, *args):
        """Run something that may be stopped, or trap. A trap fails the calls it has ended."""
        try:
            self.scheduler.guard(function, *args)
        except Trap as trap:
            if not fail(self, trap):
                raise
            return
        self.keep_stopped()

    def keep_stopped(self):
        thread = self.stopped
        if thread:
            thread.callers = self.unwound
            self.unwound = []
            self.preempted.append((thread, root(outermost(thread).task), self.unbegun))
            self.stopped = self.unbegun = None
            unlock(self.scheduler, thread)

    def go_on(self):
        """Run the thread that was stopped first."""
        thread, task, self.unbegun = self.preempted.pop(0)
        lock(self.scheduler, thread)
        callers, thread.callers = thread.callers, ()
        inst = (callers[-1].thread if callers else thread).task.lifted.inst
        if callers:
            self.run(self._resume_callers, thread, callers, inst, task)
        elif _is_sync(task, inst):
            self.run(run_sync, self.scheduler, thread, task)
        else:
            self.run(self._resume, thread, inst)

    def _resume_callers(self, thread, callers, inst, task):
        """Run a thread that was stopped inside of calls, then who made them. Returns as resume."""
        scheduler = self.scheduler
        status = scheduler.resume(thread, False)
        while callers and not status:
            status = callers[0].finish(scheduler)
            if not status:
                thread = callers.pop(0).thread
                if callers:
                    status = scheduler.resume(thread, False)
        if status:
            self.unwound += callers
            return status
        if _is_sync(task, inst):
            return run_sync(scheduler, thread, task)
        return self._resume(thread, inst)

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
        if end is None:
            return True
        now = self.ticks()
        if not self._sliced:
            self._sliced = True  # at least one slice a turn, however slow the machine is
            self._slice_began = now
            return True
        self._fit_slice(ticks_diff(now, self._slice_began))
        self._slice_began = now
        if ticks_diff(now, end) < 0:
            return True
        scheduler = self.scheduler
        thread = scheduler.current
        inside = thread and thread.task  # none: realloc
        if not inside or not scheduler.instances.may_leave[inside.lifted.inst]:
            if ticks_diff(now, end) >= GRACE_MS:
                raise Timeout("a realloc or post-return ran longer than %d ms" % GRACE_MS)
            return True
        # All that Python's stack holds must be calls that guests made, with nothing above.
        if (
            scheduler.depth == 1 + scheduler.nested
            and thread.record is record
            and record.top == thread.top
        ):
            self.stopped = thread
            return False
        task = root(inside)
        if isinstance(task, Task) and task.deadline is not None:
            if ticks_diff(now, task.deadline) >= 0:
                raise Timeout("the call ran longer than its timeout")
        return True

    def _fit_slice(self, took):
        """Make slices shorter where one takes longer than a turn, up to the one asked for."""
        store = self.scheduler.store
        size = store.fuel_slice
        if took > TURN_MS and size > SHORTEST_SLICE:
            store.fuel_slice = size >> 1
        elif took < 1 and size < self._slice:
            store.fuel_slice = min(size << 1, self._slice)
