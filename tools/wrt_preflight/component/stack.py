"""How much stack a component needs: calls between its instances share one stack."""

from __future__ import annotations

from dataclasses import replace

from ..link import Store
from ..lower import LowerOptions, referenced
from ..lower.program import Function, Program
from ..lower.stackdepth import Unbounded, depth
from .layout import flatten_functype
from .plan import CANON, Builtin, InstantiateCore, Lift, Lower, Plan, Refuse

LINK_BYTES = 8
REALLOC_ARGUMENTS = 32  # four 64-bit words
STARTERS = ("thread.new-indirect", "thread.spawn-indirect", "thread.spawn-ref")


def flat_room(lift: Lift) -> int:
    """Bytes that the flat params and result of a call take, and its two link words.

    The device computes the same (canon.flat_room).
    """
    params, _ = flatten_functype(lift.type, "lift", lift.options.ptr_size, lift.options.async_)
    words = 2 + len(params) + sum(core in ("i64", "f64") for core in params)
    return 4 * words + LINK_BYTES


def reserve_stack(
    plan: Plan, store: Store, program: Program, default: int = LowerOptions().default_stack
) -> None:
    """Sets the stack of a program that was lowered from the plan's store.

    The call graph goes on through the canonical definitions: a call of a function whose type is
    not async runs above its caller, and so do destructors, realloc and copying. A call of an
    async function and a thread begin on a stack of their own, of the same size. Where the graph
    has no bound, as a function recurses or calls by reference, the default is set.
    """
    try:
        program.stack_bytes = _depth(plan, store, program)
        program.stack_reason = "deepest chain of calls through the component's instances"
    except Unbounded as reason:
        program.stack_bytes = default
        program.stack_reason = f"default, because {reason}"


def _depth(plan: Plan, store: Store, program: Program) -> int:
    functions = list(program.functions)
    native = program.native
    overhead = native.overhead if native else 0
    nested = REALLOC_ARGUMENTS + overhead + depth(functions, sorted(_nested(plan)))
    for index, item in enumerate(store.functions):
        if item.host and item.host[0] == CANON:
            canon = plan.canons[int(item.host[1])]
            functions[index] = _stub(functions[index], canon, nested, overhead)
    rooms = [flat_room(lift) + nested for lift in plan.lifts]
    deepest = max([depth(functions, sorted(_roots(plan, program))), *rooms])
    return deepest + overhead + (native.reserve if native else 0)


def _nested(plan: Plan) -> set[int]:
    """Functions that run while values are lifted and lowered: they call nothing else."""
    options = [lift.options for lift in plan.lifts]
    options += [canon.options for canon in plan.canons if canon.options]
    found = {option.realloc for option in options}
    for canon in plan.canons:
        if isinstance(canon, Lower):
            found |= {canon.copy_in, canon.copy_out}
    found |= {function for _, _, function in plan.copiers}
    return found - {None}


def _stub(stub: Function, canon: Lower | Builtin | Refuse, nested: int, overhead: int) -> Function:
    """The stub of a canonical definition, with what the definition calls above it.

    overhead: bytes that each call from Python takes, on top of what the functions take.
    """
    if isinstance(canon, Refuse):
        return stub
    room = stub.link + LINK_BYTES
    if overhead:  # machine code: its frame is saved, then come copies of the arguments
        room += stub.frame_bytes + overhead
    deepest = room + nested
    called: list[int | None] = []
    if isinstance(canon, Builtin):
        if canon.definition.name == "resource.drop":
            called = [canon.resource.dtor]
    elif isinstance(canon.callee, Lift) and not canon.callee.type.async_:
        called = [canon.callee.function, canon.callee.options.post_return]
        deepest += flat_room(canon.callee)
    calls = [(index, room) for index in called if index is not None]
    return replace(stub, frame_bytes=max(stub.frame_bytes, deepest), calls=calls)


def named_functions(plan: Plan) -> set[int]:
    """The core functions that a plan names, which the runtime calls."""
    return _nested(plan) | _begun(plan)


def _begun(plan: Plan) -> set[int]:
    """Functions that a plan names and that begin at the bottom of a stack."""
    found: set[int | None] = set()
    for lift in plan.lifts:
        found |= {lift.function, lift.options.post_return, lift.options.callback}
    for canon in plan.canons:
        if isinstance(canon, Builtin) and canon.resource:
            found.add(canon.resource.dtor)
    return found - {None}


def _roots(plan: Plan, program: Program) -> set[int]:
    """Functions that begin at the bottom of a stack."""
    steps = [step for step in plan.steps if isinstance(step, InstantiateCore)]
    found = _begun(plan) | {program.instances[step.core].init for step in steps}
    for canon in plan.canons:
        if isinstance(canon, Builtin) and canon.definition.name in STARTERS:
            found |= {
                index
                for index in referenced(program)
                if program.functions[index].type_id == canon.core_type
            }
    return found - {None}
