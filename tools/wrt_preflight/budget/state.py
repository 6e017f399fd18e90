"""What a loaded program takes of the heap besides code: its buffers, and its Python objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wrt_micro.component import plan as fmt
from wrt_micro.component.handles import place
from wrt_micro.component.pool import STATE_WORDS
from wrt_micro.component.subtask import RESULT_WORDS, argument_words
from wrt_micro.component.tables import CONTEXT, INDEXED, SPAWNS, WAITABLE_SET_NEW, opcodes
from wrt_micro.engine import RECORD_WORDS
from wrt_micro.limits import DEFAULTS

from ..component.inspect import open_plan, plan_json
from ..functions import exports
from ..image import COMPONENT
from .heap import Heap

if TYPE_CHECKING:
    from ..image import Contents

CONCURRENT = ("tasks", "threads", "subtasks", "streams", "waitable_sets")


def is_concurrent(image: Contents) -> bool:
    """Whether a program has tasks."""
    section = image.optional.get(COMPONENT)
    if not section:
        return False
    flags = int.from_bytes(section[4 * fmt.PROGRAM_FLAGS :][:4], "little")
    return bool(flags & fmt.CONCURRENT)


def buffers(
    image: Contents, heap: Heap, *, in_place: bool = True, options: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Bytes of heap of the buffers of a loaded program, by use.

    in_place: the engine reads segments where they lie. options: of load().
    """
    chosen = DEFAULTS | dict(options or {})
    header = image.header
    stack = chosen["stack"] or header["stack_bytes"]
    memories = [_least(memory["capacity"], chosen["memory"]) for memory in image.memories]
    descriptors = 8 * max(len(image.memories) + len(image.segments), 1)
    tables = [table.capacity for table in image.tables if not (in_place and table.constant)]
    entries = chosen["exceptions"] or header["exceptions"]
    record = heap.bytes(4 * RECORD_WORDS)
    found = {
        "memories": sum(map(heap.bytes, memories)),
        "stack": heap.bytes((stack + 3) & ~3) + record,
        "tables": sum(heap.bytes(4 * capacity) for capacity in tables),
        "globals": heap.bytes(4 * header["global_words"]),
        "exceptions": heap.bytes(4 * entries * header["exception_words"]),
        "descriptors": heap.bytes(4 * descriptors) + heap.bytes(16 * len(image.tables)),
        "host references": heap.words(chosen["host_refs"] if _takes_objects(image) else 0),
    }
    return found | _component_buffers(image, heap, chosen, record)


def _component_buffers(
    image: Contents, heap: Heap, chosen: Mapping[str, int | None], record: int
) -> dict[str, int]:
    section = image.optional.get(COMPONENT)
    if not section:
        return {}
    plan = open_plan(section)
    resources = plan.count(fmt.RESOURCES)
    capacity = chosen["handles"]
    table = heap.bytes(4 * place(capacity + 1)) * (2 if resources else 1)
    found = {"handles": 0}
    if resources or is_concurrent(image):
        found["handles"] = len(_busy(plan)) * table
    if resources:
        found["handles"] += heap.bytes(4 * capacity) + heap.words(capacity)
    if is_concurrent(image):
        instances = plan.count(fmt.INSTANCES)
        used = opcodes(plan)
        stack = chosen["thread_stack"] or chosen["stack"] or image.header["stack_bytes"]
        alone = is_alone(plan, chosen)
        threads = 0 if alone else chosen["threads"]
        found["stacks of threads"] = threads * (heap.bytes((stack + 3) & ~3) + record)
        guests = 1 if alone else chosen["tasks"] + threads
        found["tasks"] = heap.bytes(4 * STATE_WORDS * instances)
        if used & INDEXED:
            found["tasks"] += instances * heap.bytes(4 * place(guests + 1))
        if used & CONTEXT:
            found["tasks"] += heap.bytes(16 * (guests + 1))
        if fmt.LOWER in used:
            most = max(argument_words(plan, at) for at in _canons(plan, fmt.LOWER))
            found["tasks"] += chosen["subtasks"] * heap.bytes(4 * (RESULT_WORDS + most))
        if resources:
            found["handles"] += heap.bytes(4 * (2 * capacity + 2))
    return found


def _takes_objects(image: Contents) -> bool:
    """Whether objects of Python can cross to a core program."""
    if image.optional.get(COMPONENT):
        return False
    return any("extern" in str(type) for type in image.types)


def _canons(plan: fmt.Plan, opcode: int | None = None) -> list[int]:
    """Where the records of canonical definitions are: of all, or of those with an opcode."""
    places = [plan.record(fmt.CANONS, i, fmt.CANON_BYTES) for i in range(plan.count(fmt.CANONS))]
    return [at for at in places if opcode in (None, plan.word(at + fmt.CANON_OPCODE))]


def _busy(plan: fmt.Plan) -> set[int]:
    """The instances that call or are called: only they have handles."""
    busy = {plan.word(at + fmt.CANON_INSTANCE) for at in _canons(plan)}
    for i in range(plan.count(fmt.LIFTS)):
        at = plan.record(fmt.LIFTS, i, fmt.LIFT_BYTES)
        busy.add(plan.word(at + fmt.LIFT_INSTANCE))
    return busy - {fmt.NONE}


def is_alone(plan: fmt.Plan, chosen: Mapping[str, int | None]) -> bool:
    """Whether the only task that there may be runs on the main stack."""
    same = chosen["thread_stack"] in (None, chosen["stack"])
    return chosen["tasks"] == chosen["threads"] == 1 and same and not opcodes(plan) & SPAWNS


