# Values from one component to another: lifting and lowering in one pass (CanonicalABI.md), from
# memory to memory and from flat values to flat values. No Python object stands for a value.
#
# source and target are the contexts of the two sides; a type has a descriptor for each side, s
# and t, as pointers may be of different widths. Both sides agree on whether a function's params
# or result stand flat or in memory, because they have the same number of flat values.

from .lift import MAX_LIST_BYTE_LENGTH, check_pointer
from .lower import lower_pair, store_int, store_pair
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
    OWN,
    PLAIN,
    RECORD,
    S8,
    S16,
    S64,
    STRING,
    TUPLE,
    U8,
    U16,
    U64,
)
from .strings import simple_encoding, store_string, stored, string_byte_length, utf16_tag
from .trap import DISCRIMINANT, INVALID_CHAR, LIST_BOUNDS, LIST_LENGTH, UNALIGNED

SIZES = (1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4)  # bytes of the kinds BOOL to CHAR


def is_nan(mem, end, kind):
    """Whether the float whose last byte is at mem[end - 1] is none."""
    if mem[end - 1] & 0x7F != 0x7F:
        return False
    least = 0x80 if kind == F32 else 0xF0
    if mem[end - 2] & least != least:
        return False
    if mem[end - 2] & ~least & 0xFF:
        return True
    for i in range(end - SIZES[kind], end - 2):
        if mem[i]:
            return True
    return False


def copy_number(source, ptr, kind, target, to):
    """Copy a bool, integer, float or char: byte by byte, so that no large integer is made."""
    src = source.mem
    mem = target.mem
    size = SIZES[kind]
    if kind == BOOL:
        mem[to] = 1 if src[ptr] else 0
        return
    if kind == CHAR:
        point = src[ptr] | src[ptr + 1] << 8 | src[ptr + 2] << 16
        if src[ptr + 3] or point >= 0x110000 or point & 0x1FF800 == 0xD800:
            source.trap(INVALID_CHAR)
    elif kind >= F32 and is_nan(src, ptr + size, kind):
        for i in range(to, to + size):
            mem[i] = 0
        mem[to + size - 1] = 0x7F
        mem[to + size - 2] = 0xC0 if kind == F32 else 0xF8
        return
    for i in range(size):
        mem[to + i] = src[ptr + i]


def load_int(source, ptr, nbytes):
    """An unsigned integer; unlike that of lift, this one allocates nothing."""
    mem = source.mem
    value = 0
    for i in range(ptr + nbytes - 1, ptr - 1, -1):
        value = value << 8 | mem[i]
    return value


def load_ptr(source, ptr, number):
    """The first or second of the pointer-sized integers that stand for a string or list."""
    return load_int(source, ptr + number * source.ptr_size, source.ptr_size)


def copy_string(source, ptr, tagged_code_units, target):
    """Copy the characters of a string."""
    size = string_byte_length(source, ptr, tagged_code_units)
    encoding = simple_encoding(source, tagged_code_units)
    units = tagged_code_units
    if size != units and units & utf16_tag(source.ptr_size):
        units ^= utf16_tag(source.ptr_size)
    points = source.calls.points.start(source, source.mem, ptr, ptr + size, encoding)
    store_string(target, points, units)


def copy_list(source, ptr, length, s, target, t):
    """Copy the elements of a list, of types s and t."""
    size = length * source.plan.elem_size(s)
    if size > MAX_LIST_BYTE_LENGTH:
        source.trap(LIST_LENGTH)
    source.check_range(ptr, size, source.plan.alignment(s), UNALIGNED, LIST_BOUNDS)
    plan = target.plan
    to = target.allocate(plan.alignment(t), length * plan.elem_size(t))
    copy_elements(source, ptr, length, s, target, to, t)
    stored(target, to, length)


def copy_elements(source, ptr, length, s, target, to, t):
    plan = source.plan
    step = plan.elem_size(s)
    if plan.bytes[s + 3] & PLAIN:
        target.copy_from(source, ptr, to, length * step)
        return
    to_step = plan.elem_size(t)
    for _ in range(length):
        copy(source, ptr, s, target, to, t)
        ptr += step
        to += to_step


def copy(source, ptr, s, target, to, t):
    """Copy a value from ptr of one memory to `to` of the other; both have been checked."""
    plan = source.plan
    kind = plan.bytes[s]
    if kind <= CHAR:
        copy_number(source, ptr, kind, target, to)
    elif kind == STRING:
        copy_string(source, load_ptr(source, ptr, 0), load_ptr(source, ptr, 1), target)
        store_pair(target, to)
    elif kind == LIST or kind == MAP:
        begin = load_ptr(source, ptr, 0)
        length = load_ptr(source, ptr, 1)
        copy_list(source, begin, length, plan.word(s + 8), target, plan.word(t + 8))
        store_pair(target, to)
    elif kind == RECORD or kind == TUPLE:
        copy_fields(source, ptr, s, target, to, t)
    elif kind == FLAGS:
        size = plan.elem_size(s)
        store_int(target, known_flags(plan, s, load_int(source, ptr, size)), to, size)
    elif kind == FIXED_LIST:
        copy_elements(
            source, ptr, plan.word(s + 12), plan.word(s + 8), target, to, plan.word(t + 8)
        )
    elif kind >= OWN:
        store_int(target, copy_handle(source, load_int(source, ptr, 4), s, target), to, 4)
    else:
        copy_variant(source, ptr, s, target, to, t)


