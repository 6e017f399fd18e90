# Core WebAssembly values as Python values, and as the u32 words that guest code works on.
# A type is a value type code of docs/image-format.md.

import struct

I32, I64, F32, F64 = 0x7F, 0x7E, 0x7D, 0x7C
_NAMES = {
    0x7F: "i32",
    0x7E: "i64",
    0x7D: "f32",
    0x7C: "f64",
    0x70: "funcref",
    0x6F: "externref",
    0x69: "exnref",
    0x73: "nullfuncref",
    0x72: "nullexternref",
    0x74: "nullexnref",
}
_HEAPS = {
    0x70: "func",
    0x6F: "extern",
    0x69: "exn",
    0x73: "nofunc",
    0x72: "noextern",
    0x74: "noexn",
}
FUNC, EXTERN, EXN = 0x70, 0x6F, 0x69
_KINDS = {0x70: FUNC, 0x73: FUNC, 0x6F: EXTERN, 0x72: EXTERN, 0x69: EXN, 0x74: EXN}


def kind_of(code):
    """What a reference type refers to: FUNC, EXTERN or EXN."""
    if code >= 0xFF0000:
        code = code >> 8 & 0xFF
    return _KINDS.get(code, FUNC)


def is_nullable(code):
    """Whether null is a value of a reference type."""
    return code & 0xFF != 0x64


def is_func(code):
    """Whether a reference type takes functions of any type."""
    return code == 0x70 or code >> 8 == 0xFF70


def text(code):
    """A value type as WebAssembly text."""
    if code in _NAMES:
        return _NAMES[code]
    heap = code >> 8
    heap = _HEAPS[heap & 0xFF] if heap >= 0xFF00 else heap
    return "(ref %s%s)" % ("null " if code & 0xFF == 0x63 else "", heap)


def signature(type):
    """A function type as text: "(i32, i64) -> (f32)"."""
    return "(%s) -> (%s)" % (", ".join(map(text, type[0])), ", ".join(map(text, type[1])))


def slots(code):
    """Number of words that a value takes."""
    return 2 if code == I64 or code == F64 else 1


def total(codes):
    """Number of words that values of these types take."""
    count = 0
    for code in codes:
        count += slots(code)
    return count


def read(store, words, index, code, bits=False):
    """The Python value at words[index]: int (signed), float, None, or a reference's object.

    bits: give floats as ints that hold their bits (also exact where Python's floats are short).
    """
    word = words[index]
    if code == I32:
        return word - 0x100000000 if word & 0x80000000 else word
    if code == I64:
        word |= words[index + 1] << 32
        return word - (1 << 64) if word >> 63 else word
    if code == F32:
        return word if bits else struct.unpack_from("<f", words, 4 * index)[0]
    if code == F64:
        if bits:
            return word | words[index + 1] << 32
        return struct.unpack_from("<d", words, 4 * index)[0]
    return store.references.take(word, code)


def write(store, words, index, code, value, what, number=0, bits=False):
    """Put a Python value at words[index]. what, number: what an error names, as "argument 1".

    bits: floats are given as ints that hold their bits. Raises TypeError or ValueError.
    """
    if code == I32 or code == I64 or bits and (code == F32 or code == F64):
        size = 64 if code == I64 or code == F64 else 32
        if not isinstance(value, int):
            _mismatch(_where(what, number), code, value)
        if not -(1 << size - 1) <= value < 1 << size:
            raise ValueError("%s: %d does not fit %s" % (_where(what, number), value, text(code)))
        words[index] = value & 0xFFFFFFFF
        if size == 64:
            words[index + 1] = value >> 32 & 0xFFFFFFFF
    elif code == F32 or code == F64:
        if not isinstance(value, (int, float)):
            _mismatch(_where(what, number), code, value)
        try:
            struct.pack_into("<f" if code == F32 else "<d", words, 4 * index, value)
        except OverflowError:  # CPython's answer to a number beyond the largest f32
            struct.pack_into("<f", words, 4 * index, float("inf") if value > 0 else -float("inf"))
    else:
        words[index] = store.references.give(value, code, _where(what, number))


def _where(what, number):
    return "%s %d" % (what, number) if number else what


def _mismatch(where, code, value):
    raise TypeError("%s: expected %s, got %r" % (where, text(code), value))


def read_all(store, words, index, codes, bits=False):
    """A list of the values of these types that stand from words[index] on."""
    values = []
    for code in codes:
        values.append(read(store, words, index, code, bits))
        index += slots(code)
    return values


def write_all(store, words, index, codes, values, what, bits=False):
    """Put values of these types from words[index] on. what: "argument" or "result"."""
    number = 0
    for code in codes:
        value = values[number]
        number += 1
        if code == I32 and isinstance(value, int) and -0x80000000 <= value <= 0x7FFFFFFF:
            words[index] = value & 0xFFFFFFFF  # the common case, without a call
            index += 1
        else:
            write(store, words, index, code, value, what, number, bits)
            index += slots(code)
