"""WAVE to Python: gives each value of a parsed call the type that the function asks for.

The Python forms are those of the device's API: record a dict, tuple a tuple, list a list (list<u8>
bytes), variant `(case, payload)` or the case alone, enum a str, option the value or None (nested:
`("some", value)`), result `("ok", value)` or `("error", value)`, flags a set, map a dict.
"""

from __future__ import annotations

from collections.abc import Sequence as Many

from ..component import types as t
from ..wasm.types import RefType
from .numbers import FLOATS, RANGES, parse_float
from .syntax import Call, Case, Char, Flags, Node, Number, Record, Sequence, String, WaveError
from .typetext import Type, type_text


def decode_arguments(call: Call, params: Many[tuple[str, Type]]) -> list:
    """Values of a call's arguments. params: (name, type). Options at the end may be left out.

    Raises WaveError where the number of arguments or a type is wrong.
    """
    given = call.arguments
    if len(given) > len(params):
        place = given[len(params)].start
        raise WaveError(_count(call, params), call.source, place)
    values = [
        decode(node, type, call.source) for node, (_, type) in zip(given, params, strict=False)
    ]
    for _, type in params[len(given) :]:
        if not isinstance(type, t.Option):
            raise WaveError(_count(call, params), call.source, call.end)
        values.append(None)
    return values


def _count(call: Call, params: Many[tuple[str, Type]]) -> str:
    names = ", ".join(
        f"{name}: {type_text(type)}" if name else type_text(type) for name, type in params
    )
    count = f"{len(params)} argument{'' if len(params) == 1 else 's'}"
    wanted = f"{count} ({names})" if params else "no arguments"
    return f"{call.name} expects {wanted}, found {len(call.arguments)}"


def decode(node: Node, type: Type, source: str) -> object:
    """The Python value of a node that should have a type. Raises WaveError where it has not."""
    return _Decoder(source).value(node, type)


