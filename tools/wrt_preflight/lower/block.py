"""What a block of structured control flow is while its body is lowered."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wasm.types import ValType
from .ir import Label


@dataclass(slots=True)
class Catch:
    """A clause of a try_table before it has addresses; see program.Handler.

    first, last: where the covered code begins and ends. tag: store-wide index, or None for all.
    label, slot: where to go on, and the first slot of the payload there.
    """

    first: Label
    last: Label
    tag: int | None
    with_ref: bool
    label: Label
    slot: int


@dataclass(slots=True)
class Block:
    """An open block.

    kind: "func", "block", "loop", "if" or "try". height: stack entries below its parameters.
    start, end: its labels; other: where an `else` begins, until there is one.
    catches: the clauses of a try_table as decoded, first: where the code that they cover begins.
    reached: whether the code at hand can run.
    """

    kind: str
    height: int
    params: tuple[ValType, ...]
    results: tuple[ValType, ...]
    start: Label = field(default_factory=Label)
    end: Label = field(default_factory=Label)
    other: Label | None = None
    catches: tuple = ()
    first: Label | None = None
    reached: bool = True

    @property
    def target(self) -> Label:
        """Where a branch to the block goes."""
        return self.start if self.kind == "loop" else self.end

    @property
    def arity(self) -> tuple[ValType, ...]:
        """The values that a branch to the block takes along."""
        return self.params if self.kind == "loop" else self.results
