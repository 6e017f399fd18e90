# Values from one component to another where one side has them flat and the other in memory, as
# canon lower with async does (CanonicalABI.md, Lifting and Lowering Values). transfer.py has the
# rest, and what s, t, source, target, vi and out are.

from .lift import check_pointer, load_int
from .lower import store_int, store_pair
from .plan import (
    CHAR,
    F64,
    FIXED_LIST,
    FLAGS,
    LIST,
    MAP,
    OWN,
    RECORD,
    S64,
    STRING,
    TUPLE,
    U64,
)
from .transfer import (
    SIZES,
    copy,
    copy_fields,
    copy_flat,
    copy_flat_fields,
    copy_handle,
    copy_list,
    copy_number,
    copy_string,
    known_flags,
    load_ptr,
    lower_pair,
)
from .trap import DISCRIMINANT, INVALID_CHAR

MAX_FLAT_PARAMS = 16
SIGNED = (1, 3, 5)  # s8, s16, s32


def copy_params(source, most, vi, s, target, out, t):
    """As transfer.copy_params; the source has at most `most` flat values, the target 16."""
    count = source.plan.flat_count(s)
    if count <= most:
        copy_flat_fields(source, vi, s, target, out, t)
        return
    ptr = vi.next_ptr(source.ptr_size)
    check_pointer(source, ptr, s)
    if count <= MAX_FLAT_PARAMS:
        unspill_fields(source, ptr, s, target, out, t)
        return
    plan = target.plan
    to = target.allocate(plan.alignment(t), plan.elem_size(t))
    copy_fields(source, ptr, s, target, to, t)
    out.add_ptr(to, target.ptr_size)


def copy_result(source, most, vi, s, target, target_most, out, t, out_param):
    """As transfer.copy_result; the sides have at most `most` and `target_most` flat values."""
    count = source.plan.flat_count(s)
    if count <= target_most:
        copy_flat(source, vi, s, target, out, t)
        return
    to = out_param.next_ptr(target.ptr_size)
    if count > most:
        ptr = vi.next_ptr(source.ptr_size)
        check_pointer(source, ptr, s)
        check_pointer(target, to, t)
        copy(source, ptr, s, target, to, t)
        return
    check_pointer(target, to, t)
    spill(source, vi, s, target, to, t)


def unspill(source, ptr, s, target, out, t):
    """Copy the value at ptr to the flat values of out."""
    plan = source.plan
    kind = plan.bytes[s]
    if kind <= CHAR:
        unspill_number(source, ptr, kind, out)
    elif kind == STRING:
        copy_string(source, load_ptr(source, ptr, 0), load_ptr(source, ptr, 1), target)
        lower_pair(target, out)
    elif kind == LIST or kind == MAP:
        begin, length = load_ptr(source, ptr, 0), load_ptr(source, ptr, 1)
        copy_list(source, begin, length, plan.word(s + 8), target, plan.word(t + 8))
        lower_pair(target, out)
    elif kind == RECORD or kind == TUPLE:
        unspill_fields(source, ptr, s, target, out, t)
    elif kind == FLAGS:
        out.add_i32(known_flags(plan, s, load_int(source, ptr, plan.elem_size(s))))
    elif kind == FIXED_LIST:
        element = plan.word(s + 8)
        for i in range(plan.word(s + 12)):
            at = ptr + i * plan.elem_size(element)
            unspill(source, at, element, target, out, plan.word(t + 8))
    elif kind >= OWN:
        out.add_i32(copy_handle(source, load_int(source, ptr, 4), s, target))
    else:
        unspill_variant(source, ptr, s, target, out, t)


def unspill_number(source, ptr, kind, out):
    mem = source.mem
    size = SIZES[kind]
    low = 0
    for i in range(min(size, 4)):
        low |= mem[ptr + i] << 8 * i
    if size == 8:
        high = load_int(source, ptr + 4, 4)
        rest = high & 0x7FFFFFFF
        if kind == F64 and (rest > 0x7FF00000 or rest == 0x7FF00000 and low):
            low, high = 0, 0x7FF80000
        out.add_words(low, high)
        return
    if kind == 0:
        low = 1 if low else 0
    elif kind in SIGNED and low >> 8 * size - 1:
        low |= 0xFFFFFFFF << 8 * size & 0xFFFFFFFF
    elif kind == CHAR:
        if low >= 0x110000 or low & 0xFFFFF800 == 0xD800:
            source.trap(INVALID_CHAR)
    elif kind == 9 and low & 0x7FFFFFFF > 0x7F800000:  # f32
        low = 0x7FC00000
    out.add_i32(low)


