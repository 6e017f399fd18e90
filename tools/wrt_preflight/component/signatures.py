"""Reads the functions of a component back from the component section of its image.

The counterpart of `write`: an image alone is enough to call it with typed values.
wrt_micro/component/plan.py describes the section.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from wrt_micro.component import plan as fmt

from ..errors import ImageError
from . import types
from .types import FuncType, ResourceType, ValType
from .write import KINDS

_PRIMITIVES = {code: types.PRIMITIVES[name] for name, code in KINDS.items()}


@dataclass(slots=True)
class Signatures:
    """Function types by (interface, name); interface is "" for functions of the root."""

    imports: dict[tuple[str, str], FuncType] = field(default_factory=dict)
    exports: dict[tuple[str, str], FuncType] = field(default_factory=dict)


def read_signatures(section: bytes) -> Signatures:
    """The functions that a component imports and exports. Raises ImageError."""
    try:
        return _Reader(section).signatures()
    except (struct.error, KeyError, UnicodeDecodeError, RecursionError):
        raise ImageError("the component section is damaged") from None


class _Reader:
    def __init__(self, section: bytes) -> None:
        self.section = section
        self.types: dict[int, ValType] = {}
        self.resources: dict[int, ResourceType] = {}

    def words(self, at: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{count}I", self.section, at)

    def word(self, at: int) -> int:
        return self.words(at, 1)[0]

    def string(self, at: int) -> str:
        (size,) = struct.unpack_from("<H", self.section, at)
        return struct.unpack_from(f"{size}s", self.section, at + 2)[0].decode()

    def record(self, table: int, index: int, size: int) -> int:
        start, count = self.words(4 * table, 2)
        if index >= count:
            raise KeyError(index)
        return start + size * index

    def signatures(self) -> Signatures:
        if self.word(0) != fmt.VERSION:
            raise ImageError(f"expected a component section of version {fmt.VERSION}")
        found = Signatures()
        for index in range(self.word(4 * fmt.HOSTS + 4)):
            at = self.record(fmt.HOSTS, index, fmt.HOST_BYTES)
            interface, name = self.words(at, 2)
            key = (self.string(interface) if interface else "", self.string(name))
            found.imports[key] = self.host(index)
        start, count = self.words(4 * fmt.EXPORTS, 2)
        self.exports(start, count, "", found)
        return found

    def exports(self, at: int, count: int, interface: str, found: Signatures) -> None:
        for record in range(at, at + count * fmt.EXPORT_BYTES, fmt.EXPORT_BYTES):
            name, kind, index = self.words(record, 3)
            key = (interface, self.string(name))
            if kind == fmt.FUNC:
                found.exports[key] = self.lift(index)
            elif kind == fmt.HOST_FUNC:
                found.exports[key] = self.host(index)
            elif kind == fmt.INTERFACE:
                inner = f"{interface}#{key[1]}" if interface else key[1]
                self.exports(index + 4, self.word(index), inner, found)

    def lift(self, index: int) -> FuncType:
        at = self.record(fmt.LIFTS, index, fmt.LIFT_BYTES)
        return self.function(
            self.word(at + fmt.LIFT_PARAMS),
            self.word(at + fmt.LIFT_RESULT),
            self.word(at + fmt.LIFT_FLAGS),
        )

    def host(self, index: int) -> FuncType:
        at = self.record(fmt.HOSTS, index, fmt.HOST_BYTES)
        return self.function(
            self.word(at + fmt.HOST_PARAMS),
            self.word(at + fmt.HOST_RESULT),
            self.word(at + fmt.HOST_FLAGS),
        )

    def function(self, params: int, result: int, flags: int) -> FuncType:
        record = self.type(params)
        if not isinstance(record, types.Record):
            raise KeyError(params)
        return FuncType(record.fields, self.optional(result), bool(flags & fmt.ASYNC))

    def optional(self, at: int) -> ValType | None:
        return self.type(at) if at else None

    def type(self, at: int) -> ValType:
        if at not in self.types:
            self.types[at] = self.describe(at)
        return self.types[at]

    def describe(self, at: int) -> ValType:
        kind = self.word(at) & 0xFF
        if kind in _PRIMITIVES:
            return _PRIMITIVES[kind]
        first, body = self.word(at + 8), at + 12
        match kind:
            case fmt.RECORD | fmt.TUPLE:
                rows = [self.words(body + 12 * i, 3) for i in range(first)]
                members = [self.type(member) for member, _, _ in rows]
                if kind == fmt.TUPLE:
                    return types.Tuple(tuple(members))
                names = [self.string(name) for _, _, name in rows]
                return types.Record(tuple(zip(names, members, strict=True)))
            case fmt.VARIANT | fmt.ENUM | fmt.OPTION | fmt.RESULT:
                rows = [self.words(body + 4 + 8 * i, 2) for i in range(first)]
                cases = [(self.string(name), self.optional(case)) for case, name in rows]
                return _variant(kind, cases)
            case fmt.FLAGS:
                return types.Flags(tuple(map(self.string, self.words(body, first))))
            case fmt.LIST:
                return types.List(self.type(first), None)
            case fmt.FIXED_LIST:
                return types.List(self.type(first), self.word(body))
            case fmt.MAP:
                return types.Map(*self.type(first).types)
            case fmt.OWN:
                return types.Own(self.resource(first))
            case fmt.BORROW:
                return types.Borrow(self.resource(first))
            case fmt.STREAM:
                return types.Stream(self.optional(first))
            case fmt.FUTURE:
                return types.Future(self.optional(first))
        raise KeyError(kind)

    def resource(self, index: int) -> ResourceType:
        if index not in self.resources:
            at = self.record(fmt.RESOURCES, index, fmt.RESOURCE_BYTES)
            instance, dtor, name = (
                None if word == fmt.NONE else word for word in self.words(at, 3)
            )
            text = self.string(name) if name else None
            self.resources[index] = ResourceType(instance, dtor, name=text)
        return self.resources[index]


def _variant(kind: int, cases: list[tuple[str, ValType | None]]) -> ValType:
    if kind == fmt.ENUM:
        return types.Enum(tuple(label for label, _ in cases))
    if kind == fmt.OPTION:
        return types.Option(cases[1][1])
    if kind == fmt.RESULT:
        return types.Result(cases[0][1], cases[1][1])
    return types.Variant(tuple(cases))
