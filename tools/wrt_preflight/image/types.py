"""Value types and function types as the image stores them.

A value type code is a number: the byte of the WebAssembly binary format, for example 0x7f for
i32 or 0x70 for funcref. A reference type without such a byte is 0x63 (nullable) or 0x64 (not),
plus its heap type << 8: a canonical type id, or 0xff00 + the byte of an abstract heap type.
"""

from __future__ import annotations

import struct

from ..errors import ImageError, LimitError
from ..wasm.types import FuncType, RefType, ValType

NUMBERS = {"i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C}
HEAPS = {
    "func": 0x70,
    "extern": 0x6F,
    "exn": 0x69,
    "nofunc": 0x73,
    "noextern": 0x72,
    "noexn": 0x74,
}
NULLABLE, NON_NULL = 0x63, 0x64
ABSTRACT = 0xFF00

_TYPES: dict[int, ValType] = {code: name for name, code in NUMBERS.items()}
_TYPES.update((code, RefType(True, name)) for name, code in HEAPS.items())


def code_of(valtype: ValType) -> int:
    """The value type code of a type."""
    if not isinstance(valtype, RefType):
        return NUMBERS[valtype]
    abstract = HEAPS.get(valtype.heap) if isinstance(valtype.heap, str) else None
    if abstract is not None and valtype.nullable:
        return abstract
    heap = valtype.heap if abstract is None else ABSTRACT | abstract
    if abstract is None and heap >= ABSTRACT:
        raise LimitError(
            f"the program has more than {ABSTRACT} function types in references",
            hint="split the program",
        )
    return (NULLABLE if valtype.nullable else NON_NULL) | heap << 8


def type_of(code: int) -> ValType:
    """The type with a value type code. Raises ImageError for an unknown code."""
    if code in _TYPES:
        return _TYPES[code]
    heap = code >> 8
    if code & 0xFF in (NULLABLE, NON_NULL) and heap < 1 << 16:
        if heap < ABSTRACT:
            return RefType(code & 0xFF == NULLABLE, heap)
        abstract = _TYPES.get(heap & 0xFF)
        if isinstance(abstract, RefType):
            return RefType(code & 0xFF == NULLABLE, abstract.heap)
    raise ImageError(f"0x{code:x} is no value type code")


def encode(functype: FuncType) -> bytes:
    """u16 params, u16 results, then their codes: one byte each, three for 0x63 and 0x64."""
    data = struct.pack("<HH", len(functype.params), len(functype.results))
    for valtype in functype.params + functype.results:
        code = code_of(valtype)
        data += code.to_bytes(3 if code & 0xFF in (NULLABLE, NON_NULL) else 1, "little")
    return data


def decode(data: bytes, offset: int, end: int) -> tuple[FuncType, int]:
    """The function type at an image offset, and the offset of what follows it.

    Raises ImageError if it runs past `end`.
    """
    if offset + 4 > end:
        raise ImageError("a function type runs past its section", offset=offset)
    params, results = struct.unpack_from("<HH", data, offset)
    offset += 4
    types = []
    for _ in range(params + results):
        size = 3 if offset < end and data[offset] in (NULLABLE, NON_NULL) else 1
        if offset + size > end:
            raise ImageError("a function type runs past its section", offset=offset)
        types.append(type_of(int.from_bytes(data[offset : offset + size], "little")))
        offset += size
    return FuncType(tuple(types[:params]), tuple(types[params:])), offset
