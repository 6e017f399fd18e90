"""Canonical definitions (Binary.md, Canonical Definitions): one table of all opcodes."""

from __future__ import annotations

from collections.abc import Callable

from .coretypes import read_core_valtype
from .cursor import Cursor
from .tree import CanonBuiltin, CanonLift, CanonLower, CanonOptions
from .typedefs import read_result

ENCODINGS = ("utf8", "utf16", "latin1+utf16")


def read_options(cursor: Cursor) -> CanonOptions:
    """`opts`: each option at most once; the default string encoding is utf8."""
    found: dict[str, object] = {}
    for _ in range(cursor.u32("the number of canonical options")):
        start = cursor.offset
        code = cursor.u8("a canonical option")
        if code <= 2:
            key, value = "encoding", ENCODINGS[code]
        elif code == 3:
            key, value = "memory", cursor.u32("a core memory index")
        elif code in (4, 5, 7):
            key = {4: "realloc", 5: "post_return", 7: "callback"}[code]
            value = cursor.u32("a core function index")
        elif code == 6:
            key, value = "async_", True
        else:
            cursor.fail(f"expected a canonical option (0x00 to 0x07), found 0x{code:02x}", start)
        if key in found:
            name = key.strip("_").replace("_", "-")
            cursor.fail(f"the canonical option {name} is given twice", start)
        found[key] = value
    return CanonOptions(**found)


def _index(what: str) -> Callable[[Cursor], int]:
    return lambda cursor: cursor.u32(f"a {what} index")


def _flag(what: str) -> Callable[[Cursor], bool]:
    return lambda cursor: cursor.flag(f"{what} or not")


_TYPE = ("type", _index("type"))
_RESOURCE = ("resource", _index("resource type"))
_OPTIONS = ("options", read_options)
_ASYNC = ("async_", _flag("async"))
_CANCELLABLE = ("cancellable", _flag("cancellable"))
_MEMORY = ("memory", _index("core memory"))
_CORE_TYPE = ("core_type", _index("core type"))
_TABLE = ("table", _index("core table"))
_SLOT = (("core_valtype", read_core_valtype), ("slot", lambda c: c.u32("a context slot")))

# opcode: (name, ((immediate, how to read it), ...))
BUILTINS: dict[int, tuple[str, tuple[tuple[str, Callable[[Cursor], object]], ...]]] = {
    0x02: ("resource.new", (_RESOURCE,)),
    0x03: ("resource.drop", (_RESOURCE,)),
    0x04: ("resource.rep", (_RESOURCE,)),
    0x05: ("task.cancel", ()),
    0x06: ("subtask.cancel", (_ASYNC,)),
    0x09: ("task.return", (("result", read_result), _OPTIONS)),
    0x0A: ("context.get", _SLOT),
    0x0B: ("context.set", _SLOT),
    0x0C: ("thread.yield", (_CANCELLABLE,)),
    0x0D: ("subtask.drop", ()),
    0x0E: ("stream.new", (_TYPE,)),
    0x0F: ("stream.read", (_TYPE, _OPTIONS)),
    0x10: ("stream.write", (_TYPE, _OPTIONS)),
    0x11: ("stream.cancel-read", (_TYPE, _ASYNC)),
    0x12: ("stream.cancel-write", (_TYPE, _ASYNC)),
    0x13: ("stream.drop-readable", (_TYPE,)),
    0x14: ("stream.drop-writable", (_TYPE,)),
    0x15: ("future.new", (_TYPE,)),
    0x16: ("future.read", (_TYPE, _OPTIONS)),
    0x17: ("future.write", (_TYPE, _OPTIONS)),
    0x18: ("future.cancel-read", (_TYPE, _ASYNC)),
    0x19: ("future.cancel-write", (_TYPE, _ASYNC)),
    0x1A: ("future.drop-readable", (_TYPE,)),
    0x1B: ("future.drop-writable", (_TYPE,)),
    0x1C: ("error-context.new", (_OPTIONS,)),
    0x1D: ("error-context.debug-message", (_OPTIONS,)),
    0x1E: ("error-context.drop", ()),
    0x1F: ("waitable-set.new", ()),
    0x20: ("waitable-set.wait", (_CANCELLABLE, _MEMORY)),
    0x21: ("waitable-set.poll", (_CANCELLABLE, _MEMORY)),
    0x22: ("waitable-set.drop", ()),
    0x23: ("waitable.join", ()),
    0x24: ("backpressure.inc", ()),
    0x25: ("backpressure.dec", ()),
    0x26: ("thread.index", ()),
    0x27: ("thread.new-indirect", (_CORE_TYPE, _TABLE)),
    0x28: ("thread.resume-later", ()),
    0x29: ("thread.suspend", (_CANCELLABLE,)),
    0x2A: ("thread.suspend-then-resume", (_CANCELLABLE,)),
    0x2B: ("thread.yield-then-resume", (_CANCELLABLE,)),
    0x2C: ("thread.suspend-then-promote", (_CANCELLABLE,)),
    0x2D: ("thread.yield-then-promote", (_CANCELLABLE,)),
    0x2E: ("stream.forward", (_TYPE,)),
    0x2F: ("future.forward", (_TYPE,)),
    # The specification has a byte for `shared` in these three; no tool writes it.
    0x40: ("thread.spawn-ref", (_CORE_TYPE,)),
    0x41: ("thread.spawn-indirect", (_CORE_TYPE, _TABLE)),
    0x42: ("thread.available-parallelism", ()),
}


def read_canon(cursor: Cursor) -> CanonLift | CanonLower | CanonBuiltin:
    start = cursor.offset
    code = cursor.u8("a canonical definition")
    if code == 0x00:
        cursor.expect(0x00, "func")
        func = cursor.u32("a core function index")
        options = read_options(cursor)
        return CanonLift(func, options, cursor.u32("a type index"), start)
    if code == 0x01:
        cursor.expect(0x00, "func")
        func = cursor.u32("a function index")
        return CanonLower(func, read_options(cursor), start)
    if code not in BUILTINS:
        cursor.fail(f"expected a canonical definition, found 0x{code:02x}", start)
    name, immediates = BUILTINS[code]
    return CanonBuiltin(name, {key: read(cursor) for key, read in immediates}, start)
