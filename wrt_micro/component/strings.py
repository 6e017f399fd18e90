# Strings: from one encoding in one buffer to another in guest memory, with the exact sequence of
# reallocs of CanonicalABI.md (Loading and Storing). A string of the host's comes as UTF-8 bytes.

from .plan import LATIN1_UTF16, UTF8, UTF16
from .trap import INVALID_UTF8, INVALID_UTF16, STRING_BOUNDS, STRING_LENGTH, UNALIGNED

MAX_STRING_BYTE_LENGTH = (1 << 28) - 1
LATIN1 = 3  # a simple encoding, as one of the two that latin1+utf16 stands for

try:
    str(b"\xed\xa0\x80", "utf-8")
    _STRICT = False
except UnicodeError:
    _STRICT = True  # this Python's decoder finds everything that is no UTF-8


class CodePoints:
    """The code points of src[at:end] in a simple encoding. cx: whom a malformed string traps.

    One serves all strings of a program, as a component that is called to make room for one cannot
    call out meanwhile. begin, length: where the string or list is that was stored last, and its
    tagged code units or elements.
    """

    def __init__(self):
        self.cx = self.src = None
        self.at = self.end = self.encoding = self.begin = self.length = 0

    def start(self, cx, src, at, end, encoding):
        """Read these bytes. Returns self."""
        self.cx = cx
        self.src = src
        self.at = at
        self.end = end
        self.encoding = encoding
        return self

    def more(self):
        return self.at < self.end

    def next(self):
        """The next code point. Traps if there is none."""
        src = self.src
        at = self.at
        if self.encoding == UTF16:
            unit = src[at] | src[at + 1] << 8
            at += 2
            if unit & 0xF800 == 0xD800:
                low = src[at] | src[at + 1] << 8 if at < self.end else 0
                if unit >= 0xDC00 or low & 0xFC00 != 0xDC00:
                    self.cx.trap(INVALID_UTF16)
                at += 2
                unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
            self.at = at
            return unit
        byte = src[at]
        if byte < 0x80 or self.encoding == LATIN1:
            self.at = at + 1
            return byte
        return self._next_utf8(byte)

    def _next_utf8(self, byte):
        if 0xC2 <= byte < 0xE0:
            count, point, least = 1, byte & 0x1F, 0x80
        elif 0xE0 <= byte < 0xF0:
            count, point, least = 2, byte & 0x0F, 0x800
        elif 0xF0 <= byte < 0xF5:
            count, point, least = 3, byte & 0x07, 0x10000
        else:
            self.cx.trap(INVALID_UTF8)
        src = self.src
        at = self.at + 1
        for i in range(at, at + count):
            if i >= self.end or src[i] & 0xC0 != 0x80:
                self.cx.trap(INVALID_UTF8)
            point = point << 6 | src[i] & 0x3F
        if point < least or point > 0x10FFFF or point & 0x1FF800 == 0xD800:
            self.cx.trap(INVALID_UTF8)
        self.at = at + count
        return point


def utf16_tag(ptr_size):
    return 1 << (8 * ptr_size - 1)


def simple_encoding(cx, tagged_code_units):
    """The encoding of a string in cx's memory, as the tag of its length says."""
    if cx.string_encoding != LATIN1_UTF16:
        return cx.string_encoding
    return UTF16 if tagged_code_units & utf16_tag(cx.ptr_size) else LATIN1


def string_byte_length(cx, ptr, tagged_code_units):
    """The bytes that a string takes, after the checks on its range."""
    tag = utf16_tag(cx.ptr_size)
    size = tagged_code_units
    alignment = 1 if cx.string_encoding == UTF8 else 2
    if simple_encoding(cx, tagged_code_units) == UTF16:
        if cx.string_encoding == LATIN1_UTF16:
            size ^= tag
        size *= 2
    if size > MAX_STRING_BYTE_LENGTH:
        cx.trap(STRING_LENGTH)
    cx.check_range(ptr, size, alignment, UNALIGNED, STRING_BOUNDS)
    return size


def load_string_from_range(cx, ptr, tagged_code_units):
    """The Python string at ptr."""
    size = string_byte_length(cx, ptr, tagged_code_units)
    encoding = simple_encoding(cx, tagged_code_units)
    mem = cx.mem
    points = cx.calls.need_points()
    if encoding == UTF8:
        try:
            text = str(bytes(mem[ptr : ptr + size]), "utf-8")
        except UnicodeError:
            cx.trap(INVALID_UTF8)
        if not _STRICT and len(text) != size:
            check_utf8(points.start(cx, mem, ptr, ptr + size, UTF8))
        return text
    points.start(cx, mem, ptr, ptr + size, encoding)
    characters = []
    while points.more():
        characters.append(chr(points.next()))
    return "".join(characters)


def check_utf8(points):
    """Traps unless the rest of the points is UTF-8; then they are at the end."""
    while points.more():
        points.next()


