"""Core functions that copy bytes from one memory to another: `memory.copy` between two instances.

Calls between components copy the content of strings and lists with them, at the speed of the
engine and without a Python object.
"""

from __future__ import annotations

from ..link import Extern, Store
from ..wasm import read_module

_MAGIC = b"\0asm\x01\0\0\0"
_I32, _I64 = b"\x7f", b"\x7e"


def copier(store: Store, source: int, target: int) -> int:
    """Adds a function copy(target address, source address, length) to the store; its index.

    source, target: store-wide indices of the memories.
    """
    memories = [store.extern("memory", target), store.extern("memory", source)]
    module = read_module(_binary(*memories))
    instance = store.instantiate(
        module, "copier", lambda _, name: memories[("target", "source").index(name)]
    )
    return instance.exports["copy"].index


def _binary(target: Extern, source: Extern) -> bytes:
    addresses = [_I64 if memory.type.memory64 else _I32 for memory in (target, source)]
    length = _I64 if addresses == [_I64, _I64] else _I32
    params = b"".join([*addresses, length])
    return b"".join(
        (
            _MAGIC,
            _section(1, b"\x01\x60\x03" + params + b"\x00"),
            _section(2, b"\x02" + _import("target", target) + _import("source", source)),
            _section(3, b"\x01\x00"),
            _section(7, b"\x01" + _name("copy") + b"\x00\x00"),
            _section(10, b"\x01\x0c\x00\x20\x00\x20\x01\x20\x02\xfc\x0a\x00\x01\x0b"),
        )
    )


def _import(name: str, memory: Extern) -> bytes:
    """An import of a memory that this one matches."""
    custom = memory.type.page_shift != 16
    flags = 4 * memory.type.memory64 | 8 * custom
    page = bytes([memory.type.page_shift]) if custom else b""
    return _name("") + _name(name) + b"\x02" + bytes([flags, 0]) + page


def _name(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


def _section(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content
