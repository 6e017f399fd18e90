# Checks Python values that no guest takes yet against their component type.

import struct

from .lift import CODES, canonicalize_nan, make_variant, named
from .lower import (
    case_step,
    check_list,
    fields_of,
    fixed_list,
    match_case,
    number,
    pack,
    pack_flags,
    pairs,
    step,
)
from .plan import CHAR, F32, F64, FIXED_LIST, FLAGS, LIST, MAP, OWN, RECORD, STRING, TUPLE, U8
from .trap import Mismatch


def conform(plan, value, t):
    """The value as a lifted one of type t would be, a copy of its own. Raises Mismatch.

    Resources stay what they are: lowering checks them.
    """
    kind = plan.bytes[t]
    if kind <= CHAR:
        if F32 <= kind <= F64:
            return canonicalize_nan(struct.unpack("<" + CODES[kind], pack(kind, value))[0])
        number(kind, value)
        return value
    if kind == STRING:
        return _string(value)
    if kind == LIST or kind == FIXED_LIST:
        element = plan.word(t + 8)
        if kind == LIST:
            check_list(plan, value, element)
        else:
            fixed_list(plan, value, t)
        values = _members(plan, value, [element] * len(value), _element_step, t)
        return bytes(values) if plan.bytes[element] == U8 else values
    if kind == RECORD or kind == TUPLE:
        word = plan.word
        types = [word(at) for at in range(t + 12, t + 12 + 12 * word(t + 8), 12)]
        values = _members(plan, fields_of(plan, kind, value, t), types, step, t)
        return named(plan, t, values) if kind == RECORD else tuple(values)
    if kind == FLAGS:
        pack_flags(plan, value, t)
        return set(value)
    if kind == MAP:
        items = pairs(value)
        types = [plan.word(t + 8)] * len(items)
        return dict(_members(plan, items, types, _element_step, t))
    if kind >= OWN:
        return value
    case_index, payload = match_case(plan, value, t, kind)
    case = plan.word(t + 16 + 8 * case_index)
    if case:
        try:
            payload = conform(plan, payload, case)
        except Mismatch as error:
            error.inside(case_step(plan, t, kind, case_index))
            raise
    return make_variant(plan, t, kind, case_index, case, payload)


def _string(value):
    if not isinstance(value, str):
        raise Mismatch(TypeError, "string", value)
    try:
        value.encode()
        return value
    except UnicodeError:
        pass
    raise Mismatch(ValueError, "string without lone surrogates", value)


def _element_step(plan, t, i):
    return "[%d]" % i


def _members(plan, values, types, step, t):
    """The values of a list's elements or a record's fields. step: names one of them in errors."""
    made = []
    try:
        for i in range(len(types)):
            made.append(conform(plan, values[i], types[i]))
    except Mismatch as error:
        error.inside(step(plan, t, len(made)))
        raise
    return made
