"""One store for all core module instances of an image (spec: Execution, Modules, Instantiation).

Instantiation is resolved here, once: every import becomes a store-wide index. Code is specialised
per instance later, so on the device there is nothing left to link but host functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import LinkError, PreflightError
from ..wasm.module import Data, Element, Expr, Import, Module
from ..wasm.types import FuncType, GlobalType, Limits, MemoryType, TableType, slots
from .types import StoreTypes, matches


@dataclass(frozen=True, slots=True)
class Extern:
    """Something an instance exports: kind and store-wide index, with its type for matching.

    type: a store-wide type number for "func" and "tag", else TableType, MemoryType, GlobalType.
    """

    kind: str
    index: int
    type: int | TableType | MemoryType | GlobalType


@dataclass(slots=True)
class StoreFunction:
    """instance is None for a host import, whose (module, name) is then in `host`."""

    type: int
    name: str
    instance: Instance | None = None
    code: int = 0
    host: tuple[str, str] | None = None


@dataclass(slots=True)
class StoreGlobal:
    """word: its first 32-bit word in the store. init: what sets it, in the instance's terms."""

    type: GlobalType
    word: int
    instance: Instance
    init: Expr


@dataclass(slots=True)
class StoreTable:
    type: TableType
    name: str
    instance: Instance
    init: Expr | None


@dataclass(slots=True)
class StoreMemory:
    type: MemoryType
    name: str


@dataclass(slots=True)
class Instance:
    """One instance of a module. The lists give the store-wide index for each index of the module.

    datas, elements: index of the segment among all segments of the store.
    checks: (kind, index, minimum): sizes only known when it is instantiated, because the
        provider may have grown by then.
    """

    name: str
    module: Module
    types: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    memories: list[int] = field(default_factory=list)
    globals: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)
    datas: list[int] = field(default_factory=list)
    checks: list[tuple[str, int, int]] = field(default_factory=list)
    exports: dict[str, Extern] = field(default_factory=dict)


Resolve = Callable[[str, str], Extern | None]


