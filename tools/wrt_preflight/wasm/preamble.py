"""The eight bytes that every module and component starts with."""

from __future__ import annotations

from .cursor import Cursor

MAGIC = b"\0asm"
MODULE_VERSION = b"\x01\0\0\0"
COMPONENT_LAYER = b"\x01\0"


def read_magic(cursor: Cursor) -> None:
    """Check the four bytes that tell a WebAssembly binary from anything else."""
    start = cursor.pos
    found = bytes(cursor.data[start : min(start + 4, cursor.end)])
    if found != MAGIC:
        cursor.fail(
            f"expected a WebAssembly binary (00 61 73 6d), found {found.hex(' ') or 'nothing'}",
            start,
            hint="give a .wasm file, or text (.wat) that starts with `(module` or `(component`",
        )
    cursor.pos += 4


def read(cursor: Cursor) -> None:
    """Check magic and version of a core module."""
    read_magic(cursor)
    start = cursor.pos
    version = cursor.bytes(4, "version")
    if version != MODULE_VERSION:
        found = "a component" if version[2:] == COMPONENT_LAYER else f"version {version.hex(' ')}"
        cursor.fail(f"expected a core module (version 01 00 00 00), found {found}", start)
