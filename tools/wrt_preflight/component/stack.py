"""How much stack a component needs: calls between its instances share one stack."""

from __future__ import annotations

from ..lower.program import Program
from ..lower.stackdepth import Unbounded, depth
from .layout import flatten_functype
from .plan import Builtin, Lift, Lower, Plan

LINK_BYTES = 8


def flat_room(lift: Lift) -> int:
    """Bytes that the flat params and result of a call take, and its two link words.

    The device computes the same (canon.flat_room).
    """
    params, _ = flatten_functype(lift.type, "lift", lift.options.ptr_size, lift.options.async_)
    words = 2 + len(params) + sum(core in ("i64", "f64") for core in params)
    return 4 * words + LINK_BYTES


def reserve_stack(plan: Plan, program: Program) -> None:
    """Sets the stack of a program that was lowered from the plan's store.

    An instance is entered once at a time, so the deepest chain passes each of them once, then
    enters a realloc or copies. Where the depth of a core function has no bound, the default stays.
    """
    if any(isinstance(canon, Builtin) and canon.core_type is not None for canon in plan.canons):
        return  # threads begin with any function of a table
    entered: dict[int, int] = {}
    realloc = 0
    try:
        for lift in plan.lifts:
            own = [lift.function, lift.options.post_return, lift.options.callback]
            need = flat_room(lift) + _depth(program, own)
            entered[lift.instance] = max(entered.get(lift.instance, 0), need)
            realloc = max(realloc, _depth(program, [lift.options.realloc]))
        for canon in plan.canons:
            nested = [canon.options.realloc] if canon.options else []
            if isinstance(canon, Lower):
                nested += [canon.copy_in, canon.copy_out]
            realloc = max(realloc, _depth(program, nested))
        nested = [function for _, _, function in plan.copiers]
        realloc = max(realloc, _depth(program, nested))
        start = _depth(program, [instance.init for instance in program.instances])
    except Unbounded:
        return
    program.stack_bytes = start + sum(entered.values()) + realloc
    program.stack_reason = "deepest chain of calls through the component's instances"


def _depth(program: Program, roots: list[int | None]) -> int:
    return depth(program.functions, [root for root in roots if root is not None])
