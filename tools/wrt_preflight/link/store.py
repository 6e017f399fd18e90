"""One store for all core module instances of an image (spec: Execution, Modules, Instantiation).

Instantiation is resolved here, once: every import becomes a store-wide index. Code is specialised
per instance later, so on the device there is nothing left to link but host functions.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import PreflightError
from ..wasm.module import Data, Element, Module
from ..wasm.types import FuncType, GlobalType, TableType, slots
from .entities import Extern, Instance, StoreFunction, StoreGlobal, StoreMemory, StoreTable
from .imports import provide
from .types import StoreTypes

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
        self.global_words = 0  # 32-bit words of all globals

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
            provided = [
                (item, provide(self.types, instance, item, resolve(item.module, item.name)))
                for item in module.imports
            ]
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
            self.globals.append(StoreGlobal(declared, self.global_words, instance, item.init))
            self.global_words += slots(declared.value)
        for type_index in module.tags:
            instance.tags.append(len(self.tags))
            self.tags.append(instance.types[type_index])
        for element in module.elements:
            instance.elements.append(len(self.elements))
            self.elements.append((instance, element))
        for data in module.datas:
            instance.datas.append(len(self.datas))
            self.datas.append(data)
