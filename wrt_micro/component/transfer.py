# Values from one component to another: lifting and lowering in one pass (CanonicalABI.md), from
# memory to memory and from flat values to flat values. No Python object stands for a value.
#
# source and target are the contexts of the two sides; a type has a descriptor for each side, s
# and t, as pointers may be of different widths. Both sides agree on whether a function's params
# or result stand flat or in memory, because they have the same number of flat values.

from .lift import CODES, MAX_LIST_BYTE_LENGTH, check_pointer, load_int, load_pair
from .lower import store_int, store_pair
from .plan import (
    BOOL,
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
    S64,
    STRING,
    TUPLE,
    U64,
)
from .strings import CodePoints, simple_encoding, store_string, string_byte_length, utf16_tag
from .trap import DISCRIMINANT, INVALID_CHAR, LIST_BOUNDS, LIST_LENGTH, UNALIGNED

SIZES = (1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4)  # bytes of the kinds BOOL to CHAR


def canonical_bits(source, kind, bits):
    """The bits of a bool, integer, float or char, as they come out of lifting and lowering."""
    if kind == BOOL:
        return 1 if bits else 0
    if kind < F32:
        return bits
    if kind == F32:
        return 0x7FC00000 if bits & 0x7FFFFFFF > 0x7F800000 else bits
    if kind == F64:
        return 0x7FF8 << 48 if bits & (1 << 63) - 1 > 0x7FF << 52 else bits
    if bits >= 0x110000 or bits & 0xFFFFF800 == 0xD800:
        source.trap(INVALID_CHAR)
    return bits


def copy_string(source, ptr, tagged_code_units, target):
    """Copy the characters of a string: its (ptr, tagged code units) on the other side."""
    size = string_byte_length(source, ptr, tagged_code_units)
    encoding = simple_encoding(source, tagged_code_units)
    units = tagged_code_units
    if size != units and units & utf16_tag(source.ptr_size):
        units ^= utf16_tag(source.ptr_size)
    points = CodePoints(source, source.mem, ptr, ptr + size, encoding)
    return store_string(target, points, units)


def copy_list(source, ptr, length, s, target, t):
    """Copy the elements of a list, of types s and t: its (ptr, length) on the other side."""
    size = length * source.plan.elem_size(s)
    if size > MAX_LIST_BYTE_LENGTH:
        source.trap(LIST_LENGTH)
    source.check_range(ptr, size, source.plan.alignment(s), UNALIGNED, LIST_BOUNDS)
    plan = target.plan
    to = target.allocate(plan.alignment(t), length * plan.elem_size(t))
    copy_elements(source, ptr, length, s, target, to, t)
    return to, length


def copy_elements(source, ptr, length, s, target, to, t):
    plan = source.plan
    step = plan.elem_size(s)
    if plan.bytes[s + 3] & PLAIN:
        target.mem[to : to + length * step] = source.mem[ptr : ptr + length * step]
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
        size = SIZES[kind]
        store_int(target, canonical_bits(source, kind, load_int(source, ptr, size)), to, size)
    elif kind == STRING:
        begin, units = load_pair(source, ptr)
        store_pair(target, copy_string(source, begin, units, target), to)
    elif kind == LIST or kind == MAP:
        begin, length = load_pair(source, ptr)
        pair = copy_list(source, begin, length, plan.word(s + 8), target, plan.word(t + 8))
        store_pair(target, pair, to)
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
    from .resources import lift_borrow, lift_own, lower_borrow, lower_own

    rt = source.plan.word(s + 8)
    if source.plan.bytes[s] == OWN:
        return lower_own(target, lift_own(source, i, rt), rt)
    return lower_borrow(target, lift_borrow(source, i, rt), rt)


def known_flags(plan, s, bits):
    """The bits that have a label."""
    return bits & (1 << plan.word(s + 8)) - 1


def copy_fields(source, ptr, s, target, to, t):
    word = source.plan.word
    for i in range(12, 12 + 12 * word(s + 8), 12):
        at, there = word(s + i + 4), word(t + i + 4)
        copy(source, ptr + at, word(s + i), target, to + there, word(t + i))


def copy_variant(source, ptr, s, target, to, t):
    plan = source.plan
    layout, there = plan.word(s + 12), plan.word(t + 12)
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
        units = vi.next_ptr(source.ptr_size)
        add_pair(target, copy_string(source, ptr, units, target), out)
    elif kind == LIST or kind == MAP:
        ptr = vi.next_ptr(source.ptr_size)
        length = vi.next_ptr(source.ptr_size)
        pair = copy_list(source, ptr, length, plan.word(s + 8), target, plan.word(t + 8))
        add_pair(target, pair, out)
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
    if kind == S64 or kind == U64 or kind == F64:
        out.add_i64(canonical_bits(source, kind, vi.next_i64()))
        return
    bits = vi.next_i32()
    if BOOL < kind < S64:
        # The high bits of narrow integers are ignored; signed ones are extended again.
        width = 8 * SIZES[kind]
        bits &= (1 << width) - 1
        if CODES[kind].islower() and bits >> width - 1:
            bits |= 0x100000000 - (1 << width)
    out.add_i32(canonical_bits(source, kind, bits))


def add_pair(target, pair, out):
    out.add_ptr(pair[0], target.ptr_size)
    out.add_ptr(pair[1], target.ptr_size)


def copy_flat_fields(source, vi, s, target, out, t):
    word = source.plan.word
    for i in range(12, 12 + 12 * word(s + 8), 12):
        copy_flat(source, vi, word(s + i), target, out, word(t + i))


def copy_flat_variant(source, vi, s, target, out, t):
    plan = source.plan
    count = plan.flat_count(s)
    end, out_end = vi.taken + count, out.given + count
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
