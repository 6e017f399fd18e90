"""What the component section of an image says, for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wrt_micro.component import plan as fmt
from wrt_micro.component.canon_lower import host_name
from wrt_micro.component.describe import signature, wit

from .canon import BUILTINS, ENCODINGS

_KINDS = {
    fmt.FUNC: "func",
    fmt.HOST_FUNC: "host func",
    fmt.RESOURCE: "resource",
    fmt.VALUE: "value",
}


class _Section:
    """A section outside of its image, as the device's Plan takes it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.optional = {fmt.COMPONENT: (0, len(data))}


def open_plan(section: bytes) -> fmt.Plan:
    """The plan in a component section."""
    return fmt.Plan(_Section(section))


def plan_json(section: bytes) -> dict:
    """The plan as JSON. Numbers of functions, memories and core instances are the image's."""
    plan = open_plan(section)
    return {
        "instances": [_instance(plan, at) for at in _records(plan, fmt.INSTANCES, 8)],
        "steps": [_step(plan, at) for at in _records(plan, fmt.STEPS, fmt.STEP_BYTES)],
        "values": [_value(plan, at) for at in _records(plan, fmt.VALUES, fmt.VALUE_BYTES)],
        "lifts": [_lift(plan, at) for at in _records(plan, fmt.LIFTS, fmt.LIFT_BYTES)],
        "canons": [_canon(plan, at) for at in _records(plan, fmt.CANONS, fmt.CANON_BYTES)],
        "imports": [
            {"name": host_name(plan, i), "type": _type(plan, at + fmt.HOST_PARAMS)}
            for i, at in enumerate(_records(plan, fmt.HOSTS, fmt.HOST_BYTES))
        ],
        "exports": list(_exports(plan, plan.word(4 * fmt.EXPORTS), plan.count(fmt.EXPORTS), "")),
        "resources": [
            _resource(plan, at) for at in _records(plan, fmt.RESOURCES, fmt.RESOURCE_BYTES)
        ],
    }


def plan_text(section: bytes) -> str:
    """The plan as lines of text, a table each."""
    return "\n".join(_lines(plan_json(section)))


def _lines(plan: dict) -> Iterator[str]:
    yield from _table("component instances", plan["instances"], _instance_text)
    yield from _table(
        "instantiation",
        plan["steps"],
        _step_text,
    )
    yield from _table(
        "values", plan["values"], lambda i, value: f"{i} {value['type']} of {value['from']}"
    )
    for title, key in (("component imports", "imports"), ("component exports", "exports")):
        yield from _table(title, plan[key], lambda i, item: f"{item['name']}: {item['type']}")
    yield from _table(
        "canon lift",
        plan["lifts"],
        lambda i, lift: f"{i} func {lift['function']} of {lift['instance']}: {lift['type']}",
    )
    yield from _table(
        "core functions made by canonical definitions",
        plan["canons"],
        lambda i, canon: f"{i} canon {canon['name']} of {canon['instance']}: {canon['of']}",
    )
    yield from _table("resource types", plan["resources"], _resource_text)


def _table(title: str, items: list[dict], text: Callable[[int, dict], str]) -> Iterator[str]:
    if items:
        yield title
    for i, item in enumerate(items):
        yield f"  {text(i, item)}"
        if item.get("options"):
            yield f"    {_options_text(item['options'])}"


def _step_text(i: int, step: dict) -> str:
    if "core_instance" in step:
        return f"core instance {step['core_instance']}, of {step['instance']}"
    values = ", ".join(f"value {value}" for value in step["arguments"])
    made = "" if step["result"] is None else f" makes value {step['result']}"
    return f"start {step['start']}({values}) of {step['instance']}{made}"


def _instance_text(i: int, item: dict) -> str:
    inside = "" if item["parent"] is None else f", in {item['parent']}"
    return f"{i} {item['name'] or 'the component'}{inside}"


def _resource_text(i: int, item: dict) -> str:
    where = "the host" if item["instance"] is None else item["instance"]
    dtor = "" if item["dtor"] is None else f", destructor func {item['dtor']}"
    return f"{i} {item['name'] or 'without a name'} of {where}{dtor}"


def _options_text(options: dict) -> str:
    parts = [options["encoding"]]
    for key in ("memory", "realloc", "post_return", "callback"):
        if options[key] is not None:
            what = "memory" if key == "memory" else f"{key.replace('_', '-')} func"
            parts.append(f"{what} {options[key]}")
    return ", ".join(parts)


def _records(plan: fmt.Plan, table: int, size: int) -> list[int]:
    return [plan.record(table, i, size) for i in range(plan.count(table))]


def _number(word: int) -> int | None:
    return None if word == fmt.NONE else word


def _name(plan: fmt.Plan, at: int) -> str | None:
    return plan.string(plan.word(at)) if plan.word(at) else None


