"""What a block of structured control flow is while its body is translated."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...wasm.types import ValType


@dataclass(slots=True)
class Block:
    """An open block.

    kind: "func", "block", "loop", "if" or "try". height: stack entries below its parameters.
    label: where a branch to it goes. other: where an `else` begins, until there is one.
    slots: of a loop, the variables that hold its parameters.
    incoming: of the others, (values, block) of each branch to its end.
    catches: the clauses of a try_table as decoded; dispatch: the label of the code that chooses
    between them, "" as long as nothing needs it.
    reached: whether the code at hand can run.
    known: what was known where an `if` began, for its `else`; parameters: likewise.
    prepared: whether there was a check for calls before the block.
    """

    kind: str
    height: int
    params: tuple[ValType, ...]
    results: tuple[ValType, ...]
    label: str
    other: str = ""
    slots: list[str] = field(default_factory=list)
    incoming: list[tuple[list[str], str]] = field(default_factory=list)
    catches: tuple = ()
    dispatch: str = ""
    reached: bool = True
    known: dict = field(default_factory=dict)
    parameters: list = field(default_factory=list)
    prepared: bool = False

    @property
    def arity(self) -> tuple[ValType, ...]:
        """The values that a branch to the block takes along."""
        return self.params if self.kind == "loop" else self.results
