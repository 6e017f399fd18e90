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

    _made = None  # those that were asked for, by name, and by their names as attributes

    def __init__(self, calls, table, count):
        self._calls = calls
        self._table = table
        self._count = count
        if calls.resources:
            self._find_classes()

    @property
    def store(self):
        """The core instances it consists of."""
        return self._calls.store

    def _find_classes(self):
        """Note for each resource type who exports it, and as what."""
        classes = self._calls.classes
        entries = list(self._entries())
        for name, kind, _ in entries:
            if kind == INTERFACE:
                self[name]
        for name, kind, index in entries:
            # Interfaces that only use a type have none of its functions.
            if kind == RESOURCE and (index not in classes or self._has_functions_of(name)):
                classes[index] = (self, name)

    def _has_functions_of(self, label):
        for name, _, _ in self._entries():
            if name[0] == "[" and name[name.find("]") + 1 :].split(".")[0] == label:
                return True
        return False

    def _entries(self):
        """(name, kind, index) of each export, read in the plan: most are asked for once or never,
        and a table of them all would take a hundred bytes for each."""
        plan = self._calls.plan
        for at in range(self._table, self._table + EXPORT_BYTES * self._count, EXPORT_BYTES):
            yield plan.string(plan.word(at)), plan.word(at + 4), plan.word(at + 8)

    def _entry(self, name):
        """(kind, index) of an export, or None."""
        for known, kind, index in self._entries():
            if known == name:
                return kind, index
        return None

    def names(self):
        """Names of all exports, sorted."""
        return sorted([name for name, _, _ in self._entries()])

    def __getitem__(self, name):
        # As attributes they are found under a name with _, which no export has.
        if self._made and name in self._made and "_" not in name:
            return self._made[name]
        return self._first(name)

    def __getattr__(self, name):
        # MicroPython calls this for methods of its own too: never look at an attribute first.
        if name[0] == "_":
            raise AttributeError(name)
        if self._made and name in self._made:
            return self._made[name]
        return self._first_as_attribute(name)

    def _first(self, name):
        """An export that is asked for the first time. Raises KeyError if there is none."""
        entry = self._entry(name)
        if not entry and ":" in name:
            from ..version import newest

            name = newest(self.names(), name) or name
            entry = self._entry(name)
        if not entry:
            raise self._missing("export", name)
        return self._make(name, *entry)

    def _first_as_attribute(self, name):
        for known, kind, index in self._entries():
            if known == name or snake_case(known) == name:
                found = self._make(known, kind, index)
                if kind != VALUE:
                    self._made[name] = found
                return found
        raise AttributeError(name)

    def _make(self, name, kind, index):
        """What an export is, made when it is asked for the first time."""
        calls = self._calls
        if kind == VALUE:
            return calls.values[index]
        if self._made is None:
            self._made = {}
        if name not in self._made:
            if kind == FUNC:
                made = calls.watch(name, calls.lifted(index))
            elif kind == INTERFACE:
                made = Interface(calls, index + 4, calls.plan.word(index))
            elif kind == RESOURCE:
                from .resource import ResourceClass

                made = ResourceClass(self, name)
            else:
                made = calls.functions[index]
            self._made[name] = made
        return self._made[name]

    def member(self, prefix, name):
        """The function whose name is prefix and then, as an identifier, name; or None."""
        for known, kind, index in self._entries():
            if known.startswith(prefix) and snake_case(known[len(prefix) :]) == name:
                return self._make(known, kind, index)
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
        # No export has a name that begins with _.
        return self._made and self._made.get("_" + name) or self._first_lifted(name)

    def _first_lifted(self, name):
        for known, kind, index in self._entries():
            if kind == FUNC and (known == name or snake_case(known) == name):
                lifted = self._calls.lifted(index)
                if self._made is None:
                    self._made = {}
                self._made["_" + name] = lifted
                return lifted
        raise self._missing("function", name)

    def describe(self, name):
        """One line of text on an export, as WIT has it."""
        entry = self._entry(name)
        if not entry:
            raise KeyError(name)
        kind, index = entry
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
        if standard.wasi:
            self.wasi = standard.wasi
        host = [None] * plan.count(CANONS)  # as many as there will be, in one piece
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

            if policies:
                calls.policies = policies
            calls.scheduler = Scheduler(calls, limits.choose(options))
            if self.wasi:
                self.wasi.scheduler = calls.scheduler
        for i in range(plan.count(CANONS)):
            host[i] = core_function(calls, i)
        calls.made = None
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
        capacity = max([handles.capacity() for handles in instances.handles if handles] or (0,))
        for i, handles in enumerate(instances.handles):
            stats["handles %d %s" % (i, instances.name(i))] = {
                "capacity": capacity,
                "used": handles.used() if handles else 0,
                "high": handles.high_mark() if handles else 0,
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
                calls.scheduler.run_init(plan.word(at), inst)
                continue
            calls.instances.enter_from(inst, NONE)
            calls.store.instantiate(plan.word(at))
            calls.instances.leave_to(inst, NONE)
