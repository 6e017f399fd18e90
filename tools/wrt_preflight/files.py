"""Writes files, for every command in the same way."""

from __future__ import annotations

from pathlib import Path

from .errors import UsageError


def write_file(path: Path, data: bytes | str, folders: bool = False) -> None:
    """Write a file, text in UTF-8. folders: make those that it is in. Raises UsageError."""
    try:
        if folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", file=str(path)) from None
