"""Layout and flattening of value types, with the names of CanonicalABI.md.

ptr_size is 4, or 8 for a 64-bit memory. Core types are "i32", "i64", "f32", "f64".
"""

from __future__ import annotations

from functools import cache

from .types import (
    Flags,
    FuncType,
    List,
    Primitive,
    Record,
    Tuple,
    ValType,
    Variant,
    despecialize,
)

MAX_FLAT_PARAMS = 16
MAX_FLAT_ASYNC_PARAMS = 4
MAX_FLAT_RESULTS = 1
# Flattened types are cut here: what is longer never stands in core params or results.
MAX_FLAT = MAX_FLAT_PARAMS + 1

# name: (size and alignment, flat type); pointers are handled apart.
_PRIMITIVES = {
    "bool": (1, "i32"),
    "s8": (1, "i32"),
    "u8": (1, "i32"),
    "s16": (2, "i32"),
    "u16": (2, "i32"),
    "s32": (4, "i32"),
    "u32": (4, "i32"),
    "s64": (8, "i64"),
    "u64": (8, "i64"),
    "f32": (4, "f32"),
    "f64": (8, "f64"),
    "char": (4, "i32"),
    "error-context": (4, "i32"),
}
HANDLE_SIZE = 4
_PLAIN = {"s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"}


def align_to(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def discriminant_size(cases: int) -> int:
    """Bytes of the discriminant of a variant with this many cases: 1, 2 or 4."""
    return 1 if cases <= 1 << 8 else 2 if cases <= 1 << 16 else 4


def flags_size(labels: int) -> int:
    """Bytes of flags with this many labels, at most 32."""
    return 1 if labels <= 8 else 2 if labels <= 16 else 4


@cache
def alignment(t: ValType, ptr_size: int) -> int:
    """Alignment in bytes of a value in memory."""
    match despecialize(t):
        case Primitive(name="string"):
            return ptr_size
        case Primitive(name=name):
            return _PRIMITIVES[name][0]
        case List(element=element, length=length):
            return ptr_size if length is None else alignment(element, ptr_size)
        case Record(fields=fields):
            return max((alignment(u, ptr_size) for _, u in fields), default=1)
        case Variant(cases=cases):
            return max(discriminant_size(len(cases)), max_case_alignment(t, ptr_size))
        case Flags(labels=labels):
            return flags_size(len(labels))
    return HANDLE_SIZE


@cache
def max_case_alignment(t: ValType, ptr_size: int) -> int:
    """Alignment in bytes of the payload of a variant, enum, option or result."""
    return max((alignment(u, ptr_size) for u in t.children()), default=1)


@cache
def elem_size(t: ValType, ptr_size: int) -> int:
    """Bytes that a value takes in memory."""
    match despecialize(t):
        case Primitive(name="string"):
            return 2 * ptr_size
        case Primitive(name=name):
            return _PRIMITIVES[name][0]
        case List(element=element, length=length):
            return 2 * ptr_size if length is None else length * elem_size(element, ptr_size)
        case Record():
            return record_layout(t, ptr_size)[1]
        case Variant():
            size = payload_offset(t, ptr_size)
            size += max((elem_size(u, ptr_size) for u in t.children()), default=0)
            return align_to(size, alignment(t, ptr_size))
        case Flags(labels=labels):
            return flags_size(len(labels))
    return HANDLE_SIZE


@cache
def record_layout(t: ValType, ptr_size: int) -> tuple[tuple[int, ...], int]:
    """Byte offset of each field of a record or tuple, and the size of the whole."""
    offsets, size = [], 0
    for field in t.children():
        size = align_to(size, alignment(field, ptr_size))
        offsets.append(size)
        size += elem_size(field, ptr_size)
    return tuple(offsets), align_to(size, alignment(t, ptr_size))


@cache
def payload_offset(t: ValType, ptr_size: int) -> int:
    """Byte offset of the payload of a variant, enum, option or result."""
    cases = len(despecialize(t).cases)
    return align_to(discriminant_size(cases), max_case_alignment(t, ptr_size))


@cache
def flatten_type(t: ValType, ptr_size: int) -> tuple[str, ...]:
    """Core types of a value, cut after MAX_FLAT of them."""
    pointer = "i32" if ptr_size == 4 else "i64"
    match despecialize(t):
        case Primitive(name="string"):
            return pointer, pointer
        case Primitive(name=name):
            return (_PRIMITIVES[name][1],)
        case List(element=element, length=length):
            if length is None:
                return pointer, pointer
            return (flatten_type(element, ptr_size) * min(length, MAX_FLAT))[:MAX_FLAT]
        case Record(fields=fields):
            return flatten_types([u for _, u in fields], ptr_size)
        case Variant(cases=cases):
            return flatten_variant(cases, ptr_size)
    return ("i32",)


def flatten_types(types: list[ValType], ptr_size: int) -> tuple[str, ...]:
    """Core types of several values, cut after MAX_FLAT of them."""
    flat: tuple[str, ...] = ()
    for t in types:
        flat = (flat + flatten_type(t, ptr_size))[:MAX_FLAT]
    return flat


def flatten_variant(
    cases: tuple[tuple[str, ValType | None], ...], ptr_size: int
) -> tuple[str, ...]:
    """The discriminant, and types that can hold the payload of every case."""
    flat: list[str] = []
    for _, t in cases:
        for i, core in enumerate(flatten_type(t, ptr_size) if t else ()):
            if i < len(flat):
                flat[i] = join(flat[i], core)
            else:
                flat.append(core)
    return ("i32", *flat)[:MAX_FLAT]


def join(a: str, b: str) -> str:
    """The core type that can hold both."""
    if a == b:
        return a
    return "i32" if {a, b} == {"i32", "f32"} else "i64"


def flatten_functype(
    ft: FuncType, context: str, ptr_size: int = 4, async_: bool = False, callback: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Core params and results of a function. context: "lift" or "lower"."""
    pointer = ("i32",) if ptr_size == 4 else ("i64",)
    params = flatten_types([t for _, t in ft.params], ptr_size)
    results = flatten_type(ft.result, ptr_size) if ft.result else ()
    most = MAX_FLAT_ASYNC_PARAMS if async_ and context == "lower" else MAX_FLAT_PARAMS
    if len(params) > most:
        params = pointer
    if async_:
        if context == "lift":
            return params, ("i32",) if callback else ()
        return params + (pointer if results else ()), ("i32",)
    if len(results) > MAX_FLAT_RESULTS:
        if context == "lift":
            return params, pointer
        return params + pointer, ()
    return params, results


@cache
def is_plain(t: ValType) -> bool:
    """Whether any bytes are a value, and none of them is padding."""
    match t:
        case Primitive(name=name):
            return name in _PLAIN
        case Record() | Tuple():
            size = sum(elem_size(child, 4) for child in t.children())
            return size == elem_size(t, 4) and all(map(is_plain, t.children()))
        case List(element=element, length=length):
            return length is not None and is_plain(element)
    return False
