"""The component around the parts: open imports, the parts themselves, instances, exports.

Imports that stay open are merged: one of each name, with everything that any part wants of it.
Their types are copied out of the parts, so a type that comes from another open import stays the
type of that import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..component import tree
from ..component.edits import leb
from ..errors import LinkError, ProfileError
from ..names import InterfaceName, parse_extern
from ..names.semver import oldest
from . import encode
from .match import Link
from .part import Part

PREAMBLE = b"\0asm\x0d\0\1\0"
_IMPORTED = ("func", "instance", "type")


@dataclass(eq=False, slots=True)
class OpenImport:
    """An import of the composition. wants: (part, import) of all that share it.

    index: where it stands in the index space of its sort, once it is written.
    """

    name: tree.Attributes
    sort: str
    wants: list[tuple[Part, tree.Import]] = field(default_factory=list)
    index: int | None = None
    busy: bool = False


class Outer:
    """Writes a composition, in the order of the calls. data: the bytes so far."""

    def __init__(self, links: dict[tuple[int, int], Link]) -> None:
        self.data = bytearray(PREAMBLE)
        self.links = {(link.importer, link.item.offset): link for link in links.values()}
        self.open: dict[str, OpenImport] = {}
        self.counts: dict[str, int] = {}
        self.instances: dict[Part, int] = {}
        self.types: dict[tuple[Part, int], int] = {}
        self.aliases: dict[tuple[Part, str, str], int] = {}
        self.names: dict[str, list[tuple[int, str]]] = {"component": [], "instance": []}

    # Open imports

    def collect(self, part: Part) -> None:
        """Notes the imports of a part that nothing provides. Raises ProfileError."""
        for item in part.imports:
            sort = item.type.sort
            if (part, item.offset) in self.links or sort == "type" and self._is_inside(part, item):
                continue
            if sort not in _IMPORTED:
                raise ProfileError(
                    f'the import "{item.name.name}" is a {sort}, which no component of these '
                    "exports, and which cannot be left open",
                    file=part.name,
                    offset=item.offset,
                )
            shared = self.open.setdefault(_key(item.name.name), OpenImport(item.name, sort))
            if shared.sort != sort:
                raise LinkError(
                    f'{shared.wants[0][0].name} imports "{item.name.name}" as {_a(shared.sort)}, '
                    f"{part.name} as {_a(sort)}",
                    hint="one of these names has to change, or a component has to provide it",
                )
            shared.wants.append((part, item))
            if _age(item.name.name) > _age(shared.name.name):
                shared.name = item.name

    def write_imports(self) -> None:
        """Raises LinkError, ProfileError."""
        for shared in self.open.values():
            self._import(shared)

    def _import(self, shared: OpenImport) -> int:
        if shared.index is not None:
            return shared.index
        part, item = shared.wants[0]
        if shared.busy:
            raise LinkError(
                f'the types of the import "{shared.name.name}" depend on each other in a circle',
                file=part.name,
                offset=item.offset,
            )
        shared.busy = True
        if shared.sort == "instance":
            extern = b"\5" + leb(self._instance_type(shared))
        else:
            extern = encode.extern_type(item.type, self._map(part))
        shared.index = self._add(10, shared.sort, encode.attributes(shared.name) + extern)
        return shared.index

    def _instance_type(self, shared: OpenImport) -> int:
        body = Declarations()
        for part, item in shared.wants:
            definition = part.entry("type", item.type.index)
            if not isinstance(definition, tree.Type):
                raise ProfileError(
                    f'the type of the import "{item.name.name}" is not defined in place',
                    file=part.name,
                    offset=item.offset,
                )
            body.merge(definition.type, self._map(part))
        return self._add(7, "type", b"\x42" + encode.vector(body.items))

    # What stands in a part, as it stands out here

    def _map(self, part: Part) -> encode.Map:
        def mapped(sort: str, index: int) -> int:
            if sort == "type":
                return self._type(part, index)
            raise ProfileError(f"a {sort} of the component in a type of an import", file=part.name)

        return mapped

    def _type(self, part: Part, index: int) -> int:
        if (part, index) not in self.types:
            self.types[part, index] = self._new_type(part, index)
        return self.types[part, index]

    def _new_type(self, part: Part, index: int) -> int:
        entry = part.entry("type", index)
        match entry:
            case tree.Type(type=definition):
                return self._add(7, "type", encode.deftype(definition, (self._map(part),)))
            case tree.Import():
                return self._given(part, entry)
            case tree.ExportAlias(instance=instance, name=name):
                item = part.entry("instance", instance)
                if isinstance(item, tree.Import):
                    given = self._given(part, item)
                    return self._add(6, "type", encode.alias_export("type", given, name))
            case tree.Export(definition=definition):
                return self._type(part, definition.index)
        raise _Inside

    def _given(self, part: Part, item: tree.Import) -> int:
        """The index of what a part imports."""
        link = self.links.get((part, item.offset))
        if link:
            if link.provider not in self.instances:
                raise LinkError(
                    f"types of an import that stays open come from {item.name.name}, which "
                    f"{link.provider.name} provides",
                    file=part.name,
                    offset=item.offset,
                    hint="add a component that provides the open import, too",
                )
            return self.alias(link.provider, item.type.sort, link.export.name.name)
        if item.type.sort == "type" and self._is_inside(part, item):
            return self._type(part, item.type.index)
        return self._import(self.open[_key(item.name.name)])

    def _is_inside(self, part: Part, item: tree.Import) -> bool:
        """Whether an imported type only gives another name to one of a provided instance."""
        index = item.type.index
        while index is not None:
            entry = part.entry("type", index)
            if isinstance(entry, tree.ExportAlias):
                instance = part.entry("instance", entry.instance)
                return (part, instance.offset) in self.links
            index = entry.type.index if isinstance(entry, tree.Import) else None
        return False

    def alias(self, part: Part, sort: str, name: str) -> int:
        """The index of an export of a part's instance."""
        key = part, sort, name
        if key not in self.aliases:
            content = encode.alias_export(sort, self.instances[part], name)
            self.aliases[key] = self._add(6, sort, content)
        return self.aliases[key]

    # Parts, instances, exports

    def instantiate(self, part: Part) -> None:
        """The part itself, and its instance. What it imports is there already."""
        arguments = [
            encode.name(item.name.name)
            + encode.SORTS[item.type.sort]
            + leb(self._given(part, item))
            for item in part.imports
        ]
        self.data += encode.section(4, part.data)
        number = self._count("component")
        self.names["component"].append((number, part.name))
        content = b"\0" + leb(number) + encode.vector(arguments)
        self.instances[part] = self._add(5, "instance", content)
        self.names["instance"].append((self.instances[part], part.name))

    def export(self, part: Part, item: tree.Export) -> None:
        """Export what a part exports, under the same name."""
        sort = item.definition.sort
        if sort == "value":
            raise ProfileError(
                f'the export "{item.name.name}" is a value, which a composition cannot export',
                file=part.name,
                offset=item.offset,
            )
        index = self.alias(part, sort, item.name.name)
        ascribed = self._ascription(part, item) if sort == "func" else None
        content = encode.attributes(item.name) + encode.SORTS[sort] + leb(index)
        content += b"\0" if ascribed is None else b"\1\1" + leb(ascribed)
        index = self._add(11, sort, content)
        self.aliases[part, sort, item.name.name] = index
        if sort == "type":
            # From here on this is what the type is called, within and without.
            own = next(i for i, e in enumerate(part.spaces["type"]) if e is item)
            self.types[part, own] = self.types[part, item.definition.index] = index

    def _ascription(self, part: Part, item: tree.Export) -> int | None:
        """The type of an exported function in terms of exported types; None if it has its own."""
        type_ = item.type.index if item.type else None
        index, sort = item.definition.index, "func"
        while type_ is None:
            entry = part.entry(sort, index)
            match entry:
                case tree.CanonLift(type=type_):
                    pass
                case tree.Import(type=extern):
                    type_ = extern.index
                case tree.Export(definition=definition, type=extern):
                    type_, index = extern.index if extern else None, definition.index
                case _:
                    return None
        try:
            return self._type(part, type_)
        except _Inside:
            return None

    def finish(self) -> bytes:
        """The composition, with the names of its parts in the name section."""
        content = encode.name("component-name")
        for sort, found in self.names.items():
            names = encode.vector(leb(index) + encode.name(text) for index, text in found)
            content += encode.section(1, encode.SORTS[sort] + names)
        return bytes(self.data + encode.section(0, content))

    def _add(self, number: int, sort: str, content: bytes) -> int:
        """A section with one definition; its index."""
        self.data += encode.section(number, b"\1" + content)
        return self._count(sort)

    def _count(self, sort: str) -> int:
        index = self.counts.get(sort, 0)
        self.counts[sort] = index + 1
        return index


