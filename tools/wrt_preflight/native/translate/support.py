"""Functions that translated code shares: each is added to a module that calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ops.traps import TRAPS
from . import record

if TYPE_CHECKING:
    from .module import Module

# Adds pages if the capacity allows it; the number of pages before, or -1.
_MEMORY_GROW = """
  %length.at = getelementptr i8, ptr %memory, i32 {length}
  %capacity.at = getelementptr i8, ptr %memory, i32 {capacity}
  %shift.at = getelementptr i8, ptr %memory, i32 {shift}
  %declared.at = getelementptr i8, ptr %memory, i32 {declared}
  %length = load i32, ptr %length.at, {tag}
  %capacity = load i32, ptr %capacity.at, {tag}
  %shift = load i32, ptr %shift.at, {tag}
  %declared = load i32, ptr %declared.at, {tag}
  %room = sub i32 %capacity, %length
  %most = lshr i32 %room, %shift
  %fits = icmp ule i32 %delta, %most
  br i1 %fits, label %grow, label %done
grow:
  %more = shl i32 %delta, %shift
  %longer = add i32 %length, %more
  %larger = add i32 %declared, %more
  store i32 %longer, ptr %length.at, {tag}
  store i32 %larger, ptr %declared.at, {tag}
  br label %done
done:
  %pages = lshr i32 %declared, %shift
  %result = select i1 %fits, i32 %pages, i32 -1
  ret i32 %result
"""

# Adds elements if the capacity allows it; the number of elements before, or -1.
_TABLE_GROW = """
  %size.at = getelementptr i8, ptr %table, i32 {length}
  %capacity.at = getelementptr i8, ptr %table, i32 {capacity}
  %size = load i32, ptr %size.at, {tag}
  %capacity = load i32, ptr %capacity.at, {tag}
  %room = sub i32 %capacity, %size
  %fits = icmp ule i32 %delta, %room
  br i1 %fits, label %grow, label %done
grow:
  %base = load ptr, ptr %table, !invariant.load !1
  %first = getelementptr i32, ptr %base, i32 %size
  call fastcc void {fill}(ptr %first, i32 %value, i32 %delta)
  %longer = add i32 %size, %delta
  store i32 %longer, ptr %size.at, {tag}
  br label %done
done:
  %result = select i1 %fits, i32 %size, i32 -1
  ret i32 %result
"""

_FILL_WORDS = """
  %none = icmp eq i32 %count, 0
  br i1 %none, label %done, label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %to, i32 %i
  store i32 %value, ptr %at, {tables}
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
"""

# A free entry of the exception pool. The host is asked once to find what is free by now.
_NEW_EXCEPTION = """
  %entries.at = getelementptr i8, ptr %ctx, i32 {entries}
  %pool.at = getelementptr i8, ptr %ctx, i32 {pool}
  %entries = load i32, ptr %entries.at, !invariant.load !1
  %pool = load ptr, ptr %pool.at, !invariant.load !1
  br label %search
search:
  %asked = phi i1 [ false, %entry ], [ true, %ask ]
  br label %loop
loop:
  %i = phi i32 [ 0, %search ], [ %next, %taken ]
  %over = icmp uge i32 %i, %entries
  br i1 %over, label %full, label %look
look:
  %offset = mul i32 %i, {stride}
  %entry.at = getelementptr i8, ptr %pool, i32 %offset
  %first = load i32, ptr %entry.at, {tag}
  %free = icmp eq i32 %first, 0
  br i1 %free, label %found, label %taken
taken:
  %next = add i32 %i, 1
  br label %loop
found:
  ret i32 %i
full:
  br i1 %asked, label %trap, label %ask
ask:
  call void @rt_host(ptr %ctx, i32 {collect}, ptr null, i32 0)
  br label %search
trap:
  call void @rt_trap(ptr %ctx, i32 {exhausted}, i32 0, i32 %pc)
  unreachable
"""

# Yields until fuel that was taken in advance is there; what is left then.
_PAY = """
  %fuel.at = getelementptr i8, ptr %ctx, i32 {fuel}
  br label %loop
loop:
  %debt = phi i32 [ %less, %entry ], [ %left, %loop ]
  store i32 0, ptr %fuel.at, {record}
  call void @rt_yield(ptr %ctx)
  %fuel = load i32, ptr %fuel.at, {record}
  %left = add i32 %debt, %fuel
  %more = icmp sle i32 %left, 0
  br i1 %more, label %loop, label %done
done:
  ret i32 %left