def copy_handle(source, i, s, target):
    """The index on the other side of a handle that is given away or lent."""
    if source.plan.bytes[s] > BORROW:
        from .ends import cross_handle

        return cross_handle(source, i, s, target)
    owned = source.plan.bytes[s] == OWN
    return source.calls.resources.copy_handle(source, i, source.plan.word(s + 8), target, owned)


def known_flags(plan, s, bits):
    """The bits that have a label."""
    return bits & (1 << plan.word(s + 8)) - 1


def copy_fields(source, ptr, s, target, to, t):
    plan = source.plan
    for i in range(12, 12 + 12 * plan.word(s + 8), 12):
        at = plan.word(s + i + 4)
        there = plan.word(t + i + 4)
        copy(source, ptr + at, plan.word(s + i), target, to + there, plan.word(t + i))


def copy_variant(source, ptr, s, target, to, t):
    plan = source.plan
    layout = plan.word(s + 12)
    there = plan.word(t + 12)
    case_index = load_int(source, ptr, layout & 0xFF)
    if case_index >= plan.word(s + 8):
        source.trap(DISCRIMINANT)
    store_int(target, case_index, to, there & 0xFF)
    case = 16 + 8 * case_index
    if plan.word(s + case):
        at = ptr + (layout >> 8)
        copy(source, at, plan.word(s + case), target, to + (there >> 8), plan.word(t + case))


def copy_flat(source, vi, s, target, out, t):
    """Copy the value that stands flat in vi to the flat values of out."""
    plan = source.plan
    kind = plan.bytes[s]
    if kind <= CHAR:
        copy_flat_number(source, vi, kind, out)
    elif kind == STRING:
        ptr = vi.next_ptr(source.ptr_size)
        copy_string(source, ptr, vi.next_ptr(source.ptr_size), target)
        lower_pair(target, out)
    elif kind == LIST or kind == MAP:
        ptr = vi.next_ptr(source.ptr_size)
        length = vi.next_ptr(source.ptr_size)
        copy_list(source, ptr, length, plan.word(s + 8), target, plan.word(t + 8))
        lower_pair(target, out)
    elif kind == RECORD or kind == TUPLE:
        copy_flat_fields(source, vi, s, target, out, t)
    elif kind == FLAGS:
        out.add_i32(known_flags(plan, s, vi.next_i32()))
    elif kind == FIXED_LIST:
        for _ in range(plan.word(s + 12)):
            copy_flat(source, vi, plan.word(s + 8), target, out, plan.word(t + 8))
    elif kind >= OWN:
        out.add_i32(copy_handle(source, vi.next_i32(), s, target))
    else:
        copy_flat_variant(source, vi, s, target, out, t)


def copy_flat_number(source, vi, kind, out):
    """Copy a bool, integer, float or char. High bits of narrow integers are ignored; the signed
    ones are extended again.
    """
    if kind == S64 or kind == U64 or kind == F64:
        at = vi.take_i64()
        low, high = vi.words[at], vi.words[at + 1]
        if kind == F64:
            rest = high & 0x7FFFFFFF
            if rest > 0x7FF00000 or rest == 0x7FF00000 and low:
                low, high = 0, 0x7FF80000
        out.add_words(low, high)
        return
    bits = vi.next_i32()
    if kind == U8:
        bits &= 0xFF
    elif kind == S8:
        bits = bits & 0x7F | (0xFFFFFF80 if bits & 0x80 else 0)
    elif kind == U16:
        bits &= 0xFFFF
    elif kind == S16:
        bits = bits & 0x7FFF | (0xFFFF8000 if bits & 0x8000 else 0)
    elif kind == BOOL:
        bits = 1 if bits else 0
    elif kind == F32:
        if bits & 0x7FFFFFFF > 0x7F800000:
            bits = 0x7FC00000
    elif kind == CHAR and (bits >= 0x110000 or bits & 0xFFFFF800 == 0xD800):
        source.trap(INVALID_CHAR)
    out.add_i32(bits)


def copy_flat_fields(source, vi, s, target, out, t):
    plan = source.plan
    for i in range(12, 12 + 12 * plan.word(s + 8), 12):
        copy_flat(source, vi, plan.word(s + i), target, out, plan.word(t + i))


def copy_flat_variant(source, vi, s, target, out, t):
    plan = source.plan
    count = plan.flat_count(s)
    end = vi.taken + count
    out_end = out.given + count
    case_index = vi.next_i32()
    if case_index >= plan.word(s + 8):
        source.trap(DISCRIMINANT)
    out.add_i32(case_index)
    case = 16 + 8 * case_index
    if plan.word(s + case):
        copy_flat(source, vi, plan.word(s + case), target, out, plan.word(t + case))
    vi.skip(end - vi.taken)
    out.pad(out_end - out.given)


def copy_params(source, most, vi, s, target, out, t):
    """Copy a function's params, which are RECORDs: flat, or behind pointers if too many."""
    plan = source.plan
    if plan.flat_count(s) <= most:
        copy_flat_fields(source, vi, s, target, out, t)
        return
    ptr = vi.next_ptr(source.ptr_size)
    check_pointer(source, ptr, s)
    to = target.allocate(plan.alignment(t), plan.elem_size(t))
    copy_fields(source, ptr, s, target, to, t)
    out.add_ptr(to, target.ptr_size)


def copy_result(source, most, vi, s, target, out, t, out_param):
    """Copy a function's result; where it is too long, to where out_param's next value says."""
    if source.plan.flat_count(s) <= most:
        copy_flat(source, vi, s, target, out, t)
        return
    ptr = vi.next_ptr(source.ptr_size)
    check_pointer(source, ptr, s)
    to = out_param.next_ptr(target.ptr_size)
    check_pointer(target, to, t)
    copy(source, ptr, s, target, to, t)
