"""Output: JSON for programs on standard output, notes for people on standard error."""

from __future__ import annotations

import json

import click


def note(text: str) -> None:
    """A line for people on standard error."""
    click.echo(click.style("note: ", bold=True) + text, err=True)


def print_json(value: object) -> None:
    """JSON for programs on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
