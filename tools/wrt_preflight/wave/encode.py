"""Python to WAVE: prints a value of a type; `decode` describes the Python forms."""

from __future__ import annotations

import unicodedata

from ..component import types as t
from ..wasm.types import RefType
from .numbers import FLOATS, format_float, signed
from .syntax import KEYWORDS
from .typetext import Type, type_text

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def encode(value: object, type: Type) -> str:
    """WAVE text of a value. type: a component value type, or a core one."""
    if isinstance(type, t.Primitive | str):
        return _primitive(value, type_text(type))
    match type:
        case t.List():
            return f"[{', '.join(encode(item, type.element) for item in value)}]"
        case t.Tuple():
            items = (encode(*pair) for pair in zip(value, type.types, strict=True))
            return f"({', '.join(items)})"
        case t.Map():
            pairs = (f"({encode(k, type.key)}, {encode(v, type.value)})" for k, v in value.items())
            return f"[{', '.join(pairs)}]"
        case t.Record():
            fields = (
                f"{name}: {encode(value[name], field)}"
                for name, field in type.fields
                if not (isinstance(field, t.Option) and value[name] is None)
            )
            return f"{{{', '.join(fields) or ':'}}}"
        case t.Flags():
            return f"{{{', '.join(label for label in type.labels if label in value)}}}"
        case t.Enum():
            return case_name(value)
        case t.Variant():
            name, payload = value if isinstance(value, tuple) else (value, None)
            return case_name(name) + _payload(payload, dict(type.cases)[name])
        case t.Option():
            if value is None:
                return "none"
            inner = value[1] if isinstance(type.some, t.Option) else value
            return f"some({encode(inner, type.some)})"
        case t.Result():
            state, payload = value
            if state == "ok":
                return "ok" + _payload(payload, type.ok)
            return "err" + _payload(payload, type.error)
        case RefType():
            return "none" if value is None else f"<{type_text(type)}>"
    # Resources, streams, futures and error contexts have no notation in WAVE.
    return f"<{type_text(type)}>"


def _primitive(value: object, name: str) -> str:
    if name == "bool":
        return "true" if value else "false"
    if name == "char":
        return f"'{escape(value, chr(39))}'"
    if name == "string":
        return f'"{escape(value, chr(34))}"'
    if name in FLOATS:
        return format_float(value, name)
    return str(signed(value, name)) if isinstance(value, int) else f"<{name}>"


def _payload(value: object, type: Type | None) -> str:
    return "" if type is None else f"({encode(value, type)})"


def case_name(name: str) -> str:
    """The label of a case, marked with % where it would read as a keyword."""
    return f"%{name}" if name in KEYWORDS else name


def escape(text: str, quote: str) -> str:
    """The inside of a string or char: quote, backslash and what does not print are escaped."""
    return "".join(_escape(char, quote) for char in text)


def _escape(char: str, quote: str) -> str:
    if char == quote:
        return f"\\{char}"
    if char in _ESCAPES:
        return _ESCAPES[char]
    # Controls, formats, unassigned, private use, surrogates, and spaces other than the plain one.
    if unicodedata.category(char)[0] in "CZ" and char != " ":
        return f"\\u{{{ord(char):x}}}"
    return char