def counts(image: Contents, options: Mapping[str, int] | None = None) -> dict[str, int]:
    """How many there are of each thing that `OBJECTS` has a price for."""
    chosen = DEFAULTS | dict(options or {})
    found = {
        "memory": len(image.memories),
        "table": len(image.tables),
        "segment": len(image.segments),
    }
    section = image.optional.get(COMPONENT)
    if not section:
        exported = len(image.instances[-1].exports) if image.instances else 0
        return found | {"core": 1, "core export": exported, "core import": len(image.imports)}
    plan = open_plan(section)
    exported = plan_json(section)["exports"]
    resources = sum(item["kind"] == "resource" for item in exported)
    lowered = _canons(plan, fmt.LOWER)
    hosts = [at for at in lowered if plan.word(at + fmt.LOWER_TARGET) & fmt.TO_HOST]
    fused = [at for at in lowered if plan.word(at + fmt.LOWER_FLAGS) & fmt.FUSED]
    calls = len(lowered) - len(hosts) - len(fused)
    concurrent = is_concurrent(image)
    contexts, reallocs = _contexts(plan)
    found |= {
        "component": 1,
        "component export": len(exported) - resources,
        "component import": len(hosts),
        "call": calls,
        "calls": bool(calls or hosts),
        "canon": plan.count(fmt.CANONS) - len(hosts) - calls,
        "built-in": len(_built_ins(plan)) + len(fused),
        "context": contexts,
        "strings": reallocs,
        "instance": plan.count(fmt.INSTANCES) - 1,
        "resource": resources,
        "resources": bool(plan.count(fmt.RESOURCES)),
    }
    if concurrent:
        found |= {"concurrent": 1} | {name: chosen[name] for name in CONCURRENT}
        if fmt.LOWER not in opcodes(plan):
            found["subtasks"] = 0
        if WAITABLE_SET_NEW not in opcodes(plan):
            found["waitable_sets"] = 0
        if is_alone(plan, chosen):
            found["threads"] = 0
            found["alone"] = 1
    return found


def _built_ins(plan: fmt.Plan) -> set[tuple[int, ...]]:
    """The objects behind built-ins that are not those of resources; several share one."""
    found = set()
    for at in _canons(plan):
        opcode, inst = plan.word(at + fmt.CANON_OPCODE), plan.word(at + fmt.CANON_INSTANCE)
        if 0x0E <= opcode <= 0x1B:
            t, place = plan.word(at + fmt.BUILTIN_TYPE), (opcode - 0x0E) % 7
            own = at if place in (3, 4) else 0  # cancel
            found.add((inst, t, place in (0, 2, 4, 6), own))
        elif opcode > fmt.RESOURCE_REP and opcode != fmt.REFUSE:
            found.add((inst, at))
    return found


def _contexts(plan: fmt.Plan, in_use: bool = False) -> tuple[int, bool]:
    """How many contexts there are from the start, and whether one has a realloc.

    in_use: when all that is exported has been called, too.
    """
    wanted = {(at, plan.word(at + fmt.CANON_INSTANCE)) for at in _canons(plan)}
    memories: set[tuple[int, int, int]] = set()
    instances: set[int] = set()
    reallocs = False
    places = []
    for at, inst in wanted:
        opcode = plan.word(at + fmt.CANON_OPCODE)
        lower = opcode == fmt.LOWER and not plan.word(at + fmt.LOWER_FLAGS) & fmt.FUSED
        if lower or opcode in (0x0F, 0x10, 0x16, 0x17, 0x1C, 0x1D, 0x1E):
            places.append((plan.word(at + fmt.CANON_OPTIONS), inst))
        elif fmt.RESOURCE_NEW <= opcode <= fmt.RESOURCE_REP:
            instances.add(inst)
        target = plan.word(at + fmt.LOWER_TARGET)
        if lower and not target & fmt.TO_HOST:
            lift = plan.record(fmt.LIFTS, target, fmt.LIFT_BYTES)
            options = plan.word(lift + fmt.LIFT_OPTIONS)
            places.append((options, plan.word(lift + fmt.LIFT_INSTANCE)))
    if in_use:
        for i in range(plan.count(fmt.LIFTS)):
            at = plan.record(fmt.LIFTS, i, fmt.LIFT_BYTES)
            places.append((plan.word(at + fmt.LIFT_OPTIONS), plan.word(at + fmt.LIFT_INSTANCE)))
    for options, inst in places:
        memory = plan.word(options + fmt.MEMORY) if options else fmt.NONE
        instances.add(inst)
        if memory != fmt.NONE:  # those that agree in the rest share one
            encoding = plan.word(options + fmt.ENCODING)
            memories.add((inst, memory, encoding))
            reallocs = reallocs or plan.word(options + fmt.REALLOC) != fmt.NONE
    without = instances - {inst for inst, _, _ in memories} - {fmt.NONE}
    return len(memories) + len(without), reallocs


def in_use(image: Contents, heap: Heap, prices: Mapping[str, float]) -> int:
    """Bytes of heap of the functions that a program exports, when each has been asked for once."""
    section = image.optional.get(COMPONENT)
    if not section:
        return round(len(exports(image)) * prices["core function"] * heap.block)
    plan = open_plan(section)
    (before, had), (after, has) = _contexts(plan), _contexts(plan, in_use=True)
    blocks = len(exports(image)) * prices["function"]
    blocks += (after - before) * prices["context"] + (has - had) * prices["strings"]
    return round(blocks * heap.block)


def objects(
    image: Contents,
    heap: Heap,
    prices: Mapping[str, float],
    options: Mapping[str, int] | None = None,
) -> int:
    """Bytes of heap of the Python objects of a loaded program. prices: blocks, as OBJECTS."""
    blocks = sum(number * prices[name] for name, number in counts(image, options).items())
    return round(blocks * heap.block)


def _least(capacity: int, most: int | None) -> int:
    return capacity if most is None else min(capacity, most)
