"""A syntax tree as source, from which MicroPython makes the code that it makes of ours."""

from __future__ import annotations

import ast

from .walk import walk


def source_of(tree: ast.Module) -> str:
    """The source of a module.

    Where two or three variables get as many values, MicroPython makes no tuple, which would
    allocate, unless the values are in parentheses: ast.unparse writes some.
    """
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    lines = text.encode().split(b"\n")
    for node in walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and _gives_each(node):
            value = node.value
            row, first, last = value.lineno - 1, value.col_offset, value.end_col_offset
            line = lines[row]
            if value.end_lineno - 1 == row and line[first : first + 1] == b"(":
                # As long as before: there may be more of them in a line.
                lines[row] = line[:first] + b" " + line[first + 1 : last - 1] + b" " + line[last:]
    return b"\n".join(lines).decode()


def _gives_each(node: ast.Assign) -> bool:
    value = node.value
    return isinstance(value, ast.Tuple) and all(
        isinstance(target, ast.Tuple) and len(target.elts) == len(value.elts) in (2, 3)
        for target in node.targets
    )
