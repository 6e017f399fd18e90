"""Core function types of the canonical built-ins (CanonicalABI.md, Canonical Definitions)."""

from __future__ import annotations

from ..wasm.types import FuncType, RefType
from .layout import MAX_FLAT_PARAMS, flatten_type
from .plan import Builtin

# Built-ins whose type is always the same.
_FIXED = {
    "resource.drop": (("i32",), ()),
    "task.cancel": ((), ()),
    "subtask.cancel": (("i32",), ("i32",)),
    "subtask.drop": (("i32",), ()),
    "stream.new": ((), ("i64",)),
    "future.new": ((), ("i64",)),
    "stream.forward": (("i32", "i32"), ()),
    "future.forward": (("i32", "i32"), ()),
    "error-context.drop": (("i32",), ()),
    "waitable-set.new": ((), ("i32",)),
    "waitable-set.drop": (("i32",), ()),
    "waitable.join": (("i32", "i32"), ()),
    "backpressure.inc": ((), ()),
    "backpressure.dec": ((), ()),
    "thread.index": ((), ("i32",)),
    "thread.resume-later": (("i32",), ()),
    "thread.suspend": ((), ("i32",)),
    "thread.yield": ((), ("i32",)),
    "thread.suspend-then-resume": (("i32",), ("i32",)),
    "thread.yield-then-resume": (("i32",), ("i32",)),
    "thread.suspend-then-promote": (("i32",), ("i32",)),
    "thread.yield-then-promote": (("i32",), ("i32",)),
    "thread.available-parallelism": ((), ("i32",)),
}
_BY_SUFFIX = {
    "cancel-read": (("i32",), ("i32",)),
    "cancel-write": (("i32",), ("i32",)),
    "drop-readable": (("i32",), ()),
    "drop-writable": (("i32",), ()),
}


def builtin_type(
    builtin: Builtin, memory64: bool, table64: bool, argument: str
) -> tuple[FuncType, ...]:
    """The core type of a built-in, last; before it the function types that it refers to.

    memory64: the memory it uses has 64-bit addresses. table64: its table has 64-bit indices.
    argument: core type of the argument of a thread's function.
    """
    name = builtin.definition.name
    pointer = "i64" if memory64 else "i32"
    params: tuple
    results: tuple
    if name in _FIXED:
        params, results = _FIXED[name]
    elif name.rpartition(".")[2] in _BY_SUFFIX:
        params, results = _BY_SUFFIX[name.rpartition(".")[2]]
    elif name in ("resource.new", "resource.rep"):
        rep = builtin.resource.rep
        params, results = ((rep,), ("i32",)) if name == "resource.new" else (("i32",), (rep,))
    elif name in ("context.get", "context.set"):
        slot = (builtin.definition.immediates["core_valtype"],)
        params, results = ((), slot) if name == "context.get" else (slot, ())
    elif name == "task.return":
        flat = flatten_type(builtin.type, 8 if memory64 else 4) if builtin.type else ()
        params, results = (pointer,) if len(flat) > MAX_FLAT_PARAMS else flat, ()
    elif name in ("stream.read", "stream.write"):
        params, results = ("i32", pointer, pointer), (pointer,)
    elif name in ("future.read", "future.write"):
        params, results = ("i32", pointer), ("i32",)
    elif name in ("waitable-set.wait", "waitable-set.poll"):
        params, results = ("i32", pointer), ("i32",)
    elif name == "error-context.new":
        params, results = (pointer, pointer), ("i32",)
    elif name == "error-context.debug-message":
        params, results = ("i32", pointer), ()
    elif name == "thread.spawn-ref":
        started = FuncType((argument,), ())
        return started, FuncType((RefType(True, 0), argument), ("i32",))
    else:  # thread.new-indirect, thread.spawn-indirect
        params, results = ("i64" if table64 else "i32", argument), ("i32",)
    return (FuncType(tuple(params), tuple(results)),)
