# The component section of an image, read in place. docs/components.md specifies it.
#
# It is made of little-endian words of 4 bytes, and of strings (u16 length, then UTF-8). A
# reference is the byte offset of what it refers to from the start of the section; 0 is none.

from ..image import COMPONENT
from ..trap import ImageError

VERSION = 3
# No index: a number that every port holds without allocating.
NONE = 0x3FFFFFFF

# Words of the header: (reference, count) of each table, and flags.
INSTANCES, STEPS, LIFTS, CANONS, HOSTS, EXPORTS, RESOURCES = 1, 3, 5, 7, 9, 11, 13
PROGRAM_FLAGS, VALUES, COPIERS, GUARDS, HEADER_WORDS = 15, 16, 18, 20, 21
# GUARDS: the word of the globals from which on Instances.may_enter stands, then may_leave; or NONE
CONCURRENT = 1  # flag of the program: it needs tasks, which only then are imported

# Bytes of the records, and byte offsets of their fields.
INSTANCE_BYTES = 8  # parent instance or NONE, name
STEP_BYTES = 8  # core instance to initialise, component instance it belongs to
COPIER_BYTES = 12  # memory it copies from, memory it copies to, function
# A step with this bit calls a start function. The rest is the reference of: its function as in
# LOWER_TARGET, the value that it makes or NONE, the number of arguments, then their values.
START = 0x20000000
VALUE_BYTES = 16  # type; bytes of its definition or 0; interface or 0 and name, or 0, of an import
HOST_BYTES = 20  # interface name or 0, name, params, result or 0, flags
HOST_PARAMS, HOST_RESULT, HOST_FLAGS = 8, 12, 16
EXPORT_BYTES = 12  # name, kind, index
RESOURCE_BYTES = 12  # instance or NONE, destructor function or NONE, name or 0
LIFT_BYTES = 28
LIFT_FUNCTION, LIFT_INSTANCE, LIFT_OPTIONS, LIFT_PARAMS, LIFT_RESULT = 0, 4, 8, 12, 16
LIFT_WIDE_PARAMS, LIFT_FLAGS = 20, 24  # which flat params are 64 bits wide
CANON_BYTES = 40
CANON_OPCODE, CANON_INSTANCE, CANON_OPTIONS = 0, 4, 8
# canon lower: its function type, which flat params are 64 bits wide, the function it calls, and
# functions that copy bytes to the callee's memory and back, or NONE.
LOWER_PARAMS, LOWER_RESULT, LOWER_WIDE_PARAMS, LOWER_TARGET, LOWER_FLAGS = 12, 16, 20, 24, 28
LOWER_COPY_IN, LOWER_COPY_OUT = 32, 36
# every other one: value type or 0 (of a thread: the core type of its function), resource type,
# table (of task.return: which values are 64 bits wide), memory or slot, flags
BUILTIN_TYPE, BUILTIN_RESOURCE, BUILTIN_TABLE, BUILTIN_MEMORY, BUILTIN_FLAGS = 12, 16, 20, 24, 28
ENCODING, MEMORY, REALLOC, POST_RETURN, CALLBACK, PTR_SIZE, OPTIONS_FLAGS = 0, 4, 8, 12, 16, 20, 24

# Opcodes of canonical definitions, as in the binary format. REFUSE: none of them, see fused.py.
LOWER, RESOURCE_NEW, RESOURCE_DROP, RESOURCE_REP, REFUSE = 0x01, 0x02, 0x03, 0x04, 0xFF
ASYNC, CANCELLABLE = 1, 2  # flags of functions, options and built-ins
WIDE, TABLE64 = 8, 16  # flags of built-ins: the argument is an i64, the table has 64-bit indices
FUSED = 8  # flag of canon lower: a core function does it, except for what traps at once
REENTERS = 4  # flag of canon lower: caller and callee contain one another, so the call traps
TO_HOST = 0x20000000  # in LOWER_TARGET: a host function's index, else a lift's
UTF8, UTF16, LATIN1_UTF16 = 0, 1, 2

# Kinds of exports. FUNC: index of a lift. HOST_FUNC: of a host function that passes through.
# INTERFACE: reference of a word with the number of exports, which follow it. RESOURCE, VALUE: an
# index.
FUNC, HOST_FUNC, INTERFACE, RESOURCE, VALUE = 0, 1, 2, 3, 4

# Type descriptors. Word 0: kind | alignment << 8 | number of flat core values << 16 (17 is
# "more than ever stand in core params") | flags << 24. Word 1: size in memory. Then by kind:
#   RECORD, TUPLE    number of fields, then for each: type, byte offset, name or 0
#   VARIANT, ENUM, OPTION, RESULT
#                    number of cases, discriminant bytes | payload offset << 8, then for each:
#                    type or 0, name
#   FLAGS            number of labels, then the names
#   LIST, MAP        element type (of a map: a tuple)
#   FIXED_LIST       element type, length
#   OWN, BORROW      resource type
#   STREAM, FUTURE   element type or 0, and as a number that equal element types share
# Everything else has two words. The params of a function are a RECORD, which may be empty.
# Layouts depend on the width of pointers, so a type may have a descriptor for each.
BOOL, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64 = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
CHAR, STRING, RECORD, TUPLE, VARIANT, ENUM = 11, 12, 14, 15, 16, 17
OPTION, RESULT, FLAGS, LIST, FIXED_LIST, MAP, OWN, BORROW = 18, 19, 20, 21, 22, 23, 24, 25
STREAM, FUTURE, ERROR_CONTEXT = 26, 27, 28
# Flag of a type: any bytes are a value, none is padding: they may be copied as they stand.
PLAIN = 1


class Plan:
    """The component section of an image. Raises ImageError if it is of another version."""

    def __init__(self, image):
        offset, size = image.optional[COMPONENT]
        self.bytes = memoryview(image.data)[offset : offset + size]
        if size < 4 * HEADER_WORDS or self.word(0) != VERSION:
            raise ImageError(
                "the component section is not of version %d: build the image with the wrt-micro "
                "that the runtime came with" % VERSION
            )

    def word(self, at):
        """The word at a byte offset."""
        data = self.bytes
        return data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24

    def string(self, at):
        """The string at a reference."""
        data = self.bytes
        size = data[at] | data[at + 1] << 8
        return str(bytes(data[at + 2 : at + 2 + size]), "utf-8")

    def count(self, table):
        """The number of records in a table, which the header's word names."""
        return self.word(4 * table + 4)

    def record(self, table, index, size):
        """The byte offset of a record of `size` bytes."""
        return self.word(4 * table) + index * size

    # Type descriptors

    def kind(self, t):
        return self.bytes[t]

    def alignment(self, t):
        return self.bytes[t + 1]

    def flat_count(self, t):
        return self.bytes[t + 2]

    def elem_size(self, t):
        return self.word(t + 4)
