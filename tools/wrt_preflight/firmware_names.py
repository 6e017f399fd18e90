"""Names that firmware has in flash: they cost a device nothing, whatever they stand for.

Those of MicroPython 1.28 and 1.29 as every board of boards/ is built, that is with
MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES: what its ports have in common. A test asks a MicroPython
whether it has them.
"""

from __future__ import annotations

# The fixed list of py/makeqstrdata.py: `.mpy` files have numbers for these.
FIXED = (
    "ArithmeticError AssertionError AttributeError BaseException EOFError Ellipsis Exception "
    "GeneratorExit ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError "
    "MemoryError NameError NoneType NotImplementedError OSError OverflowError RuntimeError "
    "StopIteration SyntaxError SystemExit TypeError ValueError ZeroDivisionError abs all any "
    "append args bool builtins bytearray bytecode bytes callable chr classmethod clear close "
    "const copy count dict dir divmod end endswith eval exec extend find format from_bytes get "
    "getattr globals hasattr hash id index insert int isalpha isdigit isinstance islower isspace "
    "issubclass isupper items iter join key keys len list little locals lower lstrip main map "
    "micropython next object open ord pop popitem pow print range read readinto readline remove "
    "replace repr reverse rfind rindex round rsplit rstrip self send sep set setattr setdefault "
    "sort sorted split start startswith staticmethod step stop str strip sum super throw to_bytes "
    "tuple type update upper value values write zip"
).split()
# Of the core, and of its modules array, collections, errno, gc, io, json, math, random, re,
# select, struct, sys, time and uctypes.
CORE = (
    "ARRAY BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 BF_LEN BF_POS BIG_ENDIAN BytesIO "
    "EACCES EADDRINUSE EAGAIN EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST "
    "EHOSTUNREACH EINPROGRESS EINVAL EIO EISDIR ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EOPNOTSUPP "
    "EPERM ETIMEDOUT FLOAT32 FLOAT64 FileIO INT INT16 INT32 INT64 INT8 LITTLE_ENDIAN LONG "
    "NotImplemented OrderedDict PTR SHORT StopAsyncIteration StringIO TextIOWrapper UINT UINT16 "
    "UINT32 UINT64 UINT8 ULONG USHORT UnicodeError VOID acos acosh add addressof appendleft argv "
    "array ascii asin asinh atan atan2 atanh bin binascii buffer bytearray_at byteorder bytes_at "
    "calcsize ceil center choice code collect collections compile complex copysign cos cosh crc32 "
    "decode default degrees delattr deque difference difference_update disable discard doc dumps "
    "e enable encode enumerate erf erfc errno errorcode exit exp expm1 fabs filter float floor "
    "fmod frexp fromhex fromkeys frozenset gamma gc getrandbits getvalue group heap_lock "
    "heap_unlock hex imag implementation indices inf input intersection intersection_update "
    "invert io isclose isdisjoint isenabled isfinite isinf isnan issubset issuperset "
    "iterable json keepends ldexp length lgamma load loads log log10 log2 match math max maxsize "
    "mem mem_alloc mem_free memoryview min modf module modules name namedtuple nan oct os pack "
    "pack_into partition path pi platform popleft print_exception property r radians randint "
    "random randrange rb re readlines readonly real rpartition search seed seek select separators "
    "signed sin single sinh sizeof sleep sleep_ms sleep_us slice splitlines sqrt stderr stdin "
    "stdout struct sub symmetric_difference symmetric_difference_update sys tan tanh tau tell "
    "threshold ticks_add ticks_cpu ticks_diff ticks_ms ticks_us time trunc uctypes uniform union "
    "unpack unpack_from usys version version_info"
).split()
# Others that mean something: nothing else is given these names.
_MEANT = (
    "IOBase POLLERR POLLHUP POLLIN POLLOUT VfsRom ViperTypeError __abs__ __add__ __aenter__ "
    "__aexit__ __aiter__ __and__ __anext__ __bases__ __bool__ __call__ __class__ __complex__ "
    "__contains__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__ "
    "__enter__ __eq__ __exit__ __float__ __floordiv__ __ge__ __get__ __getattr__ __getitem__ "
    "__globals__ __gt__ __hash__ __iadd__ __init__ __int__ __invert__ __isub__ __iter__ __le__ "
    "__len__ __lshift__ __lt__ __matmul__ __mod__ __module__ __mul__ __name__ __ne__ __neg__ "
    "__new__ __next__ __or__ __pos__ __pow__ __qualname__ __radd__ __rand__ __repr__ __reversed__ "
    "__rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ "
    "__rshift__ __rsub__ __rtruediv__ __rxor__ __set__ __set_name__ __setattr__ __setitem__ "
    "__str__ __sub__ __traceback__ __truediv__ __xor__ buffering chdir closure data digest "
    "encoding file flush function getcwd hashlib hexlify ilistdir ioctl ipoll listdir "
    "mkdir mkfs mode modify mount native newline off on poll ptr ptr16 ptr32 ptr8 readblocks "
    "register rename reversed rmdir sha256 stat statvfs sync text uint umount unhexlify unlink "
    "unregister viper writeblocks"
).split()
# Attributes with such a name are as good as others, but no name of a component's export.
HIDDEN = (
    "_ _machine _mpy __all__ __build_class__ __file__ __import__ __main__ __path__ __repl_print__"
).split()
_MARKS = (
    "",
    "\n",
    " ",
    "*",
    "/",
    "<dictcomp>",
    "<genexpr>",
    "<lambda>",
    "<listcomp>",
    "<module>",
    "<setcomp>",
    "<stdin>",
    "<string>",
    "maximum recursion depth exceeded",
    "utf-8",
)

KNOWN = frozenset((*FIXED, *CORE, *HIDDEN, *_MEANT, *_MARKS))
