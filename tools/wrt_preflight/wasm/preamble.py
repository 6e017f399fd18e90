"""The eight bytes that every module and component starts with."""

from __future__ import annotations

from .cursor import Cursor

MAGIC = b"\0asm"
MODULE_VERSION = b"\x01\0\0\0"
COMPONENT_LAYER = b"\x01\0"


def read(cursor: Cursor) -> None:
    """Check magic and version of a core module."""
    start = cursor.pos
    magic = cursor.bytes(4, "magic")
    if magic != MAGIC:
        cursor.fail(
            f"expected a WebAssembly binary (00 61 73 6d), found {magic.hex(' ')}",
            start,
            hint="give a .wasm file, or text (.wat) that starts with `(module` or `(component`",
        )
    version = cursor.bytes(4, "version")
    if version != MODULE_VERSION:
        found = "a component" if version[2:] == COMPONENT_LAYER else f"version {version.hex(' ')}"
        cursor.fail(f"expected a core module (version 01 00 00 00), found {found}", start + 4)
