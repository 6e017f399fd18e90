"""Links a component: its tree of instances becomes one Plan and one store of core instances.

Instantiation is declarative (Explainer.md, Instance Definitions), so every definition is
evaluated here once, in order, for each component instance. Type parameters are substituted by
the act: a definition sees the types it was really given, and every evaluation of a resource
type makes a new one. Validity is wasm-tools' business; what is checked here is what would
otherwise make a wrong Plan out of wrong bytes.
"""

from __future__ import annotations

from ..errors import LimitError
from ..link import Extern, Store
from ..wasm import Module, read_module
from ..wasm.module import SubType
from ..wasm.types import FuncType as CoreFuncType
from . import tree, types
from .builtins import builtin_type
from .copier import copier
from .fuse import fuse
from .layout import flatten_functype
from .plan import (
    CANON,
    Builtin,
    Exports,
    Func,
    HostFunction,
    Instance,
    InstantiateCore,
    Lift,
    Lower,
    Options,
    Plan,
    Value,
)
from .resolve import alias_export, alias_outer, import_from_host, resolve_type, resolve_valtype
from .scope import ComponentValue, CoreModuleValue, InstanceValue, Scope
from .values import add_value, check_consumed, check_value, define_value, start

# Instances that one component may unfold into; nesting multiplies, so there must be an end.
MAX_INSTANCES = 4096
MAX_NESTING = 100


def link_component(
    component: tree.Component, data: bytes, file: str | None = None
) -> tuple[Plan, Store]:
    """The Plan of a component, and the store with its core instances.

    data: the bytes that the component was read from. Raises ReadError, LinkError, LimitError and
    what reading its core modules raises.
    """
    linker = _Linker(data, file)
    root = linker.instantiate(ComponentValue(component, None), None, None, component.name or "")
    linker.copy_streams()
    fuse(linker.plan, linker.store, linker._core_function)
    linker.plan.exports = _exports(root)
    return linker.plan, linker.store


def _exports(instance: InstanceValue) -> Exports:
    exports = Exports()
    for name, (sort, value) in instance.items():
        if sort == "func":
            exports.functions[name] = value
        elif sort == "instance":
            exports.instances[name] = _exports(value)
        elif sort == "type":
            exports.types[name] = value
        elif sort == "value":
            exports.values[name] = value
    return exports


