"""A component as a part of a composition: what it imports and exports, and its index spaces."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..component import tree
from ..names import InterfaceName, PlainName, check_attributes, parse_extern

# What stands in an index space that the rest of a component can be named by.
Entry = (
    tree.Import
    | tree.Export
    | tree.ExportAlias
    | tree.Type
    | tree.CanonLift
    | tree.Instantiate
    | tree.InlineInstance
    | tree.OuterAlias
    | tree.Component
    | tree.CoreModule
    | tree.Value
)
_SORT = {
    tree.Type: "type",
    tree.CanonLift: "func",
    tree.Instantiate: "instance",
    tree.InlineInstance: "instance",
    tree.Component: "component",
    tree.CoreModule: "core module",
    tree.Value: "value",
}


@dataclass(eq=False, slots=True)
class Part:
    """name: for messages and in the composition, that of its file.

    spaces: what each index means, by sort. imports, exports: in order.
    """

    name: str
    data: bytes
    component: tree.Component
    spaces: dict[str, list[Entry]] = field(default_factory=dict)
    imports: list[tree.Import] = field(default_factory=list)
    exports: list[tree.Export] = field(default_factory=list)

    def __post_init__(self) -> None:
        for item in self.component.definitions:
            sort = _SORT.get(type(item))
            if isinstance(item, tree.Import):
                self.imports.append(item)
                sort = item.type.sort
            elif isinstance(item, tree.Export):
                self.exports.append(item)
                sort = item.definition.sort
            elif isinstance(item, tree.ExportAlias | tree.OuterAlias):
                sort = item.sort
            if sort:
                self.spaces.setdefault(sort, []).append(item)

    def entry(self, sort: str, index: int) -> Entry:
        return self.spaces[sort][index]


def names_of(given: tree.Attributes, sort: str) -> list[PlainName | InterfaceName]:
    """The names that an import or export goes by: its own, then what it implements."""
    found = [check_attributes(given.name, sort, given.implements, given.version_suffix)]
    if given.implements is not None:
        found.append(parse_extern(given.implements))
    return found
