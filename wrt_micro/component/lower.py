# Lowering: Python values become guest values (CanonicalABI.md, Storing and Flat Lowering).
# t is the reference of a type descriptor (plan.py). A value that is none of its type raises
# Mismatch; what was stored before it stays in memory that nobody refers to.

import struct

from .lift import CODES, NAN, check_pointer, labels
from .plan import (
    BOOL,
    BORROW,
    CHAR,
    F64,
    FIXED_LIST,
    FLAGS,
    LIST,
    MAP,
    OPTION,
    OWN,
    RECORD,
    RESULT,
    STRING,
    TUPLE,
    U8,
    U64,
    UTF8,
)
from .strings import store_string, stored
from .trap import Mismatch

NAMES = "bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char"  # a tuple takes seven times the heap


def number(kind, value):
    """The value to pack for a bool, integer, float or char."""
    if kind == BOOL:
        if value is not True and value is not False:
            raise Mismatch(TypeError, "bool", value)
        return int(value)
    if kind <= U64:
        if not isinstance(value, int) or value is True or value is False:
            raise Mismatch(TypeError, NAMES.split()[kind], value)
        bits = 8 << (kind - 1 >> 1)
        least = -(1 << bits - 1) if kind & 1 else 0
        if not least <= value < least + (1 << bits):
            raise Mismatch(ValueError, NAMES.split()[kind], value)
        return value
    if kind <= F64:
        if not isinstance(value, (int, float)) or value is True or value is False:
            raise Mismatch(TypeError, NAMES.split()[kind], value)
        if value != value:
            return NAN
        return value
    if not isinstance(value, str) or len(value) != 1:
        raise Mismatch(TypeError, "a char (a string of one character)", value)
    point = ord(value)
    if 0xD800 <= point < 0xE000:
        raise Mismatch(ValueError, "char", value)
    return point


def pack(kind, value):
    """The bytes of a bool, integer, float or char in memory."""
    value = number(kind, value)
    try:
        return struct.pack("<" + CODES[kind], value)
    except OverflowError:  # CPython's answer to a number beyond the largest f32 or f64
        return struct.pack("<" + CODES[kind], float("inf") if value > 0 else -float("inf"))


def store(cx, value, t, ptr):
    """Store a value of type t at ptr, which has been checked."""
    kind = cx.plan.bytes[t]
    if kind <= CHAR:
        data = pack(kind, value)
        cx.mem[ptr : ptr + len(data)] = data
    elif kind == STRING:
        lower_string(cx, value)
        store_pair(cx, ptr)
    elif kind == LIST:
        store_list_into_range(cx, value, cx.plan.word(t + 8))
        store_pair(cx, ptr)
    elif kind == RECORD or kind == TUPLE:
        store_fields(cx, fields_of(cx.plan, kind, value, t), t, ptr)
    elif kind == FLAGS:
        store_int(cx, pack_flags(cx.plan, value, t), ptr, cx.plan.elem_size(t))
    elif kind == FIXED_LIST:
        element = cx.plan.word(t + 8)
        store_list_into_valid_range(cx, fixed_list(cx.plan, value, t), ptr, element)
    elif kind == MAP:
        store_list_into_range(cx, pairs(value), cx.plan.word(t + 8))
        store_pair(cx, ptr)
    elif kind >= OWN:
        store_int(cx, lower_handle(cx, value, t, kind), ptr, 4)
    else:
        store_variant(cx, value, t, ptr, kind)


def lower_handle(cx, value, t, kind):
    if kind > BORROW:
        from .host_ends import give_end

        return give_end(cx, value, t, kind)
    from .resource import give_borrow, give_own

    return (give_own if kind == OWN else give_borrow)(cx, value, cx.plan.word(t + 8))


def store_int(cx, value, ptr, nbytes):
    mem = cx.mem
    for i in range(ptr, ptr + nbytes):
        mem[i] = value & 0xFF
        value >>= 8


def store_pair(cx, ptr):
    """Store the two pointer-sized integers that stand for the string or list stored last."""
    points = cx.calls.points
    store_int(cx, points.begin, ptr, cx.ptr_size)
    store_int(cx, points.length, ptr + cx.ptr_size, cx.ptr_size)


def lower_string(cx, value):
    """Store the characters of a string."""
    if not isinstance(value, str):
        raise Mismatch(TypeError, "string", value)
    data = None
    try:
        data = value.encode()
    except UnicodeError:
        pass
    if data is None:
        raise Mismatch(ValueError, "string without lone surrogates", value)
    store_string(cx, cx.calls.points.start(cx, data, 0, len(data), UTF8), len(data))


