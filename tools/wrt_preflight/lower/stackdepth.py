"""How much stack a program needs: exact where the call graph says so, else why not."""

from __future__ import annotations

from .program import Function


class Unbounded(Exception):
    """The reason, as one sentence."""


def depth(functions: list[Function], roots: list[int]) -> int:
    """Bytes of stack that calls of the root functions (by index) need at most.

    Raises Unbounded if a function recurses or calls by reference.
    """
    known: dict[int, int] = {}
    for root in roots:
        _visit(functions, root, known)
    return max((known[root] for root in roots), default=0)


def _visit(functions: list[Function], root: int, known: dict[int, int]) -> None:
    """Depth first, with a list instead of Python's own stack: call chains may be long."""
    path: list[tuple[int, int]] = [(root, 0)]
    active = {root}
    while path:
        index, step = path.pop()
        function = functions[index]
        if function.indirect:
            raise Unbounded(f"{function.name} calls by reference")
        if index in known:
            active.discard(index)
            continue
        if step < len(function.calls):
            path.append((index, step + 1))
            callee = function.calls[step][0]
            if callee in active:
                raise Unbounded(f"{functions[callee].name} is recursive")
            if callee not in known:
                active.add(callee)
                path.append((callee, 0))
            continue
        below = [known[callee] + delta for callee, delta in function.calls]
        known[index] = max([function.frame_bytes, *below])
        active.discard(index)
