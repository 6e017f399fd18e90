# Lifting: guest values become Python values (CanonicalABI.md, Loading and Flat Lifting).
# t is the reference of a type descriptor (plan.py).

import struct

from .plan import (
    BOOL,
    BORROW,
    CHAR,
    F32,
    F64,
    FIXED_LIST,
    FLAGS,
    LIST,
    MAP,
    OPTION,
    OWN,
    RECORD,
    RESULT,
    S64,
    STRING,
    TUPLE,
    U8,
    U64,
)
from .strings import load_string_from_range
from .trap import (
    DISCRIMINANT,
    INVALID_CHAR,
    LIST_BOUNDS,
    LIST_LENGTH,
    OUT_OF_BOUNDS,
    UNALIGNED,
)

MAX_LIST_BYTE_LENGTH = (1 << 28) - 1
NAN = float("nan")
# struct's codes of the kinds BOOL to CHAR.
CODES = "BbBhHiIqQfdI"


def convert_i32_to_char(cx, i):
    if i >= 0x110000 or i & 0xFFFFF800 == 0xD800:
        cx.trap(INVALID_CHAR)
    return chr(i)


def canonicalize_nan(value):
    return value if value == value else NAN


def load(cx, ptr, t):
    """The value of type t at ptr, which has been checked."""
    kind = cx.plan.bytes[t]
    if kind <= CHAR:
        value = struct.unpack_from("<" + CODES[kind], cx.mem, ptr)[0]
        if kind == BOOL:
            return value != 0
        if kind == CHAR:
            return convert_i32_to_char(cx, value)
        return canonicalize_nan(value) if kind >= F32 else value
    if kind == STRING:
        return load_string_from_range(cx, *load_pair(cx, ptr))
    if kind == LIST:
        return load_list_from_range(cx, *load_pair(cx, ptr), cx.plan.word(t + 8))
    if kind == RECORD:
        return load_record(cx, ptr, t)
    if kind == TUPLE:
        return tuple(load_fields(cx, ptr, t))
    if kind == FLAGS:
        return unpack_flags(cx, load_int(cx, ptr, cx.plan.elem_size(t)), t)
    if kind == FIXED_LIST:
        plan = cx.plan
        return load_list_from_valid_range(cx, ptr, plan.word(t + 12), plan.word(t + 8))
    if kind == MAP:
        return dict(load_list_from_range(cx, *load_pair(cx, ptr), cx.plan.word(t + 8)))
    if kind >= OWN:
        return lift_handle(cx, load_int(cx, ptr, 4), t, kind)
    return load_variant(cx, ptr, t, kind)


def lift_handle(cx, i, t, kind):
    if kind > BORROW:
        from .host_ends import take_end

        return take_end(cx, i, t, kind)
    from .resource import take_borrow, take_own

    return (take_own if kind == OWN else take_borrow)(cx, i, cx.plan.word(t + 8))


def load_int(cx, ptr, nbytes):
    """An unsigned integer of 1, 2, 4 or 8 bytes."""
    return struct.unpack_from("<B" if nbytes == 1 else _UNSIGNED[nbytes], cx.mem, ptr)[0]


_UNSIGNED = {2: "<H", 4: "<I", 8: "<Q"}


def load_pair(cx, ptr):
    """The two pointer-sized integers that stand for a string or list."""
    size = cx.ptr_size
    return load_int(cx, ptr, size), load_int(cx, ptr + size, size)


def load_list_from_range(cx, ptr, length, element):
    plan = cx.plan
    size = length * plan.elem_size(element)
    if size > MAX_LIST_BYTE_LENGTH:
        cx.trap(LIST_LENGTH)
    cx.check_range(ptr, size, plan.alignment(element), UNALIGNED, LIST_BOUNDS)
    return load_list_from_valid_range(cx, ptr, length, element)


def load_list_from_valid_range(cx, ptr, length, element):
    kind = cx.plan.bytes[element]
    if kind == U8:
        if cx.views:
            return memoryview(cx.mem)[ptr : ptr + length]
        return bytes(cx.mem[ptr : ptr + length])
    if BOOL < kind <= F64:
        values = list(struct.unpack_from("<%d%s" % (length, CODES[kind]), cx.mem, ptr))
        return [canonicalize_nan(v) for v in values] if kind >= F32 else values
    size = cx.plan.elem_size(element)
    return [load(cx, ptr + i * size, element) for i in range(length)]


def load_fields(cx, ptr, t):
    """The values of a record's or tuple's fields, in order."""
    word = cx.plan.word
    fields = range(t + 12, t + 12 + 12 * word(t + 8), 12)
    return [load(cx, ptr + word(field + 4), word(field)) for field in fields]


def load_record(cx, ptr, t):
    return named(cx.plan, t, load_fields(cx, ptr, t))


def labels(plan, t):
    """The names of a record's fields, in order."""
    return [plan.string(plan.word(at)) for at in range(t + 20, t + 20 + 12 * plan.word(t + 8), 12)]


