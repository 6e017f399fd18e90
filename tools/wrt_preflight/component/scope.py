"""Index spaces while definitions are evaluated, and what can stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from ..errors import LinkError, ReadError
from . import tree

Kind = TypeVar("Kind")


@dataclass(eq=False, slots=True)
class CoreModuleValue:
    """A core module: a byte range of the file, and its name for people."""

    definition: tree.CoreModule
    name: str


@dataclass(eq=False, slots=True)
class ComponentValue:
    """A component definition, with the scope that its outer aliases reach."""

    definition: tree.Component
    scope: Scope


@dataclass(eq=False, slots=True)
class TypeClosure:
    """A component or instance type, evaluated each time it is used: resources in it are fresh."""

    definition: tree.ComponentTypeDef | tree.InstanceTypeDef
    scope: Scope


# A component instance as a value: (sort, value) by name.
InstanceValue = dict[str, tuple[str, object]]


@dataclass(eq=False, slots=True)
class Scope:
    """The index spaces of a component instance, or of a component or instance type.

    parent: the enclosing scope. instance: index in Plan.instances, None in types. consumed: the
    values that were used.
    """

    file: str | None
    parent: Scope | None = None
    instance: int | None = None
    spaces: dict[str, list[object]] = field(default_factory=dict)
    consumed: set[int] = field(default_factory=set)

    def add(self, sort: str, value: object) -> None:
        self.spaces.setdefault(sort, []).append(value)

    def add_exported(self, sort: str, value: object) -> None:
        """As add: a value that is exported was consumed by that."""
        if sort == "value":
            self.consumed.add(self.count(sort))
        self.add(sort, value)

    def count(self, sort: str) -> int:
        """The number of definitions of a sort: the index of the next one."""
        return len(self.spaces.get(sort, ()))

    def get(self, sort: str, index: int, offset: int) -> object:
        """A definition; a value is consumed by it. Raises ReadError at `offset` if there is none,
        or if it is a value that was consumed before.
        """
        found = self.peek(sort, index, offset)
        if sort == "value":
            if index in self.consumed:
                self.fail(f"value {index} is used more than once", offset)
            self.consumed.add(index)
        return found

    def peek(self, sort: str, index: int, offset: int) -> object:
        """A definition, without consuming it. Raises ReadError at `offset` if there is none."""
        space = self.spaces.get(sort, ())
        if index >= len(space):
            self.fail(f"expected a {sort} index below {len(space)}, found {index}", offset)
        return space[index]

    def typed(self, sort: str, index: int, offset: int, kind: type[Kind], what: str) -> Kind:
        """A definition that must be of a class. Raises ReadError if it is not."""
        value = self.get(sort, index, offset)
        if not isinstance(value, kind):
            self.fail(f"expected {sort} {index} to be {what}, which it is not", offset)
        return value

    def outer(self, count: int, offset: int) -> Scope:
        """The scope that many steps out, 0 for this one."""
        scope: Scope | None = self
        for _ in range(count):
            scope = scope.parent
            if scope is None:
                self.fail(f"an outer alias goes {count} scopes out, there are not as many", offset)
        return scope

    def fail(self, message: str, offset: int) -> NoReturn:
        """Raises ReadError."""
        raise ReadError(message, file=self.file, offset=offset)

    def refuse(self, message: str, offset: int, hint: str | None = None) -> NoReturn:
        """Raises LinkError."""
        raise LinkError(message, file=self.file, offset=offset, hint=hint)