class _Decoder:
    """Carries the source for error messages; one method for each kind of type."""

    def __init__(self, source: str) -> None:
        self.source = source

    def value(self, node: Node, type: Type) -> object:
        if isinstance(type, t.Primitive | str):
            return self.primitive(node, type_text(type))
        method = _METHODS.get(type.__class__)
        if method is None:
            raise WaveError(
                f"a value of type {type_text(type)} cannot be written in WAVE",
                self.source,
                node.start,
            )
        return method(self, node, type)

    def wrong(self, node: Node, expected: str) -> WaveError:
        return WaveError(f"expected {expected}, found {_kind(node)}", self.source, node.start)

    def primitive(self, node: Node, type: str) -> object:
        match type, node:
            case "bool", Case(name="true" | "false", keyword=True, payload=None):
                return node.name == "true"
            case "char", Char():
                return node.value
            case "string", String():
                return node.value
            case (("f32" | "f64"), Case(name="nan" | "inf", keyword=True, payload=None)):
                return float(node.name)
            case (("f32" | "f64"), Number()):
                return parse_float(node.text, type)
            case _, Number() if type in RANGES:
                return self.integer(node, type)
        raise self.wrong(node, type if type in RANGES or type in FLOATS else f"a {type}")

    def integer(self, node: Number, type: str) -> int:
        digits = node.text.removeprefix("-")
        if not digits.isdecimal():
            raise WaveError(
                f"expected {type}, found a number with a fraction", self.source, node.start
            )
        low, high = RANGES[type]
        # No integer type has more than 20 digits; Python refuses to convert very long ones.
        value = int(node.text) if len(digits) <= 20 else high + 1
        if not low <= value <= high:
            raise WaveError(
                f"{node.text} is out of range for {type} ({low} to {high})",
                self.source,
                node.start,
            )
        return value

    def list(self, node: Node, type: t.List) -> list | bytes:
        if not isinstance(node, Sequence) or node.opening != "[":
            raise self.wrong(node, type_text(type))
        if type.length is not None and len(node.items) != type.length:
            raise WaveError(
                f"expected {type.length} elements, found {len(node.items)}",
                self.source,
                node.start,
            )
        values = [self.value(item, type.element) for item in node.items]
        return bytes(values) if type_text(type.element) == "u8" else values

    def tuple(self, node: Node, type: t.Tuple) -> tuple:
        if not isinstance(node, Sequence) or node.opening != "(":
            raise self.wrong(node, type_text(type))
        return self.fixed(node, type.types)

    def fixed(self, node: Sequence, types: Many[Type]) -> tuple:
        if len(node.items) != len(types):
            raise WaveError(
                f"expected {len(types)} values, found {len(node.items)}", self.source, node.start
            )
        return tuple(self.value(item, type) for item, type in zip(node.items, types, strict=True))

    def map(self, node: Node, type: t.Map) -> dict:
        if not isinstance(node, Sequence) or node.opening != "[":
            raise self.wrong(node, f"{type_text(type)}, written as a list of tuples")
        pairs = {}
        for item in node.items:
            if not isinstance(item, Sequence) or item.opening != "(":
                raise self.wrong(item, "a tuple of key and value")
            key, value = self.fixed(item, (type.key, type.value))
            pairs[key] = value
        return pairs

    def record(self, node: Node, type: t.Record) -> dict:
        if not isinstance(node, Record):
            raise self.wrong(node, type_text(type))
        given = {label.name: (label, value) for label, value in node.fields}
        fields = dict(type.fields)
        for name, (label, _) in given.items():
            if name not in fields:
                known = ", ".join(fields)
                raise WaveError(
                    f"'{name}' is no field; fields are: {known}", self.source, label.start
                )
        values = {}
        for name, field in fields.items():
            if name in given:
                values[name] = self.value(given[name][1], field)
            elif isinstance(field, t.Option):
                values[name] = None
            else:
                raise WaveError(f"the field '{name}' is missing", self.source, node.start)
        return values

    def flags(self, node: Node, type: t.Flags) -> set:
        if not isinstance(node, Flags):
            raise self.wrong(node, type_text(type))
        for label in node.labels:
            if label.name not in type.labels:
                known = ", ".join(type.labels)
                raise WaveError(
                    f"'{label.name}' is no flag; flags are: {known}", self.source, label.start
                )
        return {label.name for label in node.labels}

    def case(self, node: Node, names: Many[str]) -> str:
        """The name of a case of an enum or a variant."""
        if not isinstance(node, Case):
            raise self.wrong(node, f"one of {', '.join(names)}")
        if node.name not in names:
            raise WaveError(
                f"'{node.name}' is no case; cases are: {', '.join(names)}",
                self.source,
                node.start,
            )
        if node.keyword:
            raise WaveError(
                f"'{node.name}' is a keyword; write %{node.name}", self.source, node.start
            )
        return node.name

    def enum(self, node: Node, type: t.Enum) -> str:
        name = self.case(node, type.labels)
        if node.payload:
            raise WaveError(f"'{name}' has no payload", self.source, node.payload.start)
        return name

    def variant(self, node: Node, type: t.Variant) -> str | tuple:
        cases = dict(type.cases)
        name = self.case(node, tuple(cases))
        payload = self.payload(node, cases[name])
        return name if cases[name] is None else (name, payload)

    def payload(self, node: Case, type: Type | None) -> object:
        if type is None:
            if node.payload:
                raise WaveError(f"'{node.name}' has no payload", self.source, node.payload.start)
            return None
        if not node.payload:
            raise WaveError(
                f"'{node.name}' needs a payload: {node.name}({type_text(type)})",
                self.source,
                node.start,
            )
        return self.value(node.payload, type)

    def option(self, node: Node, type: t.Option) -> object:
        nested = isinstance(type.some, t.Option)
        if isinstance(node, Case) and node.keyword and node.name in ("some", "none"):
            if node.name == "none":
                return self.payload(node, None)
            value = self.payload(node, type.some)
            return ("some", value) if nested else value
        if nested or isinstance(type.some, t.Result):
            raise self.wrong(node, "some(...) or none")
        return self.value(node, type.some)

    def result(self, node: Node, type: t.Result) -> tuple:
        if isinstance(node, Case) and node.keyword and node.name in ("ok", "err"):
            if node.name == "ok":
                return ("ok", self.payload(node, type.ok))
            return ("error", self.payload(node, type.error))
        if type.ok is None or isinstance(type.ok, t.Option | t.Result):
            raise self.wrong(node, "ok or err")
        return ("ok", self.value(node, type.ok))

    def reference(self, node: Node, type: RefType) -> None:
        if type.nullable and isinstance(node, Case) and node.name == "none" and node.keyword:
            return None
        but = ", except none" if type.nullable else ""
        raise WaveError(
            f"a value of type {type} cannot be written in WAVE{but}", self.source, node.start
        )


_METHODS = {
    t.List: _Decoder.list,
    t.Tuple: _Decoder.tuple,
    t.Map: _Decoder.map,
    t.Record: _Decoder.record,
    t.Flags: _Decoder.flags,
    t.Enum: _Decoder.enum,
    t.Variant: _Decoder.variant,
    t.Option: _Decoder.option,
    t.Result: _Decoder.result,
    RefType: _Decoder.reference,
}


def _kind(node: Node) -> str:
    match node:
        case Number():
            return "a number"
        case Char():
            return "a char"
        case String():
            return "a string"
        case Sequence(opening="("):
            return "a tuple"
        case Sequence():
            return "a list"
        case Record():
            return "a record"
        case Flags():
            return "flags"
        case Case():
            return f"'{node.name}'"
    raise TypeError(node)
