"""How much stack a program needs: exact where the call graph says so, else why not."""

from __future__ import annotations

from .context import Context
from .program import Function, Program


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


def referenced(program: Program) -> list[int]:
    """Functions that Python may get a reference to, and call."""
    found = {word.function for word in program.globals}
    for table in program.tables:
        found.update(table.items)
    for function in program.functions:
        called = {index for index, _ in function.calls}
        found |= {relocation.function for relocation in function.relocations} - called
    return sorted(found - {None})


def reserve_stack(context: Context, program: Program) -> None:
    """Sets the stack that a module's program needs, where its call graph has a bound."""
    options = context.options
    if options.stack_bytes is not None:
        program.stack_bytes, program.stack_reason = options.stack_bytes, "set by the user"
        return
    exported = [e.index for i in program.instances for e in i.exports if e.kind == "func"]
    started = [i.init for i in program.instances if i.init is not None]
    try:
        need = depth(program.functions, [*exported, *started, *referenced(program)])
    except Unbounded as reason:
        program.stack_bytes, program.stack_reason = (
            options.default_stack,
            f"default, because {reason}",
        )
        return
    if program.native:
        need += program.native.overhead
    # A host function may call back into the guest, on the same stack.
    program.stack_bytes = 2 * need if program.imports else need
    if program.native:
        program.stack_bytes += program.native.reserve
    program.stack_reason = "deepest call chain" + (
        ", twice for calls back from the host" if program.imports else ""
    )
