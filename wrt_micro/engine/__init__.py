# Chooses an engine and drives it. An engine's folder is generated: `loop` is the interpreter,
# the other modules are its cold classes, imported only if the image needs them.

import struct
import sys

from .. import limits
from ..trap import LimitError

DONE, HOST, TRAP, YIELD = 0, 1, 2, 3
MOVED = 4  # machine code only: Python's own stack is too deep for this call to go on
RECORD_WORDS = 30  # of a thread that runs register code
EXNREF_MARK = 0x2A5C  # upper half of its references to exceptions
CLASSES = ("integer", "memory", "table", "f32", "f64", "exception")
F32, F64 = 1 << 3, 1 << 4  # their bits in an image's features
# Architectures whose loads must be aligned, as sys.implementation._mpy numbers them:
# armv6, armv6m, xtensa, xtensawin, rv32imc.
_STRICT = (3, 4, 9, 10, 11)
# Words of the thread record that hold machine addresses.
_CODE, _STACK, _GLOBALS, _MEMORIES, _TABLES, _EXCEPTIONS = 8, 10, 14, 16, 18, 20


def viper_form():
    """The folder of the viper engine for this MicroPython, or None without a native emitter."""
    arch = getattr(sys.implementation, "_mpy", 0) >> 10 & 15
    if not arch or sys.implementation.name != "micropython":
        return None
    if sys.maxsize > 0x7FFFFFFF:
        return "viper64"
    return "viper32s" if arch in _STRICT else "viper32"


def engine_for(name, image):
    """The engine for an image. name: as `open_engine` takes it, or "native"."""
    if image.machine_code:
        from .native import open_native

        return open_native(name, image)
    if name == "native":
        raise LimitError("the image holds no machine code: build it with --engine native")
    return open_engine(name, image.features, image)


def open_engine(name, features, image=None):
    """The engine for an image of register code that needs these features.

    name: "interp", "portable", or None for interp where it runs, else portable. image: there may
    be an engine that knows no other one, engine_<its CRC>.mpy, beside it or on sys.path.
    Raises LimitError if the engine asked for does not run here.
    """
    if name not in (None, "interp", "portable"):
        raise LimitError("no engine is named %r; there are: interp, portable, native" % (name,))
    reason = "this Python has no native code emitter"
    if name != "portable":
        form = viper_form()
        if form:
            try:
                return Interp(form, features, image)
            except (ImportError, SyntaxError, ValueError) as e:  # no file, no emitter, other arch
                reason = str(e)
    if name == "interp":
        raise LimitError("engine interp does not run here (%s): use engine='portable'" % reason)
    try:
        return Portable(features, image)
    except ImportError as e:
        missing = str(e)
    raise LimitError("no engine runs here (%s; %s): copy wrt_micro/engine" % (reason, missing))


def _parts(form, loop, features, image):
    """The main loop and the cold classes: of the engine made for this image, if there is one."""
    if image:
        path = image.path or ""
        sys.path.insert(0, path[: path.rfind("/")] or "/" if "/" in path else "")
        try:
            made = __import__("engine_%08x" % image.crc)
            if made.form == form:
                return made.loop, [getattr(made, name, None) for name in CLASSES]
        except (ImportError, ValueError):  # no file, or for another architecture
            pass
        finally:
            sys.path.pop(0)
    return _run(form, loop), _cold(form, features)


def _run(form, module):
    return __import__("wrt_micro.engine.%s.%s" % (form, module), None, None, ("run",)).run


def _cold(form, features):
    return [_run(form, name) if features >> i & 1 else None for i, name in enumerate(CLASSES)]


def loop_name(features):
    """The module with the main loop for an image: viper does the floats it needs in the loop.

    Leaving the loop for each would cost four times as much as the instruction itself.
    """
    return "loop" + ("_f32" if features & F32 else "") + ("_f64" if features & F64 else "")


