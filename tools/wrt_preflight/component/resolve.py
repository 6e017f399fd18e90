"""Evaluates type definitions and their declarations: indices become resolved types (types.py)."""

from __future__ import annotations

from collections.abc import Callable

from . import tree, types
from .plan import HostFunction, Value
from .scope import InstanceValue, Scope, TypeClosure
from .types import PRIMITIVES, FuncType, ResourceType, ValType


def resolve_valtype(scope: Scope, ref: tree.ValTypeRef, offset: int) -> ValType:
    """A value type in place. Raises ReadError if an index refers to no value type."""
    if isinstance(ref, str):
        return PRIMITIVES[ref]
    return scope.typed("type", ref, offset, ValType, "a value type")


def resolve_type(
    scope: Scope, definition: tree.DefType
) -> ValType | FuncType | ResourceType | TypeClosure:
    """A type definition, evaluated in a scope. Raises ReadError."""
    at = definition.offset

    def value(ref: tree.ValTypeRef) -> ValType:
        return resolve_valtype(scope, ref, at)

    def maybe(ref: tree.ValTypeRef | None) -> ValType | None:
        return None if ref is None else value(ref)

    match definition:
        case tree.ComponentTypeDef() | tree.InstanceTypeDef():
            return TypeClosure(definition, scope)
        case tree.ResourceDef(rep=rep, dtor=dtor):
            if scope.instance is None:
                scope.fail("a resource type cannot be defined inside a type", at)
            if dtor is not None:
                dtor = scope.get("core func", dtor, at).index
            return ResourceType(scope.instance, dtor, rep)
        case tree.FuncDef(params=params, result=result, async_=async_):
            return FuncType(tuple((n, value(t)) for n, t in params), maybe(result), async_)
        case tree.PrimitiveDef(name=name):
            made = PRIMITIVES[name]
        case tree.RecordDef(fields=fields):
            made = types.Record(tuple((label, value(t)) for label, t in fields))
        case tree.VariantDef(cases=cases):
            made = types.Variant(tuple((label, maybe(t)) for label, t in cases))
        case tree.ListDef(element=element, length=length):
            made = types.List(value(element), length)
        case tree.TupleDef(types=refs):
            made = types.Tuple(tuple(value(t) for t in refs))
        case tree.FlagsDef(labels=labels):
            made = types.Flags(labels)
        case tree.EnumDef(labels=labels):
            made = types.Enum(labels)
        case tree.OptionDef(some=some):
            made = types.Option(value(some))
        case tree.ResultDef(ok=ok, error=error):
            made = types.Result(maybe(ok), maybe(error))
        case tree.MapDef(key=key, value=payload):
            made = types.Map(value(key), value(payload))
        case tree.OwnDef(resource=index) | tree.BorrowDef(resource=index):
            resource = scope.typed("type", index, at, ResourceType, "a resource type")
            form = types.Own if isinstance(definition, tree.OwnDef) else types.Borrow
            made = form(resource)
        case tree.StreamDef(element=element):
            made = types.Stream(maybe(element))
        case tree.FutureDef(element=element):
            made = types.Future(maybe(element))
    if made.depth > types.MAX_DEPTH:
        scope.fail(f"a value type nests more than {types.MAX_DEPTH} deep", at)
    return made


def alias_outer(scope: Scope, alias: tree.OuterAlias) -> None:
    """Adds what an outer alias refers to."""
    target = scope.outer(alias.count, alias.offset)
    scope.add(alias.sort, target.get(alias.sort, alias.index, alias.offset))


def alias_export(scope: Scope, alias: tree.ExportAlias) -> None:
    """Adds what an alias of an instance's export refers to. Raises ReadError."""
    exports = scope.typed("instance", alias.instance, alias.offset, dict, "an instance")
    if alias.name not in exports:
        scope.fail(f'instance {alias.instance} exports no "{alias.name}"', alias.offset)
    sort, value = exports[alias.name]
    if sort != alias.sort:
        scope.fail(f'"{alias.name}" is a {sort}, the alias expects a {alias.sort}', alias.offset)
    scope.add(sort, value)


def import_from_host(
    scope: Scope,
    extern: tree.ExternType,
    interface: str,
    name: str,
    provide: Callable[[HostFunction | Value], None],
) -> object:
    """What an import is that only the host can provide: a function, value, type or instance.

    interface, name: how the host finds it. provide: is told of every function and value.
    Raises LinkError for modules and components.
    """
    at = extern.offset
    if extern.sort == "func":
        functype = scope.typed("type", extern.index, at, FuncType, "a function type")
        function = HostFunction(interface, name, functype, at)
        provide(function)
        return function
    if extern.sort == "value":
        if extern.valtype is None:
            return scope.peek("value", extern.index, at)
        valtype = resolve_valtype(scope, extern.valtype, at)
        given = Value(valtype, at, interface=interface, name=name)
        provide(given)
        return given
    if extern.sort == "type":
        if extern.index is None:
            return ResourceType(None, None, name=name)
        return scope.get("type", extern.index, at)
    if extern.sort == "instance":
        closure = scope.typed("type", extern.index, at, TypeClosure, "an instance type")
        path = f"{interface}/{name}" if interface else name
        return _host_instance(closure, path, provide)
    scope.refuse(
        f'the import "{name}" is a {extern.sort}, which the device\'s Python cannot provide',
        at,
        "compose the component with one that provides it",
    )


def _host_instance(
    closure: TypeClosure, path: str, provide: Callable[[HostFunction | Value], None]
) -> InstanceValue:
    """An instance of an instance type, with functions and values of the host's."""
    scope = Scope(closure.scope.file, closure.scope)
    exports: InstanceValue = {}
    for declaration in closure.definition.declarations:
        match declaration:
            case tree.CoreType(type=core):
                scope.add("core type", core)
            case tree.Type(type=definition):
                scope.add("type", resolve_type(scope, definition))
            case tree.ExportAlias():
                alias_export(scope, declaration)
            case tree.OuterAlias():
                alias_outer(scope, declaration)
            case tree.ExportDecl(name=name, type=extern):
                value = import_from_host(scope, extern, path, name.name, provide)
                scope.add(extern.sort, value)
                exports[name.name] = (extern.sort, value)
            case _:
                scope.fail("expected a declaration of an instance type", declaration.offset)
    return exports
