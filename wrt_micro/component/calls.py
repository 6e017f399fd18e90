# What calls in a program share.

from .context import LiftLowerContext
from .plan import RESOURCES


class Calls:
    """Everything that calls in a program share: its plan, store, instances and contexts.

    functions: the Python function of each host function of the plan. resources: ResourceState,
    or None if the program has no resources. classes: by resource type, the Interface that
    exports it and the name it has there. scheduler: of tasks, or None if no function is async and
    no built-in needs one. policies: names of app.POLICIES that were asked for. views: whether host
    functions get the bytes of list<u8> as memoryviews. unfinished: what `resume` needs of a call
    out of fuel, or None.
    """

    def __init__(self, plan, store, instances, functions, capacity, views=False):
        self.plan = plan
        self.store = store
        self.instances = instances
        self.functions = functions
        self.resources = None
        self.classes = {}
        self.views = views
        self.unfinished = None
        self._contexts = {}
        if plan.count(RESOURCES):
            from .resources import ResourceState

            self.resources = ResourceState(plan, store, instances, capacity)
        self.scheduler = None
        self.policies = ()

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
        """The context of canonical options in an instance."""
        key = (options, inst)
        if key not in self._contexts:
            self._contexts[key] = LiftLowerContext(self, options, inst)
        return self._contexts[key]
