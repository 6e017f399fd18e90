"""WAVE, the Component Model's notation for values: parse calls, read and print typed values."""

from .decode import decode, decode_arguments
from .encode import encode
from .syntax import Call, WaveError, parse_call, parse_value
from .typetext import Type, type_text

__all__ = [
    "Call",
    "Type",
    "WaveError",
    "decode",
    "decode_arguments",
    "encode",
    "parse_call",
    "parse_value",
    "type_text",
]