def _type(plan: fmt.Plan, at: int) -> str:
    return signature(plan, plan.word(at), plan.word(at + 4))


def _instance(plan: fmt.Plan, at: int) -> dict:
    return {"name": plan.string(plan.word(at + 4)), "parent": _number(plan.word(at))}


def _step(plan: fmt.Plan, at: int) -> dict:
    word, instance = plan.word(at), plan.word(at + 4)
    if not word & fmt.START:
        return {"core_instance": word, "instance": instance}
    at = word & ~fmt.START
    return {
        "start": _callee(plan, plan.word(at)),
        "arguments": [plan.word(at + 12 + 4 * i) for i in range(plan.word(at + 8))],
        "result": _number(plan.word(at + 4)),
        "instance": instance,
    }


def _callee(plan: fmt.Plan, target: int) -> str:
    return host_name(plan, target & ~fmt.TO_HOST) if target & fmt.TO_HOST else f"lift {target}"


def _value(plan: fmt.Plan, at: int) -> dict:
    name = _name(plan, at + 12)
    if name is not None and plan.word(at + 8):
        name = f"{plan.string(plan.word(at + 8))}#{name}"
    source = "a definition" if plan.word(at + 4) else "a start function"
    return {"type": wit(plan, plan.word(at)), "import": name, "from": name or source}


def _options(plan: fmt.Plan, at: int) -> dict | None:
    if not at:
        return None
    return {
        "encoding": ENCODINGS[plan.word(at + fmt.ENCODING)],
        "memory": _number(plan.word(at + fmt.MEMORY)),
        "realloc": _number(plan.word(at + fmt.REALLOC)),
        "post_return": _number(plan.word(at + fmt.POST_RETURN)),
        "callback": _number(plan.word(at + fmt.CALLBACK)),
        "pointer_bytes": plan.word(at + fmt.PTR_SIZE),
        "async": bool(plan.word(at + fmt.OPTIONS_FLAGS) & fmt.ASYNC),
    }


def _lift(plan: fmt.Plan, at: int) -> dict:
    return {
        "function": plan.word(at + fmt.LIFT_FUNCTION),
        "instance": plan.word(at + fmt.LIFT_INSTANCE),
        "type": _type(plan, at + fmt.LIFT_PARAMS),
        "options": _options(plan, plan.word(at + fmt.LIFT_OPTIONS)),
    }


def _canon(plan: fmt.Plan, at: int) -> dict:
    opcode = plan.word(at + fmt.CANON_OPCODE)
    if opcode == fmt.REFUSE:
        return {"name": "refuse", "of": "", "instance": None, "options": None}
    made = {
        "instance": plan.word(at + fmt.CANON_INSTANCE),
        "options": _options(plan, plan.word(at + fmt.CANON_OPTIONS)),
    }
    if opcode == fmt.LOWER:
        target = plan.word(at + fmt.LOWER_TARGET)
        callee = _callee(plan, target)
        fused = bool(plan.word(at + fmt.LOWER_FLAGS) & fmt.FUSED)
        functype = _type(plan, at + fmt.LOWER_PARAMS)
        return {"name": "lower", "of": callee, "type": functype, "fused": fused, **made}
    resource = _number(plan.word(at + fmt.BUILTIN_RESOURCE))
    valtype = plan.word(at + fmt.BUILTIN_TYPE)
    of = "" if resource is None else f"resource type {resource}"
    return {"name": BUILTINS[opcode][0], "of": wit(plan, valtype) if valtype else of, **made}


def _exports(plan: fmt.Plan, at: int, count: int, interface: str) -> Iterator[dict]:
    """The functions and resource types that are exported; those of an interface as i#f."""
    for record in range(at, at + count * fmt.EXPORT_BYTES, fmt.EXPORT_BYTES):
        name = interface + plan.string(plan.word(record))
        kind, index = plan.word(record + 4), plan.word(record + 8)
        if kind == fmt.INTERFACE:
            yield from _exports(plan, index + 4, plan.word(index), f"{name}#")
            continue
        if kind == fmt.FUNC:
            lift = plan.record(fmt.LIFTS, index, fmt.LIFT_BYTES)
            text = _type(plan, lift + fmt.LIFT_PARAMS)
        elif kind == fmt.HOST_FUNC:
            host = plan.record(fmt.HOSTS, index, fmt.HOST_BYTES)
            text = _type(plan, host + fmt.HOST_PARAMS)
        elif kind == fmt.VALUE:
            text = wit(plan, plan.word(plan.record(fmt.VALUES, index, fmt.VALUE_BYTES)))
        else:
            text = "resource"
        yield {"name": name, "kind": _KINDS[kind], "index": index, "type": text}


def _resource(plan: fmt.Plan, at: int) -> dict:
    return {
        "name": _name(plan, at + 8),
        "instance": _number(plan.word(at)),
        "dtor": _number(plan.word(at + 4)),
    }
