"""Resolved types: no indices, every type in full (Explainer.md, Type Definitions).

Types are shared, so they are compared and hashed by identity; `equal` compares their structure.
A ResourceType is generative: each definition evaluated in an instance is a type of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import tree

# Nesting of value types: what the device's walk of a type may need as stack.
MAX_DEPTH = 100


@dataclass(eq=False)
class ValType:
    """Base of all value types. depth: levels of nesting, 1 for a primitive."""

    depth: int = field(init=False, default=1, repr=False)

    def children(self) -> Iterator[ValType]:
        """The value types directly inside this one."""
        return iter(())

    def __post_init__(self) -> None:
        self.depth = 1 + max((child.depth for child in self.children()), default=0)


@dataclass(eq=False)
class Primitive(ValType):
    name: str


@dataclass(eq=False)
class Record(ValType):
    fields: tuple[tuple[str, ValType], ...]

    def children(self) -> Iterator[ValType]:
        return (t for _, t in self.fields)


@dataclass(eq=False)
class Variant(ValType):
    cases: tuple[tuple[str, ValType | None], ...]

    def children(self) -> Iterator[ValType]:
        return (t for _, t in self.cases if t is not None)


@dataclass(eq=False)
class List(ValType):
    """length: of a fixed-length list, else None."""

    element: ValType
    length: int | None

    def children(self) -> Iterator[ValType]:
        yield self.element


@dataclass(eq=False)
class Tuple(ValType):
    types: tuple[ValType, ...]

    def children(self) -> Iterator[ValType]:
        return iter(self.types)


@dataclass(eq=False)
class Flags(ValType):
    labels: tuple[str, ...]


@dataclass(eq=False)
class Enum(ValType):
    labels: tuple[str, ...]


@dataclass(eq=False)
class Option(ValType):
    some: ValType

    def children(self) -> Iterator[ValType]:
        yield self.some


@dataclass(eq=False)
class Result(ValType):
    ok: ValType | None
    error: ValType | None

    def children(self) -> Iterator[ValType]:
        return (t for t in (self.ok, self.error) if t is not None)


@dataclass(eq=False)
class Map(ValType):
    key: ValType
    value: ValType

    def children(self) -> Iterator[ValType]:
        yield self.key
        yield self.value


@dataclass(eq=False)
class Stream(ValType):
    element: ValType | None

    def children(self) -> Iterator[ValType]:
        return (t for t in (self.element,) if t is not None)


@dataclass(eq=False)
class Future(ValType):
    element: ValType | None

    def children(self) -> Iterator[ValType]:
        return (t for t in (self.element,) if t is not None)


@dataclass(eq=False)
class ResourceType:
    """A resource type of one instance.

    instance: index in Plan.instances of the instance that defines it, None for the host's.
    dtor: store-wide index of the destructor's core function. name: the first name it got.
    """

    instance: int | None
    dtor: int | None
    rep: str = "i32"
    name: str | None = None


@dataclass(eq=False)
class Own(ValType):
    resource: ResourceType


@dataclass(eq=False)
class Borrow(ValType):
    resource: ResourceType


@dataclass(eq=False)
class FuncType:
    """A component function type."""

    params: tuple[tuple[str, ValType], ...]
    result: ValType | None
    async_: bool = False


PRIMITIVES: dict[str, Primitive] = {name: Primitive(name) for name in tree.PRIMITIVES.values()}


def despecialize(t: ValType) -> ValType:
    """The type a specialized type stands for (CanonicalABI.md, Despecialization)."""
    match t:
        case Tuple(types=types):
            return Record(tuple((str(i), u) for i, u in enumerate(types)))
        case Enum(labels=labels):
            return Variant(tuple((label, None) for label in labels))
        case Option(some=some):
            return Variant((("none", None), ("some", some)))
        case Result(ok=ok, error=error):
            return Variant((("ok", ok), ("error", error)))
        case Map(key=key, value=value):
            return List(Tuple((key, value)), None)
    return t


def equal(a: ValType | None, b: ValType | None) -> bool:
    """Whether two types have the same structure; resource types must be the same one."""
    if a is b:
        return True
    if a is None or b is None or type(a) is not type(b) or a.depth != b.depth:
        return False
    if isinstance(a, Own | Borrow):
        return a.resource is b.resource
    mine, other = list(a.children()), list(b.children())
    if len(mine) != len(other) or _labels(a) != _labels(b):
        return False
    return all(equal(x, y) for x, y in zip(mine, other, strict=True))


def _labels(t: ValType) -> object:
    """What tells two types of one class and with the same children apart."""
    match t:
        case Primitive(name=name):
            return name
        case Record(fields=members) | Variant(cases=members):
            return [(label, u is None) for label, u in members]
        case Flags(labels=labels) | Enum(labels=labels):
            return labels
        case List(length=length):
            return length
        case Result(ok=ok, error=error):
            return ok is None, error is None
    return None


def has_pointers(t: ValType) -> bool:
    """Whether values of a type have parts elsewhere in memory: strings and lists."""
    if isinstance(t, Map) or (isinstance(t, List) and t.length is None):
        return True
    return t is PRIMITIVES["string"] or any(map(has_pointers, t.children()))


def contains(t: ValType, kinds: type | tuple[type, ...]) -> bool:
    """Whether a type is, or has inside, a type of one of these classes."""
    seen, left = set(), [t]
    while left:
        t = left.pop()
        if isinstance(t, kinds):
            return True
        if t not in seen:  # parts are shared: there may be more ways to one than anyone can go
            seen.add(t)
            left += t.children()
    return False