class Store:
    """Instances and everything in them, in order of instantiation."""

    def __init__(self) -> None:
        self.types = StoreTypes()
        self.instances: list[Instance] = []
        self.functions: list[StoreFunction] = []
        self.tables: list[StoreTable] = []
        self.memories: list[StoreMemory] = []
        self.globals: list[StoreGlobal] = []
        self.tags: list[int] = []
        self.elements: list[tuple[Instance, Element]] = []
        self.datas: list[Data] = []
        self._words = 0

    @property
    def global_words(self) -> int:
        return self._words

    def function_type(self, index: int) -> FuncType:
        return self.types.types[self.functions[index].type]

    def instantiate(self, module: Module, name: str, resolve: Resolve) -> Instance:
        """Adds an instance. resolve(module name, field name) gives the provider of an import, or
        None: a function is then left to the host.

        Raises LinkError if an import other than a function has no provider, or if one has the
        wrong kind or type; the store is then as it was before.
        """
        known = len(self.types.types)
        instance = Instance(name, module, types=self.types.add(module))
        try:
            provided = [(item, self._provide(instance, item, resolve)) for item in module.imports]
        except PreflightError:
            self.types.forget(known)
            raise
        spaces = {
            "func": instance.functions,
            "table": instance.tables,
            "memory": instance.memories,
            "global": instance.globals,
            "tag": instance.tags,
        }
        for item, extern in provided:
            if extern is None:
                extern = self.host_function(item.module, item.name, instance.types[item.type])
            spaces[item.kind].append(extern.index)
        self._define(instance)
        for export in module.exports:
            index = spaces[export.kind][export.index]
            instance.exports[export.name] = self.extern(export.kind, index)
        self.instances.append(instance)
        return instance

    def host_function(self, module: str, name: str, type_number: int) -> Extern:
        """A function that the device's Python provides."""
        self.functions.append(StoreFunction(type_number, f"{module}.{name}", host=(module, name)))
        return Extern("func", len(self.functions) - 1, type_number)

    def extern(self, kind: str, index: int) -> Extern:
        """The Extern of a store-wide index."""
        if kind == "func":
            return Extern(kind, index, self.functions[index].type)
        if kind == "tag":
            return Extern(kind, index, self.tags[index])
        spaces = {"table": self.tables, "memory": self.memories, "global": self.globals}
        return Extern(kind, index, spaces[kind][index].type)

    def _define(self, instance: Instance) -> None:
        module = instance.module
        first = len(module.imported("func"))
        for i, type_index in enumerate(module.functions):
            name = module.function_name(first + i)
            instance.functions.append(len(self.functions))
            number = instance.types[type_index]
            self.functions.append(StoreFunction(number, name, instance, i))
        for i, table in enumerate(module.tables):
            declared = table.type
            element = self.types.value(declared.element, instance.types)
            declared = TableType(element, declared.limits, declared.table64)
            instance.tables.append(len(self.tables))
            self.tables.append(
                StoreTable(declared, f"{instance.name}.table{i}", instance, table.init)
            )
        for i, memory in enumerate(module.memories):
            name = module.names.memories.get(len(instance.memories), f"memory{i}")
            instance.memories.append(len(self.memories))
            self.memories.append(StoreMemory(memory, f"{instance.name}.{name}"))
        for item in module.globals:
            declared = GlobalType(
                self.types.value(item.type.value, instance.types), item.type.mutable
            )
            instance.globals.append(len(self.globals))
            self.globals.append(StoreGlobal(declared, self._words, instance, item.init))
            self._words += slots(declared.value)
        for type_index in module.tags:
            instance.tags.append(len(self.tags))
            self.tags.append(instance.types[type_index])
        for element in module.elements:
            instance.elements.append(len(self.elements))
            self.elements.append((instance, element))
        for data in module.datas:
            instance.datas.append(len(self.datas))
            self.datas.append(data)

    # ------------------------------------------------------------ imports
    def _provide(self, instance: Instance, item: Import, resolve: Resolve) -> Extern | None:
        extern = resolve(item.module, item.name)
        if extern is None:
            if item.kind == "func":
                return None
            raise self._error(
                instance,
                item,
                f"expected a {item.kind}, found nothing",
                f'link a module that exports "{item.name}" as "{item.module}"; only functions can come from the device',
            )
        if extern.kind != item.kind:
            raise self._error(instance, item, f"expected a {item.kind}, found a {extern.kind}")
        getattr(self, f"_match_{item.kind}")(instance, item, extern)
        return extern

    def _error(
        self, instance: Instance, item: Import, message: str, hint: str | None = None
    ) -> LinkError:
        text = f'import "{item.module}" "{item.name}" of {instance.name}: {message}'
        return LinkError(text, file=instance.module.file, offset=item.offset, hint=hint)

    def _match_func(self, instance: Instance, item: Import, extern: Extern) -> None:
        wanted = instance.types[item.type]
        if wanted != extern.type:
            types = self.types.types
            raise self._error(
                instance, item, f"expected type {types[wanted]}, found {types[extern.type]}"
            )

    def _match_tag(self, instance: Instance, item: Import, extern: Extern) -> None:
        wanted = instance.types[item.type]
        if wanted != extern.type:
            types = self.types.types
            raise self._error(
                instance, item, f"expected tag type {types[wanted]}, found {types[extern.type]}"
            )

    def _match_global(self, instance: Instance, item: Import, extern: Extern) -> None:
        wanted = self.types.value(item.type.value, instance.types)
        found = extern.type
        same = wanted == found.value if item.type.mutable else matches(found.value, wanted)
        if item.type.mutable != found.mutable or not same:
            kinds = {True: "a mutable", False: "an immutable"}
            raise self._error(
                instance,
                item,
                f"expected {kinds[item.type.mutable]} global of type {wanted}, "
                f"found {kinds[found.mutable]} one of type {found.value}",
            )

    def _match_table(self, instance: Instance, item: Import, extern: Extern) -> None:
        wanted = self.types.value(item.type.element, instance.types)
        if wanted != extern.type.element:
            raise self._error(
                instance, item, f"expected a table of {wanted}, found one of {extern.type.element}"
            )
        if item.type.table64 != extern.type.table64:
            raise self._error(instance, item, "one table has 64-bit indices, the other has not")
        self._match_limits(instance, item, item.type.limits, extern, "elements")

    def _match_memory(self, instance: Instance, item: Import, extern: Extern) -> None:
        for attribute, text in (
            ("memory64", "64-bit addresses"),
            ("shared", "the shared flag"),
            ("page_shift", "that page size"),
        ):
            if getattr(item.type, attribute) != getattr(extern.type, attribute):
                raise self._error(instance, item, f"one memory has {text}, the other has not")
        self._match_limits(instance, item, item.type.limits, extern, "pages")

    def _match_limits(
        self, instance: Instance, item: Import, wanted: Limits, extern: Extern, unit: str
    ) -> None:
        found = extern.type.limits
        if wanted.maximum is not None and (
            found.maximum is None or found.maximum > wanted.maximum
        ):
            maximum = "no maximum" if found.maximum is None else f"a maximum of {found.maximum}"
            raise self._error(
                instance, item, f"expected a maximum of {wanted.maximum} {unit}, found {maximum}"
            )
        if found.minimum >= wanted.minimum:
            return
        if found.maximum is not None and found.maximum < wanted.minimum:
            raise self._error(
                instance,
                item,
                f"expected at least {wanted.minimum} {unit}, found at most {found.maximum}",
            )
        instance.checks.append((item.kind, extern.index, wanted.minimum))
