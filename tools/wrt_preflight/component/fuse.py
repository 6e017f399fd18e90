"""Calls from component to component as core functions, where `adapter` can make one.

Such a call never leaves the engine, so it costs no Python, takes part in fuel slices, and goes on
after it ran out of fuel. What says whether instances may be entered and left then stands in
globals, which the canonical definitions in Python share.

A component with tasks is left as it is: a call there may block. So is one with exceptions, as
none may get from one component into another one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..link import Extern, Instance, Store
from ..validate import to_binary
from ..wasm import Module, read_module
from ..wasm.types import FuncType as CoreFuncType
from .adapter import Adapter, fits
from .plan import Lower, Plan, Refuse, is_concurrent
from .utf8 import valid_utf8


def fuse(plan: Plan, store: Store, core_function: Callable[[CoreFuncType], Extern]) -> None:
    """Adds the core functions to the store; they take the place of the definitions' own.

    core_function: makes the function of the canonical definition that was added to the plan last.
    """
    if store.tags or is_concurrent(plan):
        return
    lowers = [canon for canon in plan.canons if isinstance(canon, Lower)]
    calls = [lower for lower in lowers if _can_be_fused(plan, store, lower)]
    if not calls:
        return
    pages = [memory.type.page_shift for memory in store.memories]
    adapters = [
        Adapter(number, lower, entered(plan, lower), pages) for number, lower in enumerate(calls)
    ]
    module = _module(_text(plan, store, adapters))
    plan.canons.append(Refuse())
    refuse = core_function(CoreFuncType(("i32",) * 5, ()))

    def provide(_: str, name: str) -> Extern:
        if name == "refuse":
            return refuse
        if name.startswith("slow."):
            return store.extern("func", calls[int(name[5:])].function)
        return store.extern("func" if name[0] == "f" else "memory", int(name[1:]))

    instance = store.instantiate(module, "calls", provide)
    plan.guards = store.globals[instance.globals[0]].word
    for number, lower in enumerate(calls):
        _take_place(store, instance, number, lower)


def _take_place(store: Store, instance: Instance, number: int, lower: Lower) -> None:
    """Whoever calls the definition's own function now calls the core function."""
    mine, its = instance.exports[str(number)].index, lower.function
    functions = store.functions
    functions[mine], functions[its] = functions[its], functions[mine]
    for position, item in enumerate(instance.module.imported("func")):
        if item.name == f"slow.{number}":
            instance.functions[position] = mine
    lower.fused = True


def entered(plan: Plan, lower: Lower) -> list[int]:
    """The instances that a call locks: the callee's, and those around it but not the caller."""
    outside = around(plan, lower.instance)
    return [inst for inst in around(plan, lower.callee.instance) if inst not in outside]


def around(plan: Plan, inst: int | None) -> list[int]:
    """An instance and its ancestors."""
    found = []
    while inst is not None:
        found.append(inst)
        inst = plan.instances[inst].parent
    return found


def _can_be_fused(plan: Plan, store: Store, lower: Lower) -> bool:
    if not fits(lower):
        return False
    memories = (lower.options.memory, lower.callee.options.memory)
    if any(index is not None and store.memories[index].type.shared for index in memories):
        return False
    # A component that contains the other one is not entered: that traps.
    caller, callee = lower.instance, lower.callee.instance
    return callee not in around(plan, caller) and caller not in around(plan, callee)


def _text(plan: Plan, store: Store, adapters: list[Adapter]) -> str:
    functions = sorted(set().union(*(adapter.functions for adapter in adapters)))
    validated = sorted(set().union(*(adapter.validated for adapter in adapters)))
    memories = sorted(set(validated).union(*(adapter.memories for adapter in adapters)))
    lines = ["(module"]
    for index in functions:
        lines.append(_import("f", index, store.function_type(index)))
    for adapter in adapters:
        index = adapter.lower.function
        lines.append(_import("slow.", adapter.number, store.function_type(index)))
    lines.append('(import "" "refuse" (func $refuse (param i32 i32 i32 i32 i32)))')
    for index in memories:
        page = " (pagesize 1)" if store.memories[index].type.page_shift == 0 else ""
        lines.append(f'(import "" "m{index}" (memory $m{index} 0{page}))')
    for flag in ("enter", "leave"):
        for inst in range(len(plan.instances)):
            lines.append(f"(global ${flag}.{inst} (mut i32) (i32.const 1))")
    lines += [valid_utf8(index) for index in validated]
    lines += [adapter.text for adapter in adapters]
    return "\n".join([*lines, ")"])


def _import(prefix: str, number: int, type: CoreFuncType) -> str:
    name = f"{prefix}{number}"
    params, results = " ".join(type.params), " ".join(type.results)
    return f'(import "" "{name}" (func ${name} (param {params}) (result {results})))'


@cache
def _module(text: str) -> Module:
    return read_module(to_binary(text.encode()))
