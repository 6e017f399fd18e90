"""Small programs: each runs as it is and as a pass of the linker leaves it, and does the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from textwrap import dedent

Pass = Callable[[list[ast.stmt]], list[ast.stmt]]
KEPT = frozenset({"main", "out"})  # names that a program's surroundings use


def outcome(source: str, **names: object) -> list[tuple]:
    """What a program tells `out`, and the exception that it ends with."""
    told: list[tuple] = []

    def out(*values: object) -> None:
        told.append(tuple(re.sub(" at 0x[0-9a-f]+", "", repr(value)) for value in values))

    names |= {"__name__": "program", "out": out}
    try:
        exec(compile(source, "<program>", "exec"), names)
    except Exception as error:
        told.append((type(error).__name__, *error.args))
    return told


def written(body: list[ast.stmt]) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))


def statements(source: str) -> list[ast.stmt]:
    """Those of a program, all of them in the main part."""
    body = ast.parse(dedent(source)).body
    for node in body:
        node.part = ""
    return body


def passed(how: Pass, source: str, gone: Collection[str] = (), there: Collection[str] = ()) -> str:
    """What a pass makes of a program. gone, there: names that it has not, or has, any more."""
    before = outcome(dedent(source))
    made = written(how(statements(source)))
    assert outcome(made) == before, made
    assert before, "a program that tells nothing"
    for name in gone:
        assert not re.search(rf"\b{re.escape(name)}\b", made), made
    for name in there:
        assert re.search(rf"\b{re.escape(name)}\b", made), made
    return made
