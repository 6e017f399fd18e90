"""Which instructions of the machine somebody needs: all of them, or those of one image."""

from __future__ import annotations

from dataclasses import dataclass

from .cold import CLASSES
from .encoding import Leaf, Test


@dataclass(frozen=True, slots=True)
class Needs:
    """rows: names of rows of the op table. numbers: (class, number) of cold instructions.

    None stands for all of them.
    """

    rows: frozenset[str] | None = None
    numbers: frozenset[tuple[str, int]] | None = None

    def row(self, name: str) -> bool:
        """Whether a row of the op table is needed."""
        return self.rows is None or name in self.rows

    def cold(self, class_name: str, number: int) -> bool:
        """Whether a cold instruction is needed."""
        return self.numbers is None or (class_name, number) in self.numbers

    @property
    def classes(self) -> list[str]:
        """The cold classes that have a needed instruction."""
        if self.numbers is None:
            return list(CLASSES)
        return [name for name in CLASSES if any(name == needed for needed, _ in self.numbers)]


ALL = Needs()


def pruned(node: Leaf | Test, needs: Needs) -> Leaf | Test:
    """The dispatch tree with needed rows only; a test that decides nothing any more goes.

    Raises ValueError if none is needed.
    """
    made = _pruned(node, needs)
    if made is None:
        raise ValueError("no row is needed")
    return made


def _pruned(node: Leaf | Test, needs: Needs) -> Leaf | Test | None:
    if isinstance(node, Leaf):
        return node if needs.row(node.row.name) else None
    yes, no = _pruned(node.yes, needs), _pruned(node.no, needs)
    if yes and no:
        return Test(node.byte, node.mask, yes, no)
    return yes or no
