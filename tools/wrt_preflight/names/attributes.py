"""Attributes of imports and exports: implements, versionsuffix, external-id (Binary.md)."""

from __future__ import annotations

import re

from ..errors import ReadError
from .extern import InterfaceName, PlainName, parse_extern, parse_interface

_SUFFIX = re.compile(r"[0-9A-Za-z.+-]*")


def check_attributes(
    name: str, sort: str, implements: str | None = None, version_suffix: str | None = None
) -> PlainName | InterfaceName:
    """The parsed name of an import or export, after its attributes were checked against it.

    sort: of what is imported or exported. An external-id may be any text. Raises ReadError.
    """
    parsed = parse_extern(name)
    if implements is not None:
        if sort != "instance":
            raise ReadError(f'only an instance can have implements, "{name}" is a {sort}')
        if not isinstance(parsed, PlainName):
            raise ReadError(f'"{name}" says itself what it implements: it is no plain name')
        parse_interface(implements)
    if version_suffix is not None:
        if not _SUFFIX.fullmatch(version_suffix):
            raise ReadError(f'"{version_suffix}" of "{name}" is no version suffix')
        if isinstance(parsed, PlainName):
            raise ReadError(f'"{name}" has a version suffix, but no version')
        return parsed.with_suffix(version_suffix)
    return parsed