class _Inside(Exception):
    """A type that only exists inside of a part."""


class Declarations:
    """The declarations of an instance type that is merged of several. items: as bytes."""

    def __init__(self) -> None:
        self.items: list[bytes] = []
        self.counts: dict[str, int] = {}
        self.exports: dict[str, tuple[str, int]] = {}

    def merge(self, definition: tree.DefType, outside: encode.Map) -> None:
        """Adds what is new in another instance type. outside: map of the scope around it."""
        if not isinstance(definition, tree.InstanceTypeDef):
            raise ProfileError("expected an instance type", offset=definition.offset)
        places: dict[str, list[int]] = {}

        def inside(sort: str, index: int) -> int:
            return places[sort][index]

        for item in definition.declarations:
            sort = _sort_of(item)
            name = item.name.name if isinstance(item, tree.ExportDecl) else None
            known = self.exports.get(name) if name is not None else None
            if known and known[0] == sort:
                places.setdefault(sort, []).append(known[1])
                continue
            self.items.append(encode.declaration(item, (outside, inside)))
            index = self.counts.get(sort, 0)
            self.counts[sort] = index + 1
            places.setdefault(sort, []).append(index)
            if name is not None:
                self.exports[name] = sort, index


def _a(sort: str) -> str:
    return f"an {sort}" if sort == "instance" else f"a {sort}"


def _sort_of(item: tree.Declaration) -> str:
    match item:
        case tree.ExportDecl(type=extern):
            return extern.sort
        case tree.ExportAlias(sort=sort) | tree.OuterAlias(sort=sort):
            return sort
    return "type"


def _key(name: str) -> str:
    """What imports that can be one have in common: interface and `canonversion`, or the name."""
    parsed = parse_extern(name)
    if isinstance(parsed, InterfaceName) and not (parsed.version and parsed.version.pre):
        return f"{parsed.unversioned}@{parsed.track}"
    return name


def _age(name: str) -> tuple:
    parsed = parse_extern(name)
    if not isinstance(parsed, InterfaceName) or not parsed.track:
        return ()
    version = parsed.version or oldest(parsed.track)
    return version.numbers


def exports_of(parts: Sequence[Part]) -> list[tuple[Part, tree.Export]]:
    """All exports of some parts, in order."""
    return [(part, item) for part in parts for item in part.exports]
