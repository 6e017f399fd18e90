# Chooses an engine: interp.py, plain.py or native.py, of which a device has what it needs.

import sys

from ..trap import LimitError

FORM = None  # the folder of the only engine that this runtime is for: docs/linked.md
DONE, HOST, TRAP, YIELD = 0, 1, 2, 3
MOVED = 4  # machine code only: Python's own stack is too deep for this call to go on
RECORD_WORDS = 30  # of a thread that runs register code
EXNREF_MARK = 0x2A5C  # upper half of its references to exceptions
CLASSES = ("integer", "memory", "table", "f32", "f64", "exception")
F32, F64 = 1 << 3, 1 << 4  # their bits in an image's features
# Architectures whose loads must be aligned, as sys.implementation._mpy numbers them:
# armv6, armv6m, xtensa, xtensawin, rv32imc.
_STRICT = (3, 4, 9, 10, 11)


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
        form = FORM or viper_form()
        if form:
            try:
                from .interp import Interp

                return Interp(form, features, image)
            except (ImportError, SyntaxError, ValueError) as e:  # no file, no emitter, other arch
                reason = str(e)
    if name == "interp":
        raise LimitError("engine interp does not run here (%s): use engine='portable'" % reason)
    try:
        from .plain import Portable

        return Portable(features, image)
    except ImportError as e:
        missing = str(e)
    raise LimitError("no engine runs here (%s; %s): copy wrt_micro/engine" % (reason, missing))
