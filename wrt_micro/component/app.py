# A running component as Python sees it.

from .. import limits
from ..exports import Exports, snake_case
from ..host import Standard
from ..store import Store
from ..trap import LimitError
from .calls import Calls
from .canon import resume
from .definitions import core_function
from .describe import signature, wit
from .host import find_functions
from .instance import Instances
from .plan import (
    CANONS,
    CONCURRENT,
    EXPORT_BYTES,
    EXPORTS,
    FUNC,
    HOST_BYTES,
    HOST_PARAMS,
    HOSTS,
    INTERFACE,
    LIFT_BYTES,
    LIFT_PARAMS,
    LIFTS,
    NONE,
    PROGRAM_FLAGS,
    RESOURCE,
    START,
    STEP_BYTES,
    STEPS,
    VALUE,
    VALUE_BYTES,
    VALUES,
    Plan,
)

# Options of load() for rules where definitions.py allows more than wasmtime and the official tests
# do: docs/scheduler.md has what each of them means.
POLICIES = (
    "donut_wrapping",
    "exclusive_barging",
    "late_block_check",
    "late_entry",
    "completed_cancel",
    "strict_task_return",
)


class Interface(Exports):
    """Exports of a component or of an instance that it exports: functions, values, interfaces.

    As attributes, or by name in brackets; a name with - is written with _ as an attribute.
    """

    def __init__(self, calls, table, count):
        self.store = calls.store
        self._calls = calls
        self._made = {}
        self._exports = exports = {}
        plan = calls.plan
        for at in range(table, table + EXPORT_BYTES * count, EXPORT_BYTES):
            name, kind, index = plan.string(plan.word(at)), plan.word(at + 4), plan.word(at + 8)
            exports[name] = (kind, index)
            if kind == INTERFACE:
                self._made[name] = Interface(calls, index + 4, plan.word(index))
            elif kind == RESOURCE:
                from .resource import ResourceClass

                self._made[name] = ResourceClass(self, name)
        for name, (kind, index) in exports.items():
            # Interfaces that only use a type have none of its functions.
            if kind == RESOURCE and (index not in calls.classes or self._has_functions_of(name)):
                calls.classes[index] = (self, name)

    def _has_functions_of(self, label):
        for name in self._exports:
            if name[0] == "[" and name[name.find("]") + 1 :].split(".")[0] == label:
                return True
        return False

    def __getitem__(self, name):
        if name not in self._exports and ":" in name:
            from ..version import newest

            name = newest(self._exports, name) or name
        if name not in self._exports:
            raise self._missing("export", name)
        if name not in self._made:
            self._make(name)
        return self._made[name]

    def _make(self, name):
        """What is there for a name from its first use on."""
        kind, index = self._exports[name]
        calls = self._calls
        if kind == VALUE:
            self._made[name] = calls.values[index]
        elif kind == FUNC:
            self._made[name] = calls.watch(name, calls.lifted(index))
        else:
            self._made[name] = calls.functions[index]

    def member(self, prefix, name):
        """The function whose name is prefix and then, as an identifier, name; or None."""
        for known in self._exports:
            if known.startswith(prefix) and snake_case(known[len(prefix) :]) == name:
                return self[known]
        return None

    def start(self, name, *args):
        """Start a call of an async component's function; a Task. See docs/async.md.

        name: as for app[name], or as an attribute. Raises TypeError, and KeyError for a name
        that is no function of the component.
        """
        return self._host().start(self._lifted(name), args)

    def spawn(self, name, *args):
        """An older name of start."""
        return self.start(name, *args)

    @property
    def aio(self):
        """The functions, awaitable under asyncio. See docs/async.md."""
        from ..aio import Aio, driver_of

        return Aio(self, driver_of(self._host()))

    def _host(self):
        """The Host. Raises LimitError if the component has no scheduler."""
        scheduler = self._calls.scheduler
        if not scheduler:
            raise LimitError(
                "no function is async: load(..., concurrent=True) runs calls in turns"
            )
        if scheduler.host:
            return scheduler.host
        from .host_turns import host_of

        return host_of(scheduler)

    def _lifted(self, name):
        """The lifted function of an export. Raises KeyError if it is none."""
        for known in self._exports:
            if known == name or snake_case(known) == name:
                kind, index = self._exports[known]
                if kind == FUNC:
                    return self._calls.lifted(index)
        raise self._missing("function", name)

    def describe(self, name):
        """One line of text on an export, as WIT has it."""
        kind, index = self._exports[name]
        if kind == INTERFACE or kind == RESOURCE:
            return ("interface " if kind == INTERFACE else "resource ") + name
        plan = self._calls.plan
        if kind == VALUE:
            return "%s: %s" % (name, wit(plan, plan.word(plan.record(VALUES, index, VALUE_BYTES))))
        if kind == FUNC:
            at = plan.record(LIFTS, index, LIFT_BYTES) + LIFT_PARAMS
        else:
            at = plan.record(HOSTS, index, HOST_BYTES) + HOST_PARAMS
        return "%s: %s" % (name, signature(plan, plan.word(at), plan.word(at + 4)))


