"""Types as text, in the words of WIT; a core type is its own name."""

from __future__ import annotations

from ..component import types as t
from ..wasm.types import ValType as CoreType

# A component value type, or a core one.
Type = t.ValType | CoreType


def type_text(type: Type | None) -> str:
    """A type in one line. None, the type of no value, is `_` as in `result<_, string>`."""
    match type:
        case None:
            return "_"
        case t.Primitive():
            return type.name
        case t.Record():
            return f"record {{ {_labelled(type.fields)} }}"
        case t.Variant():
            cases = (
                name if payload is None else f"{name}({type_text(payload)})"
                for name, payload in type.cases
            )
            return f"variant {{ {', '.join(cases)} }}"
        case t.List():
            length = "" if type.length is None else f", {type.length}"
            return f"list<{type_text(type.element)}{length}>"
        case t.Tuple():
            return f"tuple<{', '.join(map(type_text, type.types))}>"
        case t.Flags():
            return f"flags {{ {', '.join(type.labels)} }}"
        case t.Enum():
            return f"enum {{ {', '.join(type.labels)} }}"
        case t.Option():
            return f"option<{type_text(type.some)}>"
        case t.Result():
            return _result(type)
        case t.Map():
            return f"map<{type_text(type.key)}, {type_text(type.value)}>"
        case t.Stream() | t.Future():
            name = type.__class__.__name__.lower()
            return name if type.element is None else f"{name}<{type_text(type.element)}>"
        case t.Own():
            return f"own<{type.resource.name or 'resource'}>"
        case t.Borrow():
            return f"borrow<{type.resource.name or 'resource'}>"
    return str(type)


def _labelled(fields: tuple[tuple[str, t.ValType], ...]) -> str:
    return ", ".join(f"{name}: {type_text(type)}" for name, type in fields)


def _result(type: t.Result) -> str:
    if type.error is not None:
        return f"result<{type_text(type.ok)}, {type_text(type.error)}>"
    return "result" if type.ok is None else f"result<{type_text(type.ok)}>"