def unspill_fields(source, ptr, s, target, out, t):
    plan = source.plan
    for i in range(12, 12 + 12 * plan.word(s + 8), 12):
        at = ptr + plan.word(s + i + 4)
        unspill(source, at, plan.word(s + i), target, out, plan.word(t + i))


def unspill_variant(source, ptr, s, target, out, t):
    plan = source.plan
    end = out.given + plan.flat_count(s)
    layout = plan.word(s + 12)
    case_index = load_int(source, ptr, layout & 0xFF)
    if case_index >= plan.word(s + 8):
        source.trap(DISCRIMINANT)
    out.add_i32(case_index)
    case = 16 + 8 * case_index
    if plan.word(s + case):
        at = ptr + (layout >> 8)
        unspill(source, at, plan.word(s + case), target, out, plan.word(t + case))
    out.pad(end - out.given)


class _Number:
    """The number that stands flat in vi, as a context that copy_number can copy from."""

    def __init__(self):
        self.mem = bytearray(8)
        self.source = None

    def trap(self, number):
        self.source.trap(number)


_number = _Number()


def spill(source, vi, s, target, to, t):
    """Copy the value that stands flat in vi to `to`."""
    plan = source.plan
    kind = plan.bytes[s]
    if kind <= CHAR:
        spill_number(source, vi, kind, target, to)
    elif kind == STRING:
        ptr = vi.next_ptr(source.ptr_size)
        copy_string(source, ptr, vi.next_ptr(source.ptr_size), target)
        store_pair(target, to)
    elif kind == LIST or kind == MAP:
        ptr = vi.next_ptr(source.ptr_size)
        length = vi.next_ptr(source.ptr_size)
        copy_list(source, ptr, length, plan.word(s + 8), target, plan.word(t + 8))
        store_pair(target, to)
    elif kind == RECORD or kind == TUPLE:
        for i in range(12, 12 + 12 * plan.word(s + 8), 12):
            at = to + plan.word(t + i + 4)
            spill(source, vi, plan.word(s + i), target, at, plan.word(t + i))
    elif kind == FLAGS:
        store_int(target, known_flags(plan, s, vi.next_i32()), to, plan.elem_size(t))
    elif kind == FIXED_LIST:
        element = plan.word(t + 8)
        for i in range(plan.word(s + 12)):
            at = to + i * plan.elem_size(element)
            spill(source, vi, plan.word(s + 8), target, at, element)
    elif kind >= OWN:
        store_int(target, copy_handle(source, vi.next_i32(), s, target), to, 4)
    else:
        spill_variant(source, vi, s, target, to, t)


def spill_number(source, vi, kind, target, to):
    if kind == 0:
        target.mem[to] = 1 if vi.next_i32() else 0
        return
    mem = _number.mem
    if kind == S64 or kind == U64 or kind == F64:
        at = vi.take_i64()
        store_word(mem, 0, vi.words[at])
        store_word(mem, 4, vi.words[at + 1])
    else:
        store_word(mem, 0, vi.next_i32())
    _number.source = source
    copy_number(_number, 0, kind, target, to)


def store_word(mem, at, word):
    for i in range(4):
        mem[at + i] = word >> 8 * i & 0xFF


def spill_variant(source, vi, s, target, to, t):
    plan = source.plan
    end = vi.taken + plan.flat_count(s)
    case_index = vi.next_i32()
    if case_index >= plan.word(s + 8):
        source.trap(DISCRIMINANT)
    layout = plan.word(t + 12)
    store_int(target, case_index, to, layout & 0xFF)
    case = 16 + 8 * case_index
    if plan.word(s + case):
        at = to + (layout >> 8)
        spill(source, vi, plan.word(s + case), target, at, plan.word(t + case))
    vi.skip(end - vi.taken)