def backtrace_of_frames(thread):
    """Where the last call of register code ended: [(function index, image offset)], innermost
    first."""
    pc, fp = thread.stop_pc, thread.stop_fp
    image = thread.store.image
    stack = thread.stack
    frames = []
    while len(frames) < limits.BACKTRACE:
        index = image.function_at(pc)
        frames.append((index, pc))
        link = fp + struct.unpack_from("<H", thread.store.code, image.function(index) + 10)[0] >> 2
        if link + 1 >= len(stack) or not stack[link + 1]:
            break
        pc = stack[link] - 8
        fp -= stack[link + 1]
    return frames


class Interp:
    """Machine code made by MicroPython's viper emitter. It reads image segments in place."""

    name = "interp"
    in_place = True
    takes_thread = False  # resume takes the record
    asks_always = False
    exnref_mark = EXNREF_MARK
    record_words = RECORD_WORDS

    def __init__(self, form, features, image=None):
        self.form = form
        cold = features & ~(F32 | F64)
        self.loop, cold = _parts(form, loop_name(features), cold, image)
        self.cold = tuple(cold) if any(cold) else ()
        self.resume = self._resume  # bound once: to take a method allocates

    def _resume(self, st):
        """Run until the guest is done or wants something: DONE, HOST, TRAP or YIELD."""
        loop = self.loop
        status = loop(0, 0, st)
        while status >= 16:
            status = self.cold[status - 16](0, 0, st) or loop(0, 0, st)
        return status

    @property
    def tells_end(self):
        """An access out of bounds leaves its end in aux1 where words are wide, else its start."""
        return self.form == "viper64"

    def backtrace(self, thread):
        """Where the last call ended: [(function index, image offset)], innermost first."""
        return backtrace_of_frames(thread)

    def bind_store(self, store):
        """Write the machine addresses of memories and tables into their descriptors."""
        bind_descriptors(store)

    def bind(self, thread):
        """Write the machine addresses of all buffers into the thread record."""
        bind_buffers(thread)


def bind_descriptors(store):
    """Write the machine addresses of memories and tables into their descriptors."""
    from uctypes import addressof

    code = addressof(store.code)
    for i in range(len(store.memories)):
        memory = store.memories[i]
        # A data segment's descriptor holds its image offset until now.
        address = code + store.mems[8 * i] if memory is None else addressof(memory)
        _address(store.mems, 8 * i, address)
    for i in range(len(store.tables)):
        table = store.tables[i]
        address = code + store.tabs[4 * i] if table is None else addressof(table)
        _address(store.tabs, 4 * i, address)


def bind_buffers(thread):
    """Write the machine addresses of all buffers into a thread's record."""
    from uctypes import addressof

    store = thread.store
    for word, buffer in (
        (_CODE, store.code),
        (_STACK, thread.stack),
        (_GLOBALS, store.globals),
        (_MEMORIES, store.mems),
        (_TABLES, store.tabs),
        (_EXCEPTIONS, store.exceptions),
    ):
        _address(thread.st, word, addressof(buffer))


def _address(words, index, address):
    words[index] = address & 0xFFFFFFFF
    words[index + 1] = address >> 32


class Portable:
    """Plain Python, for any MicroPython and for CPython. It works on the thread itself."""

    name = form = "portable"
    in_place = False
    takes_thread = True
    asks_always = False
    exnref_mark = EXNREF_MARK
    tells_end = True
    record_words = RECORD_WORDS

    def __init__(self, features, image=None):
        self.loop, cold = _parts("portable", "loop", features, image)
        self.cold = tuple(cold) if any(cold) else ()
        self.resume = self._resume

    def _resume(self, thread):
        """Run until the guest is done or wants something: DONE, HOST, TRAP or YIELD."""
        loop = self.loop
        status = loop(thread)
        while status >= 16:
            status = self.cold[status - 16](thread) or loop(thread)
        return status

    def backtrace(self, thread):
        """Where the last call ended: [(function index, image offset)], innermost first."""
        return backtrace_of_frames(thread)

    def bind_store(self, store):
        """Nothing: it needs no addresses."""

    def bind(self, thread):
        """It needs no addresses, but all buffers as attributes of the thread."""
        store = thread.store
        thread.code = store.code
        thread.globals = store.globals
        thread.tabs = store.tabs
        thread.tables = store.tables
        thread.exceptions = store.exceptions
