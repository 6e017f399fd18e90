"""Function types of a whole store: equal types get equal numbers (spec: Validation, Matching).

A type that mentions other types by index is compared by what those indices stand for, so two
modules that spell a type alike share it. Types of one recursion group are compared as a group.
"""

from __future__ import annotations

from ..wasm.module import Module
from ..wasm.types import FuncType, RefType, ValType

_BOTTOM = {"nofunc": "func", "noextern": "extern", "noexn": "exn"}


class StoreTypes:
    """types: FuncType by store-wide number; heap indices in them are store-wide numbers too."""

    def __init__(self) -> None:
        self.types: list[FuncType] = []
        self._groups: dict[tuple, int] = {}

    def add(self, module: Module) -> list[int]:
        """Store-wide number of every type of a module."""
        numbers: list[int] = []
        for group in module.groups:
            first = group.start
            key = tuple(_key(module, index, first, numbers) for index in group)
            start = self._groups.setdefault(key, len(self.types))
            numbers += range(start, start + len(group))
            if start == len(self.types):
                self.types += [None] * len(group)
                for index in group:
                    self.types[numbers[index]] = self.function(module.types[index], numbers)
        return numbers

    def forget(self, count: int) -> None:
        """Takes back every type but the first `count`, which must be all of some modules."""
        del self.types[count:]
        self._groups = {key: start for key, start in self._groups.items() if start < count}

    def value(self, value: ValType, numbers: list[int]) -> ValType:
        """A module's value type with store-wide numbers in it."""
        if isinstance(value, RefType) and isinstance(value.heap, int):
            return RefType(value.nullable, numbers[value.heap])
        return value

    def function(self, declared: FuncType, numbers: list[int]) -> FuncType:
        """A module's function type with store-wide numbers in it."""
        params = tuple(self.value(p, numbers) for p in declared.params)
        return FuncType(params, tuple(self.value(r, numbers) for r in declared.results))


def _key(module: Module, index: int, first: int, numbers: list[int]) -> tuple:
    """What makes a type the same as one of another module: its group's types, which begin at
    `first`, count by position in it, and all others by their number."""

    def stands_for(index: int | None) -> int | str | None:
        if index is None:
            return None
        return f"rec{index - first}" if index >= first else numbers[index]

    def value(type: ValType) -> ValType:
        if isinstance(type, RefType) and isinstance(type.heap, int):
            return RefType(type.nullable, stands_for(type.heap))
        return type

    declared, sub = module.types[index], module.subtypes[index]
    params, results = tuple(map(value, declared.params)), tuple(map(value, declared.results))
    return params, results, sub.final, stands_for(sub.supertype)


def matches(sub: ValType, sup: ValType) -> bool:
    """Whether a value of type `sub` may stand where `sup` is expected (store-wide types)."""
    if isinstance(sub, str) or isinstance(sup, str):
        return sub == sup
    if sub.nullable and not sup.nullable:
        return False
    if sub.heap == sup.heap:
        return True
    if isinstance(sub.heap, int):
        return sup.heap == "func"
    bottom = _BOTTOM.get(sub.heap)
    return bottom is not None and (
        bottom == sup.heap or (bottom == "func" and isinstance(sup.heap, int))
    )