class ComponentApp(Interface):
    """A component whose instances all exist. store: the core instances it consists of."""

    def __init__(self, image, imports, engine, options):
        plan = Plan(image)
        views = options.pop("views", False)
        leaks = options.pop("leaks", None)
        policies = [name for name in POLICIES if options.pop(name, False)]
        concurrent = options.pop("concurrent", False) or policies
        standard = Standard(options.pop("wasi", None))
        functions = find_functions(plan, imports, standard)
        self.wasi = standard.wasi
        host = []
        store = Store(image, host, engine, **options)
        capacity = limits.choose(options)["handles"]
        calls = Calls(plan, store, Instances(plan, store, capacity), functions, capacity, views)
        if plan.count(VALUES):
            from .values import initial_values

            calls.values = initial_values(plan, imports)
        if leaks and calls.resources:
            from .leaks import Watch

            calls.watch = Watch(calls, leaks).function
        if concurrent or plan.word(4 * PROGRAM_FLAGS) & CONCURRENT:
            from .scheduler import Scheduler

            calls.policies = policies
            calls.scheduler = Scheduler(calls, limits.choose(options))
            if self.wasi:
                self.wasi.scheduler = calls.scheduler
        for i in range(plan.count(CANONS)):
            host.append(core_function(calls, i))
        self._instantiate(calls)
        Interface.__init__(self, calls, plan.word(4 * EXPORTS), plan.count(EXPORTS))

    def resume(self, fuel=None):
        """Go on with the call that trapped with "fuel_exhausted"; its result."""
        return resume(self._calls, fuel)

    def tick(self):
        """One turn of what runs concurrently: for a main loop. Returns whether anything ran.

        Raises the Trap of something that no call waits for.
        """
        return self._host().step()

    def run_until(self, operation):
        """Take turns until a call or another operation is done: its result.

        Raises Trap, also of deadlock, and what operation.result() raises.
        """
        return self._host().wait(operation)

    def new_stream(self):
        """A StreamWriter, to be given to the component as a stream that Python writes."""
        from .host_writer import StreamWriter

        return StreamWriter(self._host())

    def new_waitable_set(self):
        """A WaitableSet: Python waits for the first of several calls, reads and writes."""
        from .host_set import WaitableSet

        return WaitableSet(self._host())

    def close(self):
        """Cancel all calls, and close all streams and futures that Python has."""
        scheduler = self._calls.scheduler
        if scheduler and scheduler.host:
            scheduler.host.close()

    def stats(self):
        """As App.stats, the tables of handles of all instances, and what crosses to Python.

        host_objects: the host's resources that components hold or borrow. owned: resources of
        components that Python owns; nothing limits them. host_ends: ends of streams and futures
        that Python has and did not close; each keeps an entry of streams.
        """
        stats = Exports.stats(self)
        if self._calls.scheduler:
            scheduler = self._calls.scheduler
            stats.update(scheduler.stats())
            used = len(scheduler.host.ends) if scheduler.host else 0
            stats["host_ends"] = {"capacity": None, "used": used, "high": None}
        instances = self._calls.instances
        resources = self._calls.resources
        if resources:
            objects = resources.objects
            used = len([1 for value in objects if value is not None])
            stats["host_objects"] = {"capacity": len(objects), "used": used, "high": None}
            stats["owned"] = {"capacity": None, "used": resources.owned, "high": None}
        for i, handles in enumerate(instances.handles):
            stats["handles %d %s" % (i, instances.name(i))] = {
                "capacity": handles.capacity,
                "used": handles.used,
                "high": handles.high,
            }
        return stats

    def _instantiate(self, calls):
        plan = calls.plan
        for i in range(plan.count(STEPS)):
            at = plan.record(STEPS, i, STEP_BYTES)
            inst = plan.word(at + 4)
            if plan.word(at) & START:
                from .values import start

                start(calls, plan.word(at) & ~START)
                continue
            if calls.scheduler:
                calls.scheduler.instantiate(plan.word(at), inst)
                continue
            calls.instances.enter_from(inst, NONE)
            calls.store.instantiate(plan.word(at))
            calls.instances.leave_to(inst, NONE)
