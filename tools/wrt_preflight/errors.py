"""Errors that pre-flight reports to people.

Every error says where (file, byte offset), what was expected and found, and what to do next.
Commands print `str(error)` and exit; none of these ever reaches a user as a traceback.
"""

from __future__ import annotations


class PreflightError(Exception):
    """Base of all errors a user can cause.

    message: one sentence: what was expected and what was found.
    file:    name of the input as the user gave it, or None.
    offset:  byte offset in that file, or None.
    hint:    what to do about it, or None.
    exit_code: exit status of a command that ends with this error.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        offset: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.offset = offset
        self.hint = hint

    def __str__(self) -> str:
        where = self.file or ""
        if self.offset is not None:
            where += f" at offset 0x{self.offset:x}"
        text = f"{where.strip()}: {self.message}" if where else self.message
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class ReadError(PreflightError):
    """The bytes are not a well-formed module or component."""


class ValidationError(PreflightError):
    """Well-formed, but not valid WebAssembly."""


class ProfileError(PreflightError):
    """Valid WebAssembly that wrt-micro does not run (SIMD, garbage collection)."""


class LinkError(PreflightError):
    """An import has no match, or one of another type."""


class LimitError(PreflightError):
    """The program needs more than a fixed capacity allows."""

    exit_code = 3


class ImageError(PreflightError):
    """The bytes are not an image this version can read."""


class UsageError(PreflightError):
    """The command was called with arguments that make no sense together."""

    exit_code = 2
