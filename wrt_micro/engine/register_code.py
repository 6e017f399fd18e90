# What both interpreters of register code have. The folder of each is generated: `loop` is its main
# loop, the other modules are its cold classes, imported only if the image needs them.

import struct
import sys

from .. import limits
from . import CLASSES, F32, F64, FORM


def parts(form, features, image):
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
    if FORM:
        raise ImportError("no module named 'engine_%08x' for this board" % image.crc)
    loop = "loop"
    if form != "portable":  # its main loop does the floats
        loop, features = loop_name(features), features & ~(F32 | F64)
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