class _Linker:
    def __init__(self, data: bytes, file: str | None) -> None:
        self.data = data
        self.file = file
        self.plan = Plan(file=file)
        self.store = Store()
        self.modules: dict[int, Module] = {}
        self.copiers: dict[tuple[int, int], int] = {}

    def instantiate(
        self,
        component: ComponentValue,
        arguments: InstanceValue | None,
        parent: int | None,
        name: str,
        depth: int = 0,
    ) -> InstanceValue:
        """A new instance; its exports. arguments: None for the root, which the host provides."""
        number = len(self.plan.instances)
        definition = component.definition
        if number >= MAX_INSTANCES or depth > MAX_NESTING:
            raise LimitError(
                f"the component unfolds into more than {MAX_INSTANCES} instances"
                if number >= MAX_INSTANCES
                else f"component instances nest more than {MAX_NESTING} deep",
                file=self.file,
                offset=definition.offset,
            )
        self.plan.instances.append(Instance(name, parent))
        scope = Scope(self.file, component.scope, number)
        exports: InstanceValue = {}
        for item in definition.definitions:
            self._define(scope, definition, item, arguments, exports, depth)
        check_consumed(scope)
        return exports

    def _define(
        self,
        scope: Scope,
        component: tree.Component,
        item: tree.Definition,
        arguments: InstanceValue | None,
        exports: InstanceValue,
        depth: int,
    ) -> None:
        at = item.offset
        match item:
            case tree.CoreModule():
                name = component.names.get(("core module", scope.count("core module")))
                scope.add("core module", CoreModuleValue(item, name or f"module at 0x{at:x}"))
            case tree.CoreInstantiate():
                scope.add("core instance", self._core_instance(scope, component, item))
            case tree.CoreInlineInstance(exports=items):
                scope.add(
                    "core instance",
                    {name: self._core(scope, entry) for name, entry in items},
                )
            case tree.CoreType(type=core):
                scope.add("core type", core)
            case tree.Component():
                scope.add("component", ComponentValue(item, scope))
            case tree.Instantiate(component=index, arguments=given):
                child = scope.typed("component", index, at, ComponentValue, "a component")
                values = {
                    name: (entry.sort, scope.get(entry.sort, entry.index, entry.offset))
                    for name, entry in given
                }
                number = scope.count("instance")
                name = component.names.get(("instance", number)) or child.definition.name
                path = self.plan.instances[scope.instance].name
                name = f"{path}/{name or number}" if path else name or str(number)
                scope.add(
                    "instance", self.instantiate(child, values, scope.instance, name, depth + 1)
                )
            case tree.InlineInstance(exports=items):
                scope.add(
                    "instance",
                    {
                        name.name: (entry.sort, scope.get(entry.sort, entry.index, entry.offset))
                        for name, entry in items
                    },
                )
            case tree.ExportAlias():
                alias_export(scope, item)
            case tree.CoreExportAlias(sort=sort, instance=index, name=name):
                found = scope.get("core instance", index, at)
                if name not in found or f"core {found[name].kind}" != sort:
                    scope.fail(f'core instance {index} exports no {sort} "{name}"', at)
                scope.add(sort, found[name])
            case tree.OuterAlias():
                alias_outer(scope, item)
            case tree.Type(type=definition):
                scope.add("type", resolve_type(scope, definition))
            case tree.CanonLift():
                scope.add("func", self._lift(scope, item))
            case tree.CanonLower():
                scope.add("core func", self._lower(scope, item))
            case tree.CanonBuiltin():
                scope.add("core func", self._builtin(scope, item))
            case tree.Import():
                self._import(scope, item, arguments)
            case tree.Export(name=name, definition=entry, type=ascribed):
                value = scope.get(entry.sort, entry.index, entry.offset)
                if isinstance(value, types.ResourceType) and value.name is None:
                    value.name = name.name
                if entry.sort == "value" and ascribed:
                    check_value(scope, value, ascribed)
                scope.add_exported(entry.sort, value)
                exports[name.name] = (entry.sort, value)
            case tree.Start():
                start(scope, item, self.plan)
            case tree.Value():
                value = define_value(scope, item, self.data)
                scope.add("value", add_value(self.plan, value))

    # Core instances

    def _core(self, scope: Scope, entry: tree.SortIndex) -> Extern:
        return scope.typed(entry.sort, entry.index, entry.offset, Extern, "a core definition")

    def _core_instance(
        self, scope: Scope, component: tree.Component, item: tree.CoreInstantiate
    ) -> dict[str, Extern]:
        value = scope.typed("core module", item.module, item.offset, CoreModuleValue, "a module")
        start, end = value.definition.offset, value.definition.end
        if start not in self.modules:
            self.modules[start] = read_module(self.data[start:end], self.file, base=start)
        arguments = {
            name: scope.get("core instance", index, item.offset) for name, index in item.arguments
        }

        def resolve(module: str, field: str) -> Extern:
            if field not in arguments.get(module, {}):
                scope.refuse(f'no argument provides the import "{module}" "{field}"', item.offset)
            return arguments[module][field]

        if len(self.store.instances) >= MAX_INSTANCES:
            raise LimitError(
                f"the component unfolds into more than {MAX_INSTANCES} core instances",
                file=self.file,
                offset=item.offset,
            )
        name = component.names.get(("core instance", scope.count("core instance"))) or value.name
        instance = self.store.instantiate(self.modules[start], name, resolve)
        number = len(self.store.instances) - 1
        self.plan.steps.append(InstantiateCore(number, scope.instance, item.offset))
        return instance.exports

    # Imports

    def _import(self, scope: Scope, item: tree.Import, arguments: InstanceValue | None) -> None:
        name, sort = item.name.name, item.type.sort
        if arguments is None:
            value = import_from_host(scope, item.type, "", name, self._provide)
            if sort == "func":
                self.plan.imports.functions[name] = value
            elif sort == "instance":
                self.plan.imports.instances[name] = _exports(value)
            elif sort == "value":
                self.plan.imports.values[name] = value
            else:
                self.plan.imports.types[name] = value
        else:
            found = arguments.get(name)
            if found is None or found[0] != sort:
                what = "nothing" if found is None else f"a {found[0]}"
                scope.refuse(f'the import "{name}" expects a {sort}, found {what}', item.offset)
            value = found[1]
            if sort == "value":
                check_value(scope, value, item.type)
        scope.add(sort, value)

    def _provide(self, provided: HostFunction | Value) -> None:
        """Notes what the host has to provide."""
        if isinstance(provided, Value):
            add_value(self.plan, provided)
        else:
            self.plan.hosts.append(provided)

    # Canonical definitions

    def _options(self, scope: Scope, options: tree.CanonOptions, offset: int) -> Options:
        def function(index: int | None) -> int | None:
            if index is None:
                return None
            return scope.typed("core func", index, offset, Extern, "a core function").index

        memory, ptr_size = None, 4
        if options.memory is not None:
            extern = scope.typed("core memory", options.memory, offset, Extern, "a memory")
            memory, ptr_size = extern.index, 8 if extern.type.memory64 else 4
        return Options(
            options.encoding,
            memory,
            function(options.realloc),
            function(options.post_return),
            options.async_,
            function(options.callback),
            ptr_size,
        )

    def _lift(self, scope: Scope, item: tree.CanonLift) -> Lift:
        core = scope.typed("core func", item.func, item.offset, Extern, "a core function")
        ft = scope.typed("type", item.type, item.offset, types.FuncType, "a function type")
        options = self._options(scope, item.options, item.offset)
        callback = options.callback is not None
        params, results = flatten_functype(ft, "lift", options.ptr_size, options.async_, callback)
        wanted, found = CoreFuncType(params, results), self.store.function_type(core.index)
        if wanted != found:
            scope.refuse(
                f"canon lift expects a core function {wanted}, found {found}", item.offset
            )
        lift = Lift(core.index, ft, options, scope.instance, item.offset)
        self.plan.lifts.append(lift)
        return lift

    def _lower(self, scope: Scope, item: tree.CanonLower) -> Extern:
        callee = scope.typed("func", item.func, item.offset, Func, "a function")
        options = self._options(scope, item.options, item.offset)
        params, results = flatten_functype(callee.type, "lower", options.ptr_size, options.async_)
        lower = Lower(callee, options, scope.instance, item.offset)
        if isinstance(callee, Lift):
            ft = callee.type
            inside, outside = callee.options.memory, options.memory
            if any(types.has_pointers(t) for _, t in ft.params):
                lower.copy_in = self._copier(outside, inside)
            if ft.result and types.has_pointers(ft.result):
                lower.copy_out = self._copier(inside, outside)
        self.plan.canons.append(lower)
        extern = self._core_function(CoreFuncType(params, results))
        lower.function = extern.index
        return extern

    def _copier(self, source: int | None, target: int | None) -> int | None:
        """The function that copies from one memory to the other; None without memories."""
        if source is None or target is None or source == target:
            return None
        if (source, target) not in self.copiers:
            self.copiers[source, target] = copier(self.store, source, target)
        return self.copiers[source, target]

    def copy_streams(self) -> None:
        """Adds the functions that copy between ends of streams and futures that can meet."""
        ends: dict[str, list[Builtin]] = {"read": [], "write": []}
        for canon in self.plan.canons:
            if isinstance(canon, Builtin) and canon.options and canon.options.memory is not None:
                ends.get(canon.definition.name.partition(".")[2], []).append(canon)
        pairs = {
            (write.options.memory, read.options.memory): None
            for write in ends["write"]
            for read in ends["read"]
            if types.equal(write.type, read.type)
        }
        for source, target in pairs:
            if (source, target) not in self.copiers:
                self.copiers[source, target] = copier(self.store, source, target)
            self.plan.copiers.append((source, target, self.copiers[source, target]))

    def _builtin(self, scope: Scope, item: tree.CanonBuiltin) -> Extern:
        at, immediates = item.offset, item.immediates
        builtin = Builtin(item, scope.instance, at)
        memory64 = table64 = False
        argument = "i32"
        if "options" in immediates:
            builtin.options = self._options(scope, immediates["options"], at)
            memory64 = builtin.options.ptr_size == 8
        if "memory" in immediates:
            memory = scope.typed("core memory", immediates["memory"], at, Extern, "a memory")
            builtin.memory, memory64 = memory.index, memory.type.memory64
        if "table" in immediates:
            table = scope.typed("core table", immediates["table"], at, Extern, "a table")
            builtin.table, table64 = table.index, table.type.table64
            builtin.table64 = table64
        if "resource" in immediates:
            builtin.resource = scope.typed(
                "type", immediates["resource"], at, types.ResourceType, "a resource type"
            )
        if "type" in immediates:
            builtin.type = resolve_valtype(scope, immediates["type"], at)
        if immediates.get("result") is not None:
            builtin.type = resolve_valtype(scope, immediates["result"], at)
        if "core_type" in immediates:
            started = scope.typed(
                "core type", immediates["core_type"], at, tree.CoreTypeDef, "a function type"
            )
            if started.params is None or len(started.params) != 1 or started.results:
                scope.fail("expected the core type of a thread: one param, no results", at)
            argument = builtin.argument = started.params[0]
            builtin.core_type = self._core_type(CoreFuncType((argument,), ()))
        if "core_valtype" in immediates:
            builtin.argument = immediates["core_valtype"]
        self.plan.canons.append(builtin)
        return self._core_function(*builtin_type(builtin, memory64, table64, argument))

    def _core_function(self, *functypes: CoreFuncType) -> Extern:
        """The core function of the canonical definition that was added last."""
        number = self._core_type(*functypes)
        return self.store.host_function(CANON, str(len(self.plan.canons) - 1), number)

    def _core_type(self, *functypes: CoreFuncType) -> int:
        """The number of the last of these types, which may refer to those before it."""
        count = len(functypes)
        module = Module(
            b"",
            self.file,
            0,
            types=list(functypes),
            subtypes=[SubType()] * count,
            groups=[range(i, i + 1) for i in range(count)],
        )
        return self.store.types.add(module)[-1]
