"""Definitions of a component as bytes (Binary.md): what a composition needs around its parts.

Indices are mapped on the way. A map takes (sort, index) in the scope where a definition stood
and gives the index in the scope where it will stand; of several scopes the innermost is last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..component import tree
from ..component.edits import leb
from ..errors import ProfileError

Map = Callable[[str, int], int]
Scopes = tuple[Map, ...]

_CORE_SORTS = {name: bytes([0, code]) for code, name in tree.CORE_SORTS.items()}
SORTS = _CORE_SORTS | {name: bytes([code]) for code, name in tree.SORTS.items()}
_PRIMITIVES = {name: bytes([code]) for code, name in tree.PRIMITIVES.items()}


def same(sort: str, index: int) -> int:
    """The map of a scope that is copied as a whole."""
    return index


def name(text: str) -> bytes:
    data = text.encode()
    return leb(len(data)) + data


def vector(items: Iterable[bytes]) -> bytes:
    items = list(items)
    return leb(len(items)) + b"".join(items)


def section(number: int, content: bytes) -> bytes:
    return bytes([number]) + leb(len(content)) + content


def attributes(given: tree.Attributes) -> bytes:
    """`nameattributes`."""
    found = [
        bytes([kind]) + name(text)
        for kind, text in enumerate((given.implements, given.version_suffix, given.external_id))
        if text is not None
    ]
    return b"\2" + name(given.name) + vector(found) if found else b"\0" + name(given.name)


def deftype(t: tree.DefType, scopes: Scopes) -> bytes:
    """A type definition. Raises ProfileError for one that cannot stand anywhere else."""

    def value(ref: tree.ValTypeRef) -> bytes:
        return _PRIMITIVES[ref] if isinstance(ref, str) else _s33(scopes[-1]("type", ref))

    def maybe(ref: tree.ValTypeRef | None) -> bytes:
        return b"\0" if ref is None else b"\1" + value(ref)

    def labelled(items: Iterable[tuple[str, tree.ValTypeRef]]) -> bytes:
        return vector(name(label) + value(ref) for label, ref in items)

    match t:
        case tree.PrimitiveDef(name=primitive):
            return _PRIMITIVES[primitive]
        case tree.RecordDef(fields=fields):
            return b"\x72" + labelled(fields)
        case tree.VariantDef(cases=cases):
            return b"\x71" + vector(name(label) + maybe(ref) + b"\0" for label, ref in cases)
        case tree.ListDef(element=element, length=None):
            return b"\x70" + value(element)
        case tree.ListDef(element=element, length=length):
            return b"\x67" + value(element) + leb(length)
        case tree.TupleDef(types=types):
            return b"\x6f" + vector(map(value, types))
        case tree.FlagsDef(labels=labels):
            return b"\x6e" + vector(map(name, labels))
        case tree.EnumDef(labels=labels):
            return b"\x6d" + vector(map(name, labels))
        case tree.OptionDef(some=some):
            return b"\x6b" + value(some)
        case tree.ResultDef(ok=ok, error=error):
            return b"\x6a" + maybe(ok) + maybe(error)
        case tree.MapDef(key=key, value=payload):
            return b"\x63" + value(key) + value(payload)
        case tree.OwnDef(resource=index):
            return b"\x69" + leb(scopes[-1]("type", index))
        case tree.BorrowDef(resource=index):
            return b"\x68" + leb(scopes[-1]("type", index))
        case tree.StreamDef(element=element):
            return b"\x66" + maybe(element)
        case tree.FutureDef(element=element):
            return b"\x65" + maybe(element)
        case tree.FuncDef(params=params, result=result, async_=async_):
            results = b"\1\0" if result is None else b"\0" + value(result)
            return (b"\x43" if async_ else b"\x40") + labelled(params) + results
        case tree.InstanceTypeDef(declarations=inner):
            return b"\x42" + vector(declaration(d, (*scopes, same)) for d in inner)
        case tree.ComponentTypeDef(declarations=inner):
            return b"\x41" + vector(declaration(d, (*scopes, same)) for d in inner)
    raise ProfileError("a type that stays open defines a resource", offset=t.offset)


def declaration(item: tree.Declaration, scopes: Scopes) -> bytes:
    """A declaration of a component or instance type. Raises ProfileError for core types."""
    here = scopes[-1]
    match item:
        case tree.Type(type=definition):
            return b"\1" + deftype(definition, scopes)
        case tree.ExportAlias(sort=sort, instance=index, name=text):
            return b"\2" + alias_export(sort, here("instance", index), text)
        case tree.OuterAlias(sort=sort, count=count, index=index) if count < len(scopes):
            mapped = scopes[-1 - count](sort, index)
            return b"\2" + SORTS[sort] + b"\2" + leb(count) + leb(mapped)
        case tree.Import(name=given, type=extern):
            return b"\3" + attributes(given) + extern_type(extern, here)
        case tree.ExportDecl(name=given, type=extern):
            return b"\4" + attributes(given) + extern_type(extern, here)
    raise ProfileError("core types in the type of an open import", offset=item.offset)


def extern_type(extern: tree.ExternType, scope: Map) -> bytes:
    """Raises ProfileError for values and core modules."""
    if extern.sort == "type":
        if extern.index is None:
            return b"\3\1"
        return b"\3\0" + leb(scope("type", extern.index))
    if extern.sort in ("func", "component", "instance"):
        return SORTS[extern.sort] + leb(scope("type", extern.index))
    raise ProfileError(f"a {extern.sort} in the type of an open import", offset=extern.offset)


def alias_export(sort: str, instance: int, text: str) -> bytes:
    return SORTS[sort] + b"\0" + leb(instance) + name(text)


def _s33(index: int) -> bytes:
    """A type index where a value type is expected: signed, so that bit 6 is not the sign."""
    out = bytearray()
    while index > 0x3F:
        out.append(index & 0x7F | 0x80)
        index >>= 7
    return bytes([*out, index])
