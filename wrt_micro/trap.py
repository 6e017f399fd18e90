# Errors that the runtime raises. A trap's number is what engines report; its kind is its name.

# Kind and message of each, by number: one string, as a tuple for each would take four times
# the heap.
TEXTS = """\
done: no trap
unreachable: unreachable
integer_divide_by_zero: integer divide by zero
integer_overflow: integer overflow
invalid_conversion_to_integer: invalid conversion to integer
out_of_bounds_memory: out of bounds memory access
out_of_bounds_table: out of bounds table access
undefined_element: undefined element
uninitialized_element: uninitialized element
indirect_call_type_mismatch: indirect call type mismatch
call_stack_exhausted: call stack exhausted: load(..., stack=BYTES) gives more
null_reference: null reference
unaligned_atomic: unaligned atomic
uncaught_exception: uncaught exception
exceptions_exhausted: no exception is free: load(..., exceptions=N) gives more
expected_shared_memory: expected shared memory
short_memory: access beyond the bytes that --memory gave, inside the declared memory
host: a host function raised an exception
deadlock: waits for a notification that nobody can send
fuel_exhausted: fuel exhausted
link: an imported memory or table is smaller than its import asks
too_deep: a call of machine code goes on from deeper in Python's calls than it began"""
# The numbers that the runtime itself makes or looks at.
BOUNDS = 5
STACK = 10
EXCEPTIONS = 14
SHARED = 15
SHORT = 16
HOST = 17
DEADLOCK = 18
FUEL = 19
DEEP = 21


class ImageError(Exception):
    """The bytes are not an image that this runtime can run."""


class LinkError(Exception):
    """Imports that nobody provided."""


class LimitError(Exception):
    """A fixed capacity is too small, or the heap cannot hold what was asked."""


class ComponentError(Exception):
    """The error case of a result that an exported function returned. payload: its value."""

    def __init__(self, payload=None):
        super().__init__(payload)
        self.payload = payload


class Exit(BaseException):
    """A program ended itself through WASI. code: its exit status.

    Like SystemExit it passes by `except Exception`; unlike that it does not restart a board.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def kind(texts, number):
    """(kind, message) of a trap, from a module's texts; of a number where they are not there."""
    lines = texts.split("\n")
    if number < len(lines):
        return lines[number].split(": ", 1)
    return str(number), texts


def than(capacity):
    """The rest of the message of a trap for a table that is full."""
    return " than the %d there are" % capacity


class Trap(Exception):
    """The guest stopped for good.

    number: trap number. kind: its name, for example "integer_divide_by_zero".
    pc: image offset of the instruction. backtrace: [(function index, image offset)], innermost
    first; a caller's offset lies in its call instruction. Names are on the host, in image.sym.
    instance: name of the core module instance it happened in, or None.
    nested: it ended a call that a host function made, and the calls around it.
    An exception of a host function is in __cause__. detail: numbers, behind the message.
    """

    detail = ""

    def __init__(self, number, backtrace, instance=None, detail=""):
        self.number = number
        self.instance = instance
        self.detail = detail
        self.kind, self.message = kind(TEXTS, number)
        self.backtrace = backtrace
        self.nested = False
        self.pc = backtrace[0][1] if backtrace else 0
        super().__init__(self.message)

    def __str__(self):
        cause = getattr(self, "__cause__", None)
        text = self.message + self.detail
        if cause is not None:
            text += ": %s: %s" % (type(cause).__name__, cause)
        return text
