"""memmove, memcpy and memset in LLVM IR: LLVM calls them to copy and to fill.

Where both addresses allow it, they go by units: words on boards, 16 bytes on a desktop.
"""

from __future__ import annotations

from ..target import Target

# {p}: pointer-sized integer, {unit}: type of a unit, {size}: its bytes, {align}: that a unit's
# address needs, {mask}: bits of an address that must be 0 for it.
_MOVE = """
define hidden ptr @{name}(ptr %to, ptr %from, {p} %n) #0 {section} {{
entry:
  %t = ptrtoint ptr %to to {p}
  %f = ptrtoint ptr %from to {p}
  %ahead = sub {p} %t, %f
  %down = icmp ult {p} %ahead, %n
  %both = or {p} %t, %f
  %odd = and {p} %both, {mask}
  %whole = icmp eq {p} %odd, 0
  %rest = and {p} %n, {rest}
  %most = sub {p} %n, %rest
  %units = select i1 %whole, {p} %most, {p} 0
  br i1 %down, label %bytes_down, label %units_up

units_up:
  %i = phi {p} [ 0, %entry ], [ %i1, %unit_up ]
  %more = icmp ult {p} %i, %units
  br i1 %more, label %unit_up, label %bytes_up
unit_up:
  %a = getelementptr i8, ptr %from, {p} %i
  %b = getelementptr i8, ptr %to, {p} %i
  %u = load {unit}, ptr %a, align {align}
  store {unit} %u, ptr %b, align {align}
  %i1 = add {p} %i, {size}
  br label %units_up
bytes_up:
  %j = phi {p} [ %i, %units_up ], [ %j1, %byte_up ]
  %left = icmp ult {p} %j, %n
  br i1 %left, label %byte_up, label %done
byte_up:
  %c = getelementptr i8, ptr %from, {p} %j
  %d = getelementptr i8, ptr %to, {p} %j
  %v = load i8, ptr %c
  store i8 %v, ptr %d
  %j1 = add {p} %j, 1
  br label %bytes_up

bytes_down:
  %k = phi {p} [ %n, %entry ], [ %k1, %byte_down ]
  %beyond = icmp ugt {p} %k, %units
  br i1 %beyond, label %byte_down, label %units_down
byte_down:
  %k1 = sub {p} %k, 1
  %g = getelementptr i8, ptr %from, {p} %k1
  %h = getelementptr i8, ptr %to, {p} %k1
  %w = load i8, ptr %g
  store i8 %w, ptr %h
  br label %bytes_down
units_down:
  %m = phi {p} [ %k, %bytes_down ], [ %m1, %unit_down ]
  %any = icmp ne {p} %m, 0
  br i1 %any, label %unit_down, label %done
unit_down:
  %m1 = sub {p} %m, {size}
  %q = getelementptr i8, ptr %from, {p} %m1
  %r = getelementptr i8, ptr %to, {p} %m1
  %x = load {unit}, ptr %q, align {align}
  store {unit} %x, ptr %r, align {align}
  br label %units_down
done:
  ret ptr %to
}}
"""
_SET = """
define hidden ptr @{name}(ptr %to, i32 %value, {p} %n) #0 {section} {{
entry:
  %byte = trunc i32 %value to i8
  %one = insertelement <{size} x i8> poison, i8 %byte, i32 0
  %all = shufflevector <{size} x i8> %one, <{size} x i8> poison, <{size} x i32> zeroinitializer
  %unit = bitcast <{size} x i8> %all to {unit}
  %t = ptrtoint ptr %to to {p}
  %odd = and {p} %t, {mask}
  %whole = icmp eq {p} %odd, 0
  %rest = and {p} %n, {rest}
  %most = sub {p} %n, %rest
  %units = select i1 %whole, {p} %most, {p} 0
  br label %units_up
units_up:
  %i = phi {p} [ 0, %entry ], [ %i1, %unit_up ]
  %more = icmp ult {p} %i, %units
  br i1 %more, label %unit_up, label %bytes_up
unit_up:
  %a = getelementptr i8, ptr %to, {p} %i
  store {unit} %unit, ptr %a, align {align}
  %i1 = add {p} %i, {size}
  br label %units_up
bytes_up:
  %j = phi {p} [ %i, %units_up ], [ %j1, %byte_up ]
  %left = icmp ult {p} %j, %n
  br i1 %left, label %byte_up, label %done
byte_up:
  %b = getelementptr i8, ptr %to, {p} %j
  store i8 %byte, ptr %b
  %j1 = add {p} %j, 1
  br label %bytes_up
done:
  ret ptr %to
}}
"""
MEMORY = {"memmove": _MOVE, "memcpy": _MOVE, "memset": _SET}


def memory_function(name: str, target: Target, section: str) -> str:
    """The IR of one of MEMORY."""
    size = 16 if target.pointer_bits == 64 else 4
    align = 1 if target.unaligned else size
    return MEMORY[name].format(
        name=name,
        section=section,
        p=f"i{target.pointer_bits}",
        unit="<16 x i8>" if size == 16 else "i32",
        size=size,
        align=align,
        mask=0 if target.unaligned else size - 1,
        rest=size - 1,
    )
