"""Which part provides which import, and the order in which parts can be instantiated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..component import tree
from ..errors import LinkError
from ..names import InterfaceName, best
from .part import Part, names_of


@dataclass(frozen=True, slots=True)
class Link:
    """An import of one part that an export of another is taken for."""

    importer: Part
    item: tree.Import
    provider: Part
    export: tree.Export

    def __str__(self) -> str:
        text = f"{self.importer.name}: {self.item.name.name} from {self.provider.name}"
        if self.export.name.name != self.item.name.name:
            text += f" ({self.export.name.name})"
        return text


def find_links(parts: Sequence[Part]) -> dict[tuple[int, int], Link]:
    """What provides each import, by (number of the part, number of its import).

    Where several parts could, the newest version does, and of equal ones the next part behind
    the importer, so that parts in between see what passes.
    """
    links = {}
    for number, part in enumerate(parts):
        others = [*parts[number + 1 :], *parts[:number]]
        for i, item in enumerate(part.imports):
            found = _provider(item, others)
            if found:
                links[number, i] = Link(part, item, *found)
    return links


def _provider(item: tree.Import, others: Sequence[Part]) -> tuple[Part, tree.Export] | None:
    sort = item.type.sort
    for wanted in names_of(item.name, sort):
        offered = [
            (name, part, export)
            for part in others
            for export in part.exports
            if export.definition.sort == sort
            for name in names_of(export.name, sort)
        ]
        chosen = wanted
        if isinstance(wanted, InterfaceName):
            chosen = best([n for n, _, _ in offered if isinstance(n, InterfaceName)], wanted)
        for name, part, export in offered:
            if name == chosen:
                return part, export
    return None


def in_order(parts: Sequence[Part], links: Sequence[Link], root: Part) -> list[Part]:
    """The parts that the root needs, providers first, the root last.

    Raises LinkError if parts import from each other in a circle.
    """
    done: list[Part] = []
    path: list[Part] = []

    def visit(part: Part) -> None:
        if part in done:
            return
        if part in path:
            circle = [*path[path.index(part) :], part]
            _refuse_circle(circle, links)
        path.append(part)
        for link in links:
            if link.importer is part:
                visit(link.provider)
        path.pop()
        done.append(part)

    visit(root)
    return done


def _refuse_circle(circle: Sequence[Part], links: Sequence[Link]) -> None:
    steps = []
    for importer, provider in zip(circle, circle[1:], strict=False):
        link = next(k for k in links if k.importer is importer and k.provider is provider)
        steps.append(f"{importer.name} imports {link.item.name.name} from {provider.name}")
    raise LinkError(
        "components import from each other in a circle: " + ", ".join(steps),
        hint="a component is instantiated before another can import from it: move what both "
        "need into a component of its own",
    )
