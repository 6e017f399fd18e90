"""Code section (10): locals, and where the instructions are. `decode_body` decodes those."""

from __future__ import annotations

from ..cursor import Cursor
from ..module import Code, Module
from ..typecodes import value_type
from ..types import ValType

MAX_LOCALS = 2**32 - 1


def _locals(cursor: Cursor) -> tuple[int, ValType]:
    return cursor.u32("a number of locals"), value_type(cursor)


def _code(cursor: Cursor) -> Code:
    body = cursor.part(cursor.u32("the size of a function body"), "function body")
    start = body.pos
    locals = body.vector("runs of locals", lambda: _locals(body))
    total = sum(count for count, _ in locals)
    if total > MAX_LOCALS:
        body.fail(f"expected at most {MAX_LOCALS} locals, found {total}", start)
    return Code(locals, body.pos, body.end)


def read(cursor: Cursor, module: Module) -> None:
    module.code = cursor.vector("function bodies", lambda: _code(cursor))