def store_list_into_range(cx, value, element):
    """Store the elements of a list in fresh memory."""
    plan = cx.plan
    check_list(plan, value, element)
    ptr = cx.allocate(plan.alignment(element), len(value) * plan.elem_size(element))
    store_list_into_valid_range(cx, value, ptr, element)
    stored(cx, ptr, len(value))


def check_list(plan, value, element):
    if isinstance(value, (list, tuple)):
        return
    if plan.bytes[element] != U8 or not isinstance(value, (bytes, bytearray, memoryview)):
        raise Mismatch(TypeError, "list", value)


def fixed_list(plan, value, t):
    """The elements for a list of fixed length."""
    check_list(plan, value, plan.word(t + 8))
    if len(value) != plan.word(t + 12):
        raise Mismatch(ValueError, "list of %d elements" % plan.word(t + 12), value)
    return value


def store_list_into_valid_range(cx, value, ptr, element):
    plan = cx.plan
    kind = plan.bytes[element]
    if kind == U8 and not isinstance(value, (list, tuple)):
        try:
            memoryview(cx.mem)[ptr : ptr + len(value)] = value  # unlike cx.mem, never resized
        except (TypeError, ValueError):
            raise Mismatch(TypeError, "items of a byte", value) from None
        return
    size = plan.elem_size(element)
    i = 0
    try:
        if kind <= CHAR:
            mem = cx.mem
            for i in range(len(value)):
                mem[ptr : ptr + size] = pack(kind, value[i])
                ptr += size
        else:
            for i in range(len(value)):
                store(cx, value[i], element, ptr)
                ptr += size
    except Mismatch as error:
        error.inside("[%d]" % i)
        raise


def pairs(value):
    """The (key, value) tuples of a map."""
    if not isinstance(value, dict):
        raise Mismatch(TypeError, "map (a dict)", value)
    return list(value.items())


def fields_of(plan, kind, value, t):
    """The values for the fields of a record or tuple, in order."""
    if kind == RECORD:
        if not isinstance(value, dict):
            raise Mismatch(TypeError, "record (a dict)", value)
        names = labels(plan, t)
        for name in names:
            if name not in value:
                raise Mismatch(ValueError, "record with a field %r" % name, value)
        if len(value) != len(names):
            raise Mismatch(ValueError, "record with no fields but %s" % ", ".join(names), value)
        return [value[name] for name in names]
    if not isinstance(value, (tuple, list)) or len(value) != plan.word(t + 8):
        raise Mismatch(TypeError, "tuple of %d" % plan.word(t + 8), value)
    return value


def step(plan, t, i):
    """The path step of a record's or tuple's field."""
    name = plan.word(t + 20 + 12 * i)
    return "." + plan.string(name) if name else "[%d]" % i


def param_step(plan, t, i):
    """The path step of a function's param."""
    return 'param "%s"' % plan.string(plan.word(t + 20 + 12 * i))


def store_fields(cx, values, t, ptr, step=step):
    plan = cx.plan
    i = 0
    try:
        for i in range(plan.word(t + 8)):
            at = t + 12 + 12 * i
            store(cx, values[i], plan.word(at), ptr + plan.word(at + 4))
    except Mismatch as error:
        error.inside(step(plan, t, i))
        raise


def match_case(plan, value, t, kind):
    """The case of a variant, enum, option or result that a value is: (case index, payload)."""
    if kind == OPTION:
        if value is None:
            return 0, None
        if plan.bytes[plan.word(t + 24)] != OPTION:
            return 1, value
        if isinstance(value, tuple) and len(value) == 2 and value[0] == "some":
            return 1, value[1]
        raise Mismatch(TypeError, "None or ('some', value)", value)
    name, payload = value, None
    if isinstance(value, tuple) and len(value) == 2:
        name, payload = value
    for i in range(plan.word(t + 8)):
        if plan.string(plan.word(t + 20 + 8 * i)) == name:
            if plan.word(t + 16 + 8 * i) or payload is None:
                return i, payload
            raise Mismatch(TypeError, "case %r without a payload" % name, value)
    names = [plan.string(plan.word(t + 20 + 8 * i)) for i in range(plan.word(t + 8))]
    what = "('ok', value) or ('error', value)" if kind == RESULT else " or ".join(names)
    raise Mismatch(ValueError if isinstance(name, str) else TypeError, what, value)


def case_step(plan, t, kind, case_index):
    """The path step of a variant's payload; an option has none."""
    if kind == OPTION:
        return ""
    return "(%s)" % plan.string(plan.word(t + 20 + 8 * case_index))


