# Engine native: machine code that the host made of a program, for one architecture. It comes as a
# module beside the image: `entry(st)` runs the guest, `build` is a CRC that the image has too.

import struct
import sys
from binascii import crc32

from .. import limits
from ..image import FUNCTIONS, NATIVE
from ..trap import ImageError, LimitError
from .addresses import bind_buffers, bind_descriptors

_RECORD = "<BBBBIIIIII"
_ARCHITECTURES = (None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp")
_ARCHITECTURES += ("armv7emdp", "xtensa", "xtensawin", "rv32imc", "rv64imc")
_ARMV6M, _ARMV7EMDP = 4, 8
# Words of the thread record that are its own.
_BASE, _MARGIN, _BUDGET, _RESERVE, _SAVED, _OWN = 32, 36, 37, 38, 42, 43
# The guest's frames lie this many bytes below Python's own, which may grow by as many before a
# suspended call cannot go on; and they take so many at most. Small boards have 8 KiB for all.
_MARGIN_BYTES, _MACHINE_STACK = (32768, 262144) if sys.maxsize > 0x7FFFFFFF else (1024, 3072)


def open_native(name, image):
    """The engine for an image of machine code.

    name: "native", or None. Raises LimitError where another engine is asked for, or this Python
    runs no machine code; ImageError where image or module were built for something else.
    """
    if name not in (None, "native"):
        raise LimitError(
            "the image holds machine code, which engine %s does not run: use engine='native', or "
            "build it without --engine native" % name
        )
    return Native(image)


class Native:
    """Machine code made by the host. It reads image segments in place."""

    name = form = "native"
    in_place = True
    takes_thread = False
    asks_always = True  # for a search of references when the pool of exceptions is full
    exnref_mark = 0x7E00
    tells_end = True
    record_words = 44

    def __init__(self, image):
        offset, size = image.optional[NATIVE]
        record = struct.unpack_from(_RECORD, image.data, offset)
        arch, mpy, sub, _, self.red_zone, self.reserve, self.code_bytes = record[:7]
        build, length, crc = record[7:]
        board = str(bytes(image.data[offset + struct.calcsize(_RECORD) : offset + size]), "utf-8")
        built = "%s, .mpy %d.%d" % (_ARCHITECTURES[arch], mpy, sub)
        if board:
            built = "%s (%s)" % (board, built)
        _check_board(arch, mpy, sub, built)
        module = image.native or _beside(image, built, length, crc)
        if getattr(module, "build", None) != build:
            raise ImageError("the machine code is not that of this image, built for %s" % built)
        # Runs until the guest is done or wants something: DONE, HOST, TRAP, YIELD or MOVED.
        self.resume = module.entry
        self.address = _address_of(module.entry)

    def trace(self, thread):
        """Where the last call ended: [(function index, image offset of its header)].

        The function that trapped is exact. Its callers are found by what looks like a return
        address in the frames that the machine code left, so one that has returned may be named
        too, and one that was inlined into its caller is not.
        """
        image = thread.store.image
        stack = thread.stack
        frames = []
        if thread.stop_pc:
            frames.append((image.function_at(thread.stop_pc), thread.stop_pc))
        words = 2 if sys.maxsize > 0x7FFFFFFF else 1
        first, last = self._frames(thread)
        for i in range(first, last, words):
            address = stack[i] | (stack[i + 1] << 32 if words == 2 else 0)
            index = self._function_of(image, address - self.address)
            if index is not None and len(frames) < limits.BACKTRACE:
                frames.append((index, image.function(index) + 12))
        return frames

    def _frames(self, thread):
        """The words of the stack that hold frames: (first, behind the last)."""
        stack = thread.stack
        if thread.st[_OWN]:
            return thread.st[_SAVED] >> 2, len(stack) & ~1
        at = thread.stop_fp >> 2
        last = at + 4 + (stack[at] >> 2) if at < len(stack) else 0
        # Without frames that were saved, as for a call that did not begin, nothing fits.
        if last > len(stack) or stack[at + 1] != thread.st[_BASE]:
            return 0, 0
        return at + 4, last

    def _function_of(self, image, offset):
        """The function whose machine code has this offset in the blob, or None."""
        if not 0 <= offset < self.code_bytes:
            return None
        best = found = 0
        for i in range(image.counts[FUNCTIONS]):
            entry = struct.unpack_from("<I", image.data, image.function(i) + 12)[0]
            if best < entry <= offset:
                best, found = entry, i
        return found if best else None

    def bind_store(self, store):
        """Write the machine addresses of memories and tables into their descriptors."""
        bind_descriptors(store)

    def bind_thread(self, thread):
        """Write the machine addresses of all buffers into the thread record."""
        bind_buffers(thread)
        st = thread.st
        st[_MARGIN] = _MARGIN_BYTES
        stack = thread.store.machine_stack
        if stack is None:
            stack = _MACHINE_STACK
        elif not stack:  # frames stay in the thread's own stack, and so does what interrupts take
            st[_OWN] = 1
            st[_RESERVE] = self.reserve + self.red_zone
            if st[_RESERVE] < 4 * len(thread.stack):
                return
            raise LimitError(
                "machine_stack=0 needs a stack of more than %d bytes, it has %d: load(..., "
                "stack=N) gives more" % (st[_RESERVE], 4 * len(thread.stack))
            )
        if stack < self.red_zone:
            raise LimitError(
                "one function of this program, interrupts and what it calls take %d bytes of the "
                "machine's stack, and %d are allowed: load(..., machine_stack=N) allows more, "
                "where the board has them" % (self.red_zone, stack)
            )
        st[_BUDGET] = stack - self.red_zone
        st[_RESERVE] = self.reserve


def _check_board(arch, mpy, sub, built):
    """Raise unless machine code for this architecture and .mpy version can be loaded here."""
    here = getattr(sys.implementation, "_mpy", 0)
    if sys.implementation.name != "micropython" or not here:
        raise LimitError("engine native runs under MicroPython with native code only")
    own = here >> 10 & 15
    thumb = _ARMV6M <= arch <= own <= _ARMV7EMDP  # each runs the code of those before it
    if (arch == own or thumb) and here & 0xFF == mpy and here >> 8 & 3 == sub:
        return
    raise ImageError(
        "the machine code was built for %s, this is %s, .mpy %d.%d: build it again for this board"
        % (built, _ARCHITECTURES[own], here & 0xFF, here >> 8 & 3)
    )


def _beside(image, built, length, crc):
    """The module that the host wrote beside an image: greeter_native.mpy for greeter.wrt.

    A damaged one would crash the board, so its length and CRC-32 are checked first.
    """
    path = image.path
    if not path:
        raise ImageError(
            "the image's machine code for %s is a module of its own: give it, as load(..., "
            "native=module)" % built
        )
    file = module_file(path)
    folder, _, name = file[:-4].rpartition("/")
    try:
        found = _checksum(file)
    except OSError:
        raise ImageError("%s is missing: the machine code for %s" % (file, built)) from None
    if found != (length, crc):
        raise ImageError(
            "%s is not the machine code of this image, built for %s: copy both of one build"
            % (file, built)
        )
    sys.path.insert(0, folder or ("/" if path[0] == "/" else ""))
    sys.modules.pop(name, None)
    try:
        return __import__(name)
    finally:
        sys.path.pop(0)
        sys.modules.pop(name, None)


def module_file(path):
    """The file with the machine code of the image in a file: greeter_native.mpy, greeter.wrt."""
    folder, _, name = path.rpartition("/")
    name = name.rpartition(".")[0] + "_native.mpy"
    return (folder + "/" if folder or path[0] == "/" else "") + name


def _address_of(function):
    """Where the machine code of a viper function begins: the fourth word of the object."""
    from uctypes import bytearray_at

    size = 8 if sys.maxsize > 0x7FFFFFFF else 4
    return int.from_bytes(bytearray_at(id(function) + 3 * size, size), "little") & ~1


def _checksum(file):
    """(bytes, CRC-32) of a file, read in pieces of 256 bytes."""
    piece = bytearray(256)
    view = memoryview(piece)
    length = crc = 0
    with open(file, "rb") as stream:
        while True:
            count = stream.readinto(piece)
            if not count:
                return length, crc & 0xFFFFFFFF
            crc = crc32(view[:count], crc)
            length += count
