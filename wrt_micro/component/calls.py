# What calls in a program share.

from .context import LiftLowerContext
from .flat import CoreValueIter, CoreValues
from .plan import RESOURCES


class Calls:
    """Everything that calls in a program share: its plan, store, instances and contexts.

    functions: the Python function of each host function of the plan. resources: ResourceState,
    or None if the program has no resources. classes: by resource type, the Interface that
    exports it and the name it has there. scheduler: of tasks, or None if no function is async and
    no built-in needs one. policies: names of app.POLICIES that were asked for. views: whether host
    functions get the bytes of list<u8> as memoryviews. values: those of the plan, by number.
    unfinished: what `resume` needs of a call out of fuel, or None. flat_args, out,
    flat_result: what calls out of components read and write flat values with. One of each is
    enough, as values cross at once, and a realloc meanwhile cannot call out. copier: header offset
    of the function that copies bytes to the memory of the side that values go to now, or 0.
    made: while canonical definitions are made, the objects that several can share, by key.
    points: reads strings, and has where the last one was stored; there is one before a realloc is
    called. What few programs need is no attribute of all of them.
    """

    functions = policies = values = ()
    resources = scheduler = unfinished = flat_args = flat_result = points = None
    views = False

    def __init__(self, plan, store, instances, functions, capacity, views=False):
        self.plan = plan
        self.store = store
        self.instances = instances
        self._contexts = []
        self.copier = 0
        self.made = {}
        if functions:
            self.functions = functions
        if views:
            self.views = views
        if plan.count(RESOURCES):
            from .resources import ResourceState

            self.resources = ResourceState(plan, store, instances, capacity)
            self.classes = {}

    def need_flat(self):
        """Components call out."""
        if not self.flat_args:
            self.flat_args = CoreValueIter(None, 0, 0)
            self.out = CoreValues(None, 0, 0)

    def need_flat_result(self):
        """Components call one another, or have tasks."""
        if not self.flat_result:
            self.flat_result = CoreValueIter(None, 0, 0)

    def need_points(self):
        """The CodePoints, made now if there are none."""
        if not self.points:
            from .strings import CodePoints

            self.points = CodePoints()
        return self.points

    def lifted(self, index):
        """The function of the lift with this number."""
        if self.scheduler:
            from .async_lift import TaskLifted

            return TaskLifted(self, index)
        from .canon import Lifted

        return Lifted(self, index)

    def watch(self, name, function):
        """The function itself: nobody asked for reports on leaks (leaks.py)."""
        return function

    def context(self, options, inst):
        """The context of canonical options, 0 for none, in an instance."""
        for cx in self._contexts:
            if cx.inst == inst and cx.take(options):
                return cx
        cx = LiftLowerContext(self, inst)
        cx.take(options)
        self._contexts.append(cx)
        return cx