def store_string(cx, points, src_code_units):
    """Store the string of a CodePoints in cx's memory and encoding: see `stored`.

    src_code_units: its length in units of the source's encoding.
    """
    source = points.encoding
    encoding = cx.string_encoding
    if encoding == UTF8:
        if source == UTF8:
            store_string_copy(cx, points, src_code_units, 1, 1)
        else:
            store_string_to_utf8(cx, points, src_code_units, 3 if source == UTF16 else 2)
    elif encoding == UTF16:
        if source == UTF8:
            store_utf8_to_utf16(cx, points, src_code_units)
        else:
            store_string_copy(cx, points, src_code_units, 2, 2)
    elif source == LATIN1:
        store_string_copy(cx, points, src_code_units, 1, 2)
    elif source == UTF16 and points.cx.string_encoding == LATIN1_UTF16:
        store_probably_utf16_to_latin1_or_utf16(cx, points, src_code_units)
    else:
        store_string_to_latin1_or_utf16(cx, points, src_code_units)


def stored(cx, ptr, tagged_code_units):
    """Note where the string or list is that was stored last."""
    points = cx.calls.points
    points.begin = ptr
    points.length = tagged_code_units


def store_string_copy(cx, points, src_code_units, dst_code_unit_size, dst_alignment):
    size = dst_code_unit_size * src_code_units
    ptr = cx.allocate(dst_alignment, size)
    at = points.at
    if dst_code_unit_size == 2:
        _put_utf16(cx.mem, ptr, points)
    else:
        if points.encoding == UTF8 and points.cx is not cx:  # the host's strings are valid
            check_utf8(points)
        if points.cx is cx:
            cx.mem[ptr : ptr + size] = points.src[at : at + size]
        else:
            cx.copy_from(points.cx, at, ptr, size)
    stored(cx, ptr, src_code_units)


def store_string_to_utf8(cx, points, src_code_units, worst_case):
    ptr = cx.allocate(1, src_code_units)
    mem = cx.mem
    at = ptr
    while points.more():
        before = points.at
        point = points.next()
        if point < 0x80:
            mem[at] = point
            at += 1
            continue
        worst_case_size = worst_case * src_code_units
        done = at - ptr
        ptr = cx.reallocate(ptr, src_code_units, 1, worst_case_size)
        points.at = before
        size = _put_utf8(mem, ptr + done, points) - ptr
        if worst_case_size > size:
            ptr = cx.reallocate(ptr, worst_case_size, 1, size)
        stored(cx, ptr, size)
        return
    stored(cx, ptr, src_code_units)


def store_utf8_to_utf16(cx, points, src_code_units):
    worst_case_size = 2 * src_code_units
    ptr = cx.allocate(2, worst_case_size)
    size = _put_utf16(cx.mem, ptr, points) - ptr
    if size < worst_case_size:
        ptr = cx.reallocate(ptr, worst_case_size, 2, size)
    stored(cx, ptr, size // 2)


def store_string_to_latin1_or_utf16(cx, points, src_code_units):
    ptr = cx.allocate(2, src_code_units)
    mem = cx.mem
    size = 0
    while points.more():
        before = points.at
        point = points.next()
        if point < 0x100:
            mem[ptr + size] = point
            size += 1
            continue
        worst_case_size = 2 * src_code_units
        ptr = cx.reallocate(ptr, src_code_units, 2, worst_case_size)
        for i in range(size - 1, -1, -1):
            mem[ptr + 2 * i] = mem[ptr + i]
            mem[ptr + 2 * i + 1] = 0
        points.at = before
        size = _put_utf16(mem, ptr + 2 * size, points) - ptr
        if worst_case_size > size:
            ptr = cx.reallocate(ptr, worst_case_size, 2, size)
        stored(cx, ptr, size // 2 | utf16_tag(cx.ptr_size))
        return
    if size < src_code_units:
        ptr = cx.reallocate(ptr, src_code_units, 2, size)
    stored(cx, ptr, size)


def store_probably_utf16_to_latin1_or_utf16(cx, points, src_code_units):
    """For a source in latin1+utf16 whose tag says utf16."""
    size = 2 * src_code_units
    ptr = cx.allocate(2, size)
    mem = cx.mem
    _put_utf16(mem, ptr, points)
    for i in range(ptr + 1, ptr + size, 2):
        if mem[i]:
            stored(cx, ptr, src_code_units | utf16_tag(cx.ptr_size))
            return
    for i in range(src_code_units):
        mem[ptr + i] = mem[ptr + 2 * i]
    stored(cx, cx.reallocate(ptr, size, 1, src_code_units), src_code_units)


def _put_utf8(mem, at, points):
    """Store the rest of the points as UTF-8; the address behind it."""
    while points.more():
        point = points.next()
        if point < 0x80:
            mem[at] = point
        elif point < 0x800:
            mem[at] = 0xC0 | point >> 6
            mem[at + 1] = 0x80 | point & 0x3F
            at += 1
        else:
            if point < 0x10000:
                mem[at] = 0xE0 | point >> 12
            else:
                mem[at] = 0xF0 | point >> 18
                at += 1
                mem[at] = 0x80 | point >> 12 & 0x3F
            mem[at + 1] = 0x80 | point >> 6 & 0x3F
            mem[at + 2] = 0x80 | point & 0x3F
            at += 2
        at += 1
    return at


def _put_utf16(mem, at, points):
    """Store the rest of the points as UTF-16; the address behind it."""
    while points.more():
        point = points.next()
        if point >= 0x10000:
            point -= 0x10000
            high = 0xD800 | point >> 10
            mem[at] = high & 0xFF
            mem[at + 1] = high >> 8
            at += 2
            point = 0xDC00 | point & 0x3FF
        mem[at] = point & 0xFF
        mem[at + 1] = point >> 8
        at += 2
    return at