"""

# Makes the tail calls that the function which just returned asks for.
_FOLLOW_TAILS = """
  %tail.at = getelementptr i8, ptr %ctx, i32 {tail}
  %code.at = getelementptr i8, ptr %ctx, i32 {code}
  %code = load ptr, ptr %code.at, !invariant.load !1
  br label %loop
loop:
  %header = load i32, ptr %tail.at, {record}
  %none = icmp eq i32 %header, 0
  br i1 %none, label %done, label %call
call:
  store i32 0, ptr %tail.at, {record}
  %function = getelementptr i8, ptr %code, i32 %header
  %shim.at = getelementptr i8, ptr %function, i32 {shim}
  %offset = load i32, ptr %shim.at, !invariant.load !1
  %shim = getelementptr i8, ptr @wrt_blob, i32 %offset
  call void %shim(ptr %ctx, i32 %header)
  br label %loop
done:
  ret void
"""

# Both halves of an unsigned product of 64 by 64 bits, from four of 32 by 32.
_MULTIPLY_WIDE = """
  %al = and i64 %a, 4294967295
  %ah = lshr i64 %a, 32
  %bl = and i64 %b, 4294967295
  %bh = lshr i64 %b, 32
  %ll = mul i64 %al, %bl
  %lh = mul i64 %al, %bh
  %hl = mul i64 %ah, %bl
  %hh = mul i64 %ah, %bh
  %carry = lshr i64 %ll, 32
  %first = add i64 %hl, %carry
  %middle = and i64 %first, 4294967295
  %upper = lshr i64 %first, 32
  %second = add i64 %lh, %middle
  %over = lshr i64 %second, 32
  %sum = add i64 %hh, %upper
  %high = add i64 %sum, %over
  %shifted = shl i64 %second, 32
  %bottom = and i64 %ll, 4294967295
  %low = or i64 %shifted, %bottom
  %one = insertvalue {{ i64, i64 }} poison, i64 %low, 0
  %both = insertvalue {{ i64, i64 }} %one, i64 %high, 1
  ret {{ i64, i64 }} %both
"""

_LOAD = """
  %value = load {form}, ptr %at, align 1
  ret {form} %value
"""
_STORE = """
  store {form} %value, ptr %at, align 1
  ret void
"""

_BODIES = {
    "memory_grow": ("i32", "ptr %memory, i32 %delta", _MEMORY_GROW),
    "table_grow": ("i32", "ptr %table, i32 %value, i32 %delta", _TABLE_GROW),
    "fill_words": ("void", "ptr %to, i32 %value, i32 %count", _FILL_WORDS),
    "new_exception": ("i32", "ptr %ctx, i32 %pc", _NEW_EXCEPTION),
    "pay": ("i32", "ptr %ctx, i32 %less", _PAY),
    "follow_tails": ("void", "ptr %ctx", _FOLLOW_TAILS),
    "multiply_wide": ("{ i64, i64 }", "i64 %a, i64 %b", _MULTIPLY_WIDE),
}


def source(module: Module, name: str) -> str:
    """The definition of one of these functions, for a module."""
    if name.startswith(("load_", "store_")):
        return _unaligned(name)
    result, params, body = _BODIES[name]
    fields = dict(
        length=4 * record.LENGTH,
        capacity=4 * record.CAPACITY,
        shift=4 * record.PAGE_SHIFT,
        declared=4 * record.DECLARED,
        entries=4 * record.POOL_ENTRIES,
        pool=4 * record.POOL,
        stride=4 * module.entry_words,
        tail=4 * record.TAIL,
        fuel=4 * record.FUEL,
        code=4 * record.CODE,
        shim=record.SHIM_OFFSET,
        collect=record.COLLECT,
        exhausted=TRAPS["exceptions_exhausted"],
        tag=module.tag("exceptions" if name == "new_exception" else "descriptors"),
        tables=module.tag("tables"),
        record=module.tag("record"),
        fill=module.support("fill_words") if name == "table_grow" else "",
    )
    return _define(result, name, params, body.format(**fields))


def _unaligned(name: str) -> str:
    """A load or store of the slow kind. Memories alone are accessed by it, any of them."""
    verb, _, form = name.partition("_")
    if verb == "load":
        return _define(form, name, "ptr %at", _LOAD.format(form=form), "cold ")
    return _define("void", name, f"ptr %at, {form} %value", _STORE.format(form=form), "cold ")


def _define(result: str, name: str, params: str, body: str, attributes: str = "") -> str:
    text = f"define internal fastcc {result} @{name}({params}) {attributes}noinline #0"
    return f"{text} {{\nentry:{body}}}"
