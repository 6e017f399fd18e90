"""The Plan: a whole tree of component instances, flat, as `link` makes it and the device runs it.

Core code is in the store that was linked with it: function, memory and table numbers here are
store-wide. Numbers of instances, functions, lifts and host functions are indices into the lists
of the Plan. What stands here is complete for every canonical definition; `runnable` names what
the device cannot run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .tree import CanonBuiltin
from .types import FuncType, Future, ResourceType, Stream, ValType, contains


@dataclass(frozen=True, slots=True)
class Options:
    """Resolved canonical options. memory, realloc, post_return, callback: store-wide indices."""

    encoding: str = "utf8"
    memory: int | None = None
    realloc: int | None = None
    post_return: int | None = None
    async_: bool = False
    callback: int | None = None
    ptr_size: int = 4


@dataclass(eq=False, slots=True)
class Lift:
    """A component function made by canon lift. function: the core function it calls.

    instance: the component instance it enters.
    """

    function: int
    type: FuncType
    options: Options
    instance: int
    offset: int


@dataclass(eq=False, slots=True)
class HostFunction:
    """A component function that the host provides.

    interface: name of the imported instance it belongs to, "" for a direct import.
    """

    interface: str
    name: str
    type: FuncType
    offset: int


Func = Lift | HostFunction


@dataclass(eq=False, slots=True)
class Lower:
    """A core function made by canon lower. instance: the component instance that calls it.

    copy_in, copy_out: where the callee is another component's, store-wide indices of functions
    that copy from the caller's memory to the callee's and back; None where nothing is copied.
    function: the core function that it is, store-wide. fused: a core function calls the callee;
    this one is only left for what traps before anything has happened.
    """

    callee: Func
    options: Options
    instance: int
    offset: int
    copy_in: int | None = None
    copy_out: int | None = None
    function: int = 0
    fused: bool = False


@dataclass(eq=False, slots=True)
class Builtin:
    """A core function made by any other canonical definition.

    definition: opcode name and immediates as read. options, type, resource: what the immediates
    mean, where it has them. table, memory: store-wide. core_type: number of the core type of a
    thread's function. argument: core type of its argument, or of a context slot.
    """

    definition: CanonBuiltin
    instance: int
    offset: int
    options: Options | None = None
    type: ValType | None = None
    resource: ResourceType | None = None
    table: int | None = None
    memory: int | None = None
    table64: bool = False
    core_type: int | None = None
    argument: str = "i32"


@dataclass(eq=False, slots=True)
class Refuse:
    """A core function (kind, instance, memory, address, bytes: i32) that traps; see fuse.py."""

    options: None = None
    offset: int = 0


@dataclass(slots=True)
class Instance:
    """A component instance. parent: index of the instance it is nested in, None for the root."""

    name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class InstantiateCore:
    """A step of instantiation: run the init function of a core instance of the store."""

    core: int
    instance: int
    offset: int


@dataclass(eq=False, slots=True)
class Value:
    """A component-level value. literal: the bytes of a value definition.

    interface, name: of a value that the host provides, as in HostFunction. Without either, a
    start function makes it.
    """

    type: ValType
    offset: int
    literal: bytes | None = None
    interface: str = ""
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """A step of instantiation: call a function with values. instance: where it is defined."""

    callee: Func
    arguments: tuple[Value, ...]
    result: Value | None
    instance: int
    offset: int


@dataclass(slots=True)
class Exports:
    """Exports of an instance, by name: functions, values, nested instances, types."""

    functions: dict[str, Func] = field(default_factory=dict)
    instances: dict[str, Exports] = field(default_factory=dict)
    types: dict[str, ValType | ResourceType | FuncType] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """canons: core functions made by canonical definitions; HostImport("canon", str(i)) is i.

    imports: what the root component imports, functions and types (in `Exports`, by name).
    guards: the word of the globals from which on may_enter of all instances stand, then may_leave;
    None if they are not in globals.
    copiers: for memories between which streams and futures may copy: from, to, and the
    store-wide index of the function that does.
    """

    instances: list[Instance] = field(default_factory=list)
    steps: list[InstantiateCore | Start] = field(default_factory=list)
    lifts: list[Lift] = field(default_factory=list)
    hosts: list[HostFunction] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    canons: list[Lower | Builtin | Refuse] = field(default_factory=list)
    copiers: list[tuple[int, int, int]] = field(default_factory=list)
    imports: Exports = field(default_factory=Exports)
    exports: Exports = field(default_factory=Exports)
    guards: int | None = None
    file: str | None = None


# The module name of host imports that are canonical definitions.
CANON = "canon"


def is_concurrent(plan: Plan) -> bool:
    """Whether a component needs tasks: everything but calls of sync functions and resources."""
    functions = [item.type for item in (*plan.lifts, *plan.hosts)]
    values = [t for ft in functions for t in (*(u for _, u in ft.params), ft.result) if t]
    if any(ft.async_ for ft in functions) or any(contains(t, (Stream, Future)) for t in values):
        return True
    return any(
        isinstance(canon, Builtin) and not canon.definition.name.startswith("resource.")
        for canon in plan.canons
    )
