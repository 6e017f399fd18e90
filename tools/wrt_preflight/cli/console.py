"""Output: JSON for programs on standard output, notes for people on standard error."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..errors import UsageError
from ..files import write_file
from ..pipeline import STDIN


def note(text: str) -> None:
    """A line for people on standard error."""
    click.echo(click.style("note: ", bold=True) + text, err=True)


def print_json(value: object) -> None:
    """JSON for programs on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def write_output(output: str, data: bytes, what: str) -> None:
    """Write what a command makes to a file, or to standard output for `-`. Raises UsageError."""
    if output != STDIN:
        write_file(Path(output), data)
        note(f"{output}: {len(data):,} bytes")
    elif sys.stdout.isatty():
        raise UsageError(f"{what} is not text", hint="name a file with -o OUT")
    else:
        sys.stdout.buffer.write(data)