def named(plan, t, values):
    """The dict of a record whose fields have these values."""
    names = labels(plan, t)
    return {names[i]: values[i] for i in range(len(names))}


def load_variant(cx, ptr, t, kind):
    plan = cx.plan
    layout = plan.word(t + 12)
    case_index = load_int(cx, ptr, layout & 0xFF)
    if case_index >= plan.word(t + 8):
        cx.trap(DISCRIMINANT)
    payload = plan.word(t + 16 + 8 * case_index)
    value = load(cx, ptr + (layout >> 8), payload) if payload else None
    return make_variant(plan, t, kind, case_index, payload, value)


def make_variant(plan, t, kind, case_index, payload, value):
    """The Python value of a case of a variant, enum, option or result."""
    if kind == OPTION:
        if not case_index:
            return None
        return ("some", value) if plan.bytes[payload] == OPTION else value
    name = plan.string(plan.word(t + 20 + 8 * case_index))
    if kind == RESULT:
        return name, value
    return (name, value) if payload else name


def unpack_flags(cx, bits, t):
    plan = cx.plan
    count = plan.word(t + 8)
    return {plan.string(plan.word(t + 12 + 4 * i)) for i in range(count) if bits >> i & 1}


def lift_flat(cx, vi, t):
    """The value of type t that stands flat in vi."""
    kind = cx.plan.bytes[t]
    if kind <= CHAR:
        return lift_flat_number(cx, vi, kind)
    if kind == STRING:
        ptr = vi.next_ptr(cx.ptr_size)
        return load_string_from_range(cx, ptr, vi.next_ptr(cx.ptr_size))
    if kind == LIST or kind == MAP:
        ptr = vi.next_ptr(cx.ptr_size)
        length = vi.next_ptr(cx.ptr_size)
        value = load_list_from_range(cx, ptr, length, cx.plan.word(t + 8))
        return dict(value) if kind == MAP else value
    if kind == RECORD:
        return named(cx.plan, t, lift_flat_fields(cx, vi, t))
    if kind == TUPLE:
        return tuple(lift_flat_fields(cx, vi, t))
    if kind == FLAGS:
        return unpack_flags(cx, vi.next_i32(), t)
    if kind == FIXED_LIST:
        element = cx.plan.word(t + 8)
        values = [lift_flat(cx, vi, element) for _ in range(cx.plan.word(t + 12))]
        return bytes(values) if cx.plan.bytes[element] == U8 else values
    if kind >= OWN:
        return lift_handle(cx, vi.next_i32(), t, kind)
    return lift_flat_variant(cx, vi, t, kind)


def lift_flat_number(cx, vi, kind):
    """A bool, integer, float or char: the bits that the type has of a core value."""
    if kind == S64 or kind == U64 or kind == F64:
        raw = struct.pack("<Q", vi.next_i64())
    else:
        raw = struct.pack("<I", vi.next_i32())
    if kind == BOOL:
        return raw != b"\0\0\0\0"
    value = struct.unpack_from("<" + CODES[kind], raw, 0)[0]
    if kind == CHAR:
        return convert_i32_to_char(cx, value)
    return canonicalize_nan(value) if kind >= F32 else value


def lift_flat_fields(cx, vi, t):
    word = cx.plan.word
    return [lift_flat(cx, vi, word(at)) for at in range(t + 12, t + 12 + 12 * word(t + 8), 12)]


def lift_flat_variant(cx, vi, t, kind):
    plan = cx.plan
    end = vi.taken + plan.flat_count(t)
    case_index = vi.next_i32()
    if case_index >= plan.word(t + 8):
        cx.trap(DISCRIMINANT)
    payload = plan.word(t + 16 + 8 * case_index)
    value = lift_flat(cx, vi, payload) if payload else None
    vi.skip(end - vi.taken)
    return make_variant(plan, t, kind, case_index, payload, value)


def check_pointer(cx, ptr, t):
    """Traps unless a value of type t can stand at ptr."""
    plan = cx.plan
    cx.check_range(ptr, plan.elem_size(t), plan.alignment(t), UNALIGNED, OUT_OF_BOUNDS)


def lift_flat_params(cx, most, vi, params):
    """The values of a function's params, a RECORD: flat, or in memory if they are too many."""
    if cx.plan.flat_count(params) > most:
        ptr = vi.next_ptr(cx.ptr_size)
        check_pointer(cx, ptr, params)
        return load_fields(cx, ptr, params)
    return lift_flat_fields(cx, vi, params)


def lift_flat_result(cx, most, vi, t):
    """The value of a function's result: flat, or in memory if it is too long."""
    if cx.plan.flat_count(t) > most:
        ptr = vi.next_ptr(cx.ptr_size)
        check_pointer(cx, ptr, t)
        return load(cx, ptr, t)
    return lift_flat(cx, vi, t)
