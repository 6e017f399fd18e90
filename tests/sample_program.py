"""A program made by hand, with something in every section of its image."""

from wrt_preflight.lower.program import (
    Export,
    Function,
    GlobalWord,
    Handler,
    HostImport,
    Instance,
    Memory,
    Program,
    Relocation,
    Table,
)
from wrt_preflight.ops.encoding import encode
from wrt_preflight.wasm.types import EXTERNREF, FUNCREF, FuncType, RefType


def sample_program() -> Program:
    """Six functions that call each other, the host, loop, trap and start; see each comment."""
    return Program(
        types=[
            FuncType(("i32", "i32"), ("i32",)),
            FuncType((), ()),
            FuncType(("i64", "f64"), ("f64", "i64")),
            FuncType((EXTERNREF, RefType(False, 0), RefType(False, "func")), (FUNCREF,)),
        ],
        functions=[
            # add(a, b) = a + b
            function("add", 0, 16, encode("i32.add", 0, 0, 1) + encode("ret", c=2)),
            # twice(a, b) = add(a, b) through a frame 4 slots up
            function(
                "twice",
                0,
                48,
                encode("mov", 4, 0) + encode("mov", 5, 1) + CALL + encode("ret32", b=4, c=2),
                relocations=[Relocation(16 + 12, 0)],
            ),
            # host import 0, given and giving slot 0
            function("env.log", 0, 16, encode("host", c=0, d=0) + encode("ret", c=2)),
            # loop for ever
            function("spin", 1, 8, encode("br", c=32768) + encode("ret", c=0), handlers=HANDLERS),
            # trap with number 1
            function("fail", 1, 8, encode("trap", c=1) + encode("ret", c=0)),
            # init: the global becomes 7
            function(
                "init",
                1,
                12,
                encode("const", 2, c=7) + encode("global.set", 2, c=0) + encode("ret", c=0),
            ),
        ],
        memories=[Memory("memory", 8, 16, 0, 16, 32), Memory("big", 0, 65536, 16, None, 0)],
        data=[b"hello", b"", b"wrt"],
        tables=[
            Table("table", 4, 6, [None, 0, None, None]),
            Table("segment", 2, 2, [1, None], constant=True),
        ],
        element_segments=1,
        globals=[GlobalWord(1), GlobalWord(function=4), GlobalWord(-1)],
        tags=[0, 3],
        exceptions=4,
        instances=[
            Instance("first", None, [Export("add", "func", 0)]),
            Instance(
                "main",
                5,
                [
                    Export("add", "func", 0),
                    Export("twice", "func", 1),
                    Export("log-it", "func", 2),
                    Export("spin", "func", 3),
                    Export("fail", "func", 4),
                    Export("count", "global", 0, "i32", mutable=True),
                    Export("function", "global", 1, FUNCREF),
                    Export("memory", "memory", 0),
                    Export("table", "table", 0),
                    Export("tag", "tag", 1),
                    Export("größe", "func", 1),
                ],
            ),
        ],
        imports=[HostImport("env", "log", 0)],
        stack_bytes=256,
        stack_reason="made by hand",
        features=set(),
    )


CALL = encode("call", c=4)
HANDLERS = [Handler(0, 8, 1, True, 8, 8), Handler(0, 8, None, False, 8, 8)]


def function(name, type_id, frame_bytes, code, relocations=(), handlers=()):
    """A function whose link words stand behind its params and results."""
    return Function(
        name=name,
        type_id=type_id,
        frame_bytes=frame_bytes,
        link=8 if type_id == 0 else 0,
        zero_start=8 if type_id == 0 else 0,
        zero_words=0,
        code=code,
        relocations=list(relocations),
        handlers=list(handlers),
        offsets=[(0, 100), (8, 103)],
    )
