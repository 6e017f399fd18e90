"""A component as a tree, as it stands in the binary (Component Model, Binary.md).

Nothing here is resolved: a number is an index into one of the index spaces of the component it
stands in. Every node carries `offset`, its byte offset in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# A value type in place: a type index, or the name of a primitive type ("u8", "string", ...).
ValTypeRef = int | str

PRIMITIVES = {
    0x7F: "bool",
    0x7E: "s8",
    0x7D: "u8",
    0x7C: "s16",
    0x7B: "u16",
    0x7A: "s32",
    0x79: "u32",
    0x78: "s64",
    0x77: "u64",
    0x76: "f32",
    0x75: "f64",
    0x74: "char",
    0x73: "string",
    0x64: "error-context",
}

# Sorts, as `sort` fields name them. Core sorts carry the prefix "core ".
CORE_SORTS = {
    0x00: "core func",
    0x01: "core table",
    0x02: "core memory",
    0x03: "core global",
    0x04: "core tag",
    0x10: "core type",
    0x11: "core module",
    0x12: "core instance",
}
SORTS = {0x01: "func", 0x02: "value", 0x03: "type", 0x04: "component", 0x05: "instance"}


@dataclass(frozen=True, slots=True)
class SortIndex:
    """A definition by sort (a value of CORE_SORTS or SORTS) and index."""

    sort: str
    index: int
    offset: int


@dataclass(frozen=True, slots=True)
class Attributes:
    """A name with its attributes, the byte range offset..end of the file.

    implements: the interface an instance implements. version_suffix: what was split off a
    canonical version. external_id: the name in a naming scheme of the host's.
    """

    name: str
    offset: int
    end: int
    implements: str | None = None
    version_suffix: str | None = None
    external_id: str | None = None


# Types


@dataclass(frozen=True, slots=True)
class PrimitiveDef:
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class RecordDef:
    fields: tuple[tuple[str, ValTypeRef], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class VariantDef:
    cases: tuple[tuple[str, ValTypeRef | None], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class ListDef:
    """length: number of elements of a fixed-length list, else None."""

    element: ValTypeRef
    length: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class TupleDef:
    types: tuple[ValTypeRef, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class FlagsDef:
    labels: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class EnumDef:
    labels: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class OptionDef:
    some: ValTypeRef
    offset: int


@dataclass(frozen=True, slots=True)
class ResultDef:
    ok: ValTypeRef | None
    error: ValTypeRef | None
    offset: int


@dataclass(frozen=True, slots=True)
class MapDef:
    key: ValTypeRef
    value: ValTypeRef
    offset: int


@dataclass(frozen=True, slots=True)
class OwnDef:
    resource: int
    offset: int


@dataclass(frozen=True, slots=True)
class BorrowDef:
    resource: int
    offset: int


@dataclass(frozen=True, slots=True)
class StreamDef:
    element: ValTypeRef | None
    offset: int


@dataclass(frozen=True, slots=True)
class FutureDef:
    element: ValTypeRef | None
    offset: int


@dataclass(frozen=True, slots=True)
class FuncDef:
    params: tuple[tuple[str, ValTypeRef], ...]
    result: ValTypeRef | None
    async_: bool
    offset: int


@dataclass(frozen=True, slots=True)
class ResourceDef:
    """rep: core type of the representation. dtor: core function index, or None."""

    rep: str
    dtor: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class ComponentTypeDef:
    declarations: tuple[Declaration, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class InstanceTypeDef:
    declarations: tuple[Declaration, ...]
    offset: int


DefType = (
    PrimitiveDef
    | RecordDef
    | VariantDef
    | ListDef
    | TupleDef
    | FlagsDef
    | EnumDef
    | OptionDef
    | ResultDef
    | MapDef
    | OwnDef
    | BorrowDef
    | StreamDef
    | FutureDef
    | FuncDef
    | ResourceDef
    | ComponentTypeDef
    | InstanceTypeDef
)


@dataclass(frozen=True, slots=True)
class ExternType:
    """Type of an import or export.

    sort: "core module", "func", "value", "type", "component" or "instance".
    index: type index; for "type" with an `eq` bound the type it equals, for "value" with an `eq`
        bound the value it equals; None for (sub resource).
    valtype: the type of a "value" that is bound by type alone.
    """

    sort: str
    index: int | None
    offset: int
    valtype: ValTypeRef | None = None


# Core types


@dataclass(frozen=True, slots=True)
class CoreTypeDef:
    """A core type that is no module type.

    params, results: types of a plain function type as text; None for every other type, which
    wrt-micro only carries along. end: byte offset of its end.
    """

    params: tuple[str, ...] | None
    results: tuple[str, ...] | None
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class CoreExtern:
    """Type of a core import or export: kind "func", "table", "memory", "global" or "tag".

    index: the function type of a func or tag. end: byte offset of the end of the type.
    """

    kind: str
    index: int | None
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class CoreImportDecl:
    module: str
    name: str
    type: CoreExtern
    offset: int


@dataclass(frozen=True, slots=True)
class CoreExportDecl:
    name: str
    type: CoreExtern
    offset: int


@dataclass(frozen=True, slots=True)
class CoreModuleTypeDef:
    declarations: tuple[CoreTypeDef | CoreImportDecl | CoreExportDecl | OuterAlias, ...]
    offset: int


# Definitions: one each for everything that stands in a section


@dataclass(frozen=True, slots=True)
class CoreModule:
    """A nested core module: the byte range offset..end of the file."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class CoreInstantiate:
    module: int
    arguments: tuple[tuple[str, int], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class CoreInlineInstance:
    exports: tuple[tuple[str, SortIndex], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class CoreType:
    type: CoreTypeDef | CoreModuleTypeDef
    offset: int


@dataclass(frozen=True, slots=True)
class Instantiate:
    component: int
    arguments: tuple[tuple[str, SortIndex], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class InlineInstance:
    exports: tuple[tuple[Attributes, SortIndex], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class ExportAlias:
    sort: str
    instance: int
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class CoreExportAlias:
    sort: str
    instance: int
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class OuterAlias:
    """count: scopes to go out, 0 = this one."""

    sort: str
    count: int
    index: int
    offset: int


Alias = ExportAlias | CoreExportAlias | OuterAlias


@dataclass(frozen=True, slots=True)
class Type:
    type: DefType
    offset: int


@dataclass(frozen=True, slots=True)
class CanonOptions:
    """Canonical options. encoding: "utf8", "utf16" or "latin1+utf16".

    memory: core memory index. realloc, post_return, callback: core function indices.
    """

    encoding: str = "utf8"
    memory: int | None = None
    realloc: int | None = None
    post_return: int | None = None
    async_: bool = False
    callback: int | None = None


@dataclass(frozen=True, slots=True)
class CanonLift:
    func: int
    options: CanonOptions
    type: int
    offset: int


@dataclass(frozen=True, slots=True)
class CanonLower:
    func: int
    options: CanonOptions
    offset: int


@dataclass(frozen=True, slots=True)
class CanonBuiltin:
    """Any other canonical definition; each makes a core function.

    name: as in the text format, for example "resource.new" or "stream.read".
    immediates: what stands behind the opcode, by name (see canon.IMMEDIATES).
    """

    name: str
    immediates: dict[str, object]
    offset: int


@dataclass(frozen=True, slots=True)
class Start:
    func: int
    arguments: tuple[int, ...]
    results: int
    offset: int


@dataclass(frozen=True, slots=True)
class Import:
    name: Attributes
    type: ExternType
    offset: int


@dataclass(frozen=True, slots=True)
class Export:
    name: Attributes
    definition: SortIndex
    type: ExternType | None
    offset: int


@dataclass(frozen=True, slots=True)
class ExportDecl:
    """An export of a component or instance type."""

    name: Attributes
    type: ExternType
    offset: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value definition: its type, and the byte range start..end of its encoding."""

    type: ValTypeRef
    start: int
    end: int
    offset: int


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom section: its name, and the byte range start..end of its content."""

    name: str
    start: int
    end: int
    offset: int


@dataclass(slots=True)
class Component:
    """A component: its definitions in the order of the binary.

    offset, end: its byte range in the file. name: from the component-name section, or None.
    names: names of definitions, by (sort, index).
    """

    offset: int
    end: int = 0
    definitions: list[Definition] = field(default_factory=list)
    custom: list[Custom] = field(default_factory=list)
    name: str | None = None
    names: dict[tuple[str, int], str] = field(default_factory=dict)


Definition = (
    CoreModule
    | CoreInstantiate
    | CoreInlineInstance
    | CoreType
    | Component
    | Instantiate
    | InlineInstance
    | ExportAlias
    | CoreExportAlias
    | OuterAlias
    | Type
    | CanonLift
    | CanonLower
    | CanonBuiltin
    | Start
    | Import
    | Export
    | Value
)

# What may stand in a component or instance type.
Declaration = CoreType | Type | ExportAlias | CoreExportAlias | OuterAlias | Import | ExportDecl
