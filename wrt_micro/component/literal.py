# Reads value definitions (Binary.md, Value Definitions), which pre-flight has checked.

import struct

from .lift import CODES, canonicalize_nan, make_variant, named
from .plan import BOOL, CHAR, F32, F64, FLAGS, LIST, RECORD, STRING, TUPLE, U8


class Literal:
    """The bytes at `at` of the component section, read one value after the other."""

    def __init__(self, plan, at):
        self.plan = plan
        self.at = at

    def read(self, t):
        """The next value, of type t."""
        kind = self.plan.bytes[t]
        if kind == BOOL:
            return self._take(1)[0] != 0
        if kind <= F64:
            value = struct.unpack("<" + CODES[kind], self._take(self.plan.elem_size(t)))[0]
            return canonicalize_nan(value) if kind >= F32 else value
        if kind == CHAR:
            lead = self.plan.bytes[self.at]
            return self._text(1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4)
        if kind == STRING:
            return self._text(self._u32())
        if kind == LIST:
            return self._list(self.plan.word(t + 8))
        if kind == RECORD:
            return named(self.plan, t, self._fields(t))
        if kind == TUPLE:
            return tuple(self._fields(t))
        if kind == FLAGS:
            return self._flags(t)
        case_index = self._u32()
        payload = self.plan.word(t + 16 + 8 * case_index)
        value = self.read(payload) if payload else None
        return make_variant(self.plan, t, kind, case_index, payload, value)

    def _take(self, size):
        self.at += size
        return bytes(self.plan.bytes[self.at - size : self.at])

    def _text(self, size):
        return str(self._take(size), "utf-8")

    def _u32(self):
        """An unsigned LEB128 integer."""
        value = shift = 0
        while True:
            byte = self._take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _list(self, element):
        count = self._u32()
        if self.plan.bytes[element] == U8:
            return self._take(count)
        return [self.read(element) for _ in range(count)]

    def _fields(self, t):
        word = self.plan.word
        return [self.read(word(at)) for at in range(t + 12, t + 12 + 12 * word(t + 8), 12)]

    def _flags(self, t):
        plan = self.plan
        count = plan.word(t + 8)
        bits = self._take((count + 7) // 8)
        places = [i for i in range(count) if bits[i >> 3] >> (i & 7) & 1]
        return {plan.string(plan.word(t + 12 + 4 * i)) for i in places}
