# Traps of the Canonical ABI. Their numbers follow those of the core (wrt_micro/trap.py).

from ..trap import Trap, kind

# Kind and message of each, by number: one string, as a tuple for each would take four times
# the heap.
TEXTS = """\
cannot_enter: cannot enter component instance
cannot_leave: cannot leave component instance
unaligned_pointer: unaligned pointer
pointer_out_of_bounds: pointer out of bounds of memory
string_out_of_bounds: string content out-of-bounds
list_out_of_bounds: list content out-of-bounds
string_too_long: string longer than 2**28 - 1 bytes
list_too_long: list longer than 2**28 - 1 bytes
invalid_utf8: invalid utf-8
invalid_utf16: unpaired surrogate in utf-16
invalid_char: invalid `char` bit pattern
invalid_discriminant: invalid variant discriminant
realloc_unaligned: realloc return: result not aligned
realloc_out_of_bounds: realloc return: beyond end of memory
unknown_handle: unknown handle index
handle_type: handle index used with the wrong type
handle_not_owned: cannot give away a borrowed handle
handle_lent: cannot remove owned resource while borrowed
borrows_remain: borrow handles still remain at the end of the call
handles_full: no handle is free: load(..., handles=N) gives more
lends_full: too many handles are lent: load(..., handles=N) gives more"""
FIRST = 32
CANNOT_ENTER, CANNOT_LEAVE, UNALIGNED, OUT_OF_BOUNDS, STRING_BOUNDS, LIST_BOUNDS = range(32, 38)
STRING_LENGTH, LIST_LENGTH, INVALID_UTF8, INVALID_UTF16, INVALID_CHAR = range(38, 43)
DISCRIMINANT, REALLOC_UNALIGNED, REALLOC_BOUNDS = range(43, 46)
UNKNOWN_HANDLE, HANDLE_TYPE, HANDLE_NOT_OWNED, HANDLE_LENT, BORROWS_REMAIN = range(46, 51)
HANDLES_FULL, LENDS_FULL = 51, 52
SHORT_MEMORY = 16  # the core's trap


class ComponentTrap(Trap):
    """A trap of the Canonical ABI. instance: name of the component instance it happened in."""

    def __init__(self, number, instance, detail=""):
        self.number = number
        self.detail = detail
        self.kind, self.message = kind(TEXTS, number - FIRST)
        self.instance = instance
        self.backtrace = []
        self.nested = False
        self.pc = 0


class Mismatch(Exception):
    """A Python value that is none of its component type. where: the path to it, inside out."""

    def __init__(self, error, expected, value):
        self.error = error
        self.what = "expected %s, got %r" % (expected, value)
        self.where = ""

    def inside(self, step):
        """Put a step in front of the path."""
        self.where = step + self.where

    def raised(self):
        """The TypeError or ValueError to raise."""
        return self.error(self.where + ": " + self.what)