def store_variant(cx, value, t, ptr, kind):
    plan = cx.plan
    case_index, payload = match_case(plan, value, t, kind)
    layout = plan.word(t + 12)
    store_int(cx, case_index, ptr, layout & 0xFF)
    case = plan.word(t + 16 + 8 * case_index)
    if case:
        try:
            store(cx, payload, case, ptr + (layout >> 8))
        except Mismatch as error:
            error.inside(case_step(plan, t, kind, case_index))
            raise


def pack_flags(plan, value, t):
    """The bits of a set of labels."""
    if not isinstance(value, (set, frozenset, list, tuple)):
        raise Mismatch(TypeError, "flags (a set of names)", value)
    bits = found = 0
    for i in range(plan.word(t + 8)):
        if plan.string(plan.word(t + 12 + 4 * i)) in value:
            bits |= 1 << i
            found += 1
    if found != len(value):
        count = plan.word(t + 8)
        names = [plan.string(plan.word(t + 12 + 4 * i)) for i in range(count)]
        raise Mismatch(ValueError, "flags of " + ", ".join(names), value)
    return bits


def lower_flat(cx, value, t, out):
    """Add a value of type t to the flat values of out."""
    plan = cx.plan
    kind = plan.bytes[t]
    if kind <= CHAR:
        lower_flat_number(kind, value, out)
    elif kind == STRING:
        lower_string(cx, value)
        lower_pair(cx, out)
    elif kind == LIST:
        store_list_into_range(cx, value, plan.word(t + 8))
        lower_pair(cx, out)
    elif kind == MAP:
        store_list_into_range(cx, pairs(value), plan.word(t + 8))
        lower_pair(cx, out)
    elif kind == RECORD or kind == TUPLE:
        lower_flat_fields(cx, fields_of(plan, kind, value, t), t, out)
    elif kind == FLAGS:
        out.add_i32(pack_flags(plan, value, t))
    elif kind == FIXED_LIST:
        items = fixed_list(plan, value, t)
        i = 0
        try:
            for i in range(len(items)):
                lower_flat(cx, items[i], plan.word(t + 8), out)
        except Mismatch as error:
            error.inside("[%d]" % i)
            raise
    elif kind >= OWN:
        out.add_i32(lower_handle(cx, value, t, kind))
    else:
        lower_flat_variant(cx, value, t, out, kind)


def lower_flat_number(kind, value, out):
    data = pack(kind, value)
    if len(data) == 8:
        out.add_i64(struct.unpack("<Q", data)[0])
    elif len(data) == 4:
        out.add_i32(struct.unpack("<I", data)[0])
    else:
        out.add_i32(int(value))


def lower_pair(cx, out):
    """Add the two pointers that stand for the string or list stored last."""
    points = cx.calls.points
    out.add_ptr(points.begin, cx.ptr_size)
    out.add_ptr(points.length, cx.ptr_size)


def lower_flat_fields(cx, values, t, out, step=step):
    plan = cx.plan
    i = 0
    try:
        for i in range(plan.word(t + 8)):
            lower_flat(cx, values[i], plan.word(t + 12 + 12 * i), out)
    except Mismatch as error:
        error.inside(step(plan, t, i))
        raise


def lower_flat_variant(cx, value, t, out, kind):
    plan = cx.plan
    case_index, payload = match_case(plan, value, t, kind)
    end = out.given + plan.flat_count(t)
    out.add_i32(case_index)
    case = plan.word(t + 16 + 8 * case_index)
    if case:
        try:
            lower_flat(cx, payload, case, out)
        except Mismatch as error:
            error.inside(case_step(plan, t, kind, case_index))
            raise
    out.pad(end - out.given)


def lower_flat_params(cx, most, values, params, out):
    """Add the values of a function's params, a RECORD: flat, or a pointer to all of them."""
    plan = cx.plan
    if plan.flat_count(params) <= most:
        lower_flat_fields(cx, values, params, out, param_step)
        return
    ptr = cx.allocate(plan.alignment(params), plan.elem_size(params))
    store_fields(cx, values, params, ptr, param_step)
    out.add_ptr(ptr, cx.ptr_size)


def lower_flat_result(cx, most, value, t, out, out_param):
    """Add the value of a function's result, or store it where out_param's next value says."""
    if cx.plan.flat_count(t) <= most:
        lower_flat(cx, value, t, out)
        return
    ptr = out_param.next_ptr(cx.ptr_size)
    check_pointer(cx, ptr, t)
    store(cx, value, t, ptr)
