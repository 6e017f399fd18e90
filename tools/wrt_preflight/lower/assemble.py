"""Register code to bytes: the last step of lowering a function."""

from __future__ import annotations

import struct

from ..errors import LimitError
from ..ops.encoding import BRANCH_BIAS, encode
from .function import FunctionLowerer
from .ir import Ins
from .legalize import expand, place
from .program import Function, Handler, Relocation
from .stack import NEAR

MAX_TABLE = 65535


def needs_scratch(lowerer: FunctionLowerer) -> bool:
    """Whether the frame is so large that 8-bit slot fields may not reach all of it."""
    return lowerer.near == 0 and lowerer.top > NEAR


def assemble(lowerer: FunctionLowerer, name: str, type_id: int) -> Function:
    """Raises LimitError if the function does not fit the encoding."""
    labels = [label for c in lowerer.catches for label in (c.first, c.last, c.label)]
    code, offsets = place(expand(lowerer.code, labels, lowerer.scratch), labels)
    function = Function(
        name,
        type_id,
        frame_bytes=lowerer.top * 4,
        link=lowerer.link * 4,
        zero_start=lowerer.zero_start * 4,
        zero_words=lowerer.zero_words,
        code=b"",
    )
    _check(function)
    out = bytearray()
    for i, ins in enumerate(code):
        if ins.source is not None and (
            not function.offsets or function.offsets[-1][1] != ins.source
        ):
            function.offsets.append((offsets[i], ins.source))
        _emit(function, out, ins, offsets, i)
    function.code = bytes(out)
    for catch in lowerer.catches:
        function.handlers.append(
            Handler(
                start=offsets[catch.first.position],
                end=offsets[catch.last.position],
                tag=catch.tag,
                with_ref=catch.with_ref,
                target=offsets[catch.label.position],
                destination=catch.slot * 4,
            )
        )
    return function


def _check(function: Function) -> None:
    if function.frame_bytes > 65532 or function.zero_words > 65535:
        raise LimitError(
            f"function {function.name} needs a frame of {function.frame_bytes} bytes; "
            "the limit is 65,532",
            hint="give it fewer locals, or split it",
        )


def _emit(function: Function, out: bytearray, ins: Ins, offsets: list[int], index: int) -> None:
    here = offsets[index]
    fields = dict(a=ins.a, b=ins.b, c=ins.c, d=ins.d, n=ins.n, imm=ins.imm)
    if ins.op == "slow":
        for name in ("c", "d"):
            if ins.kind(name) in "rR":
                fields[name] *= 4
    if ins.label is not None:
        distance = offsets[ins.label.position] - here
        if ins.op == "br.far":
            fields["imm"] = distance & 0xFFFFFFFF
        else:
            fields["c"] = distance + BRANCH_BIAS
    if ins.function is not None:
        function.relocations.append(Relocation(here + 12, ins.function))
        if ins.op in ("call", "return_call"):
            function.calls.append((ins.function, ins.c * 4 if ins.op == "call" else 0))
    if ins.op in ("call_indirect", "call_ref", "return_call_ref"):
        function.indirect = True
    if ins.op == "br_table":
        _table(out, ins, offsets, here, fields)
    else:
        out += encode(ins.op, **fields)


def _table(
    out: bytearray, ins: Ins, offsets: list[int], here: int, fields: dict[str, int]
) -> None:
    if len(ins.labels) > MAX_TABLE:
        raise LimitError(f"a br_table has {len(ins.labels)} targets; the limit is {MAX_TABLE}")
    out += encode(ins.op, **fields)
    for label in ins.labels:
        out += struct.pack("<i", offsets[label.position] - here)
