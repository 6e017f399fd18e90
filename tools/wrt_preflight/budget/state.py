"""What a loaded program takes of the heap besides code: its buffers, and its Python objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wrt_micro.component import plan as fmt
from wrt_micro.component.handles import WORDS as HANDLE_WORDS
from wrt_micro.engine import RECORD_WORDS
from wrt_micro.limits import DEFAULTS

from ..component.inspect import plan_json
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
        "host references": heap.words(chosen["host_refs"]),
    }
    return found | _component_buffers(image, heap, chosen, record)


def _component_buffers(
    image: Contents, heap: Heap, chosen: Mapping[str, int | None], record: int
) -> dict[str, int]:
    section = image.optional.get(COMPONENT)
    if not section:
        return {}
    plan = plan_json(section)
    concurrent = is_concurrent(image)
    instances = len(plan["instances"])
    capacity = chosen["handles"]
    tables = instances if concurrent or plan["resources"] else 0
    found = {"handles": tables * heap.bytes(4 * HANDLE_WORDS * (capacity + 1))}
    if plan["resources"]:
        found["handles"] += heap.bytes(4 * capacity) + heap.words(capacity)
    if concurrent:
        threads, tasks = chosen["threads"], chosen["tasks"]
        stack = chosen["thread_stack"] or chosen["stack"] or image.header["stack_bytes"]
        found["stacks of threads"] = threads * (heap.bytes((stack + 3) & ~3) + record)
        found["handles"] += heap.bytes(4 * (2 * capacity + 2))
        found["handles"] += instances * heap.bytes(4 * HANDLE_WORDS * (tasks + threads + 1))
    return found


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
        exports = len(image.instances[-1].exports) if image.instances else 0
        return found | {"core": 1, "core export": exports, "core import": len(image.imports)}
    plan = plan_json(section)
    resources = sum(item["kind"] == "resource" for item in plan["exports"])
    lowered = [canon["of"] for canon in plan["canons"] if canon["name"] == "lower"]
    hosts = sum(not of.startswith("lift ") for of in lowered)
    found |= {
        "component": 1,
        "component export": len(plan["exports"]) - resources,
        "component import": hosts,
        "canon": len(plan["canons"]) - hosts,
        "instance": len(plan["instances"]) - 1,
        "resource": resources,
        "resources": bool(plan["resources"]),
    }
    if is_concurrent(image):
        found |= {"concurrent": 1} | {name: chosen[name] for name in CONCURRENT}
    return found


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
