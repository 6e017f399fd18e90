"""`wrt-micro key`: keys that images are signed with."""

from __future__ import annotations

from pathlib import Path

import click

from ..sign import new_key
from .console import note


@click.group("key")
def command() -> None:
    """Keys that images are signed with."""


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write a new key to FILE: 64 hex digits, 32 bytes at random, readable for you only.

    Whoever has the key can sign. Devices get it as wrt.key, or in load(..., key=...).
    """
    new_key(file)
    note(f"{file}: keep it secret, and keep a copy: what it signs nobody else can")
