"""`wrt-micro inspect`: what is in an image."""

from __future__ import annotations

import click

from .. import image, pipeline
from . import options
from .console import print_json


@click.command("inspect")
@options.file
@options.json
@options.lowering
def command(
    file: str, as_json: bool, limits: tuple[tuple[str, int], ...], memory: int | None
) -> None:
    """Print header, limits, tables and disassembly of an image.

    FILE may also be a module or component, which is then built first.
    """
    source = pipeline.read_input(file)
    contents = pipeline.to_image(source, options.lower_options(limits, memory)).image
    if as_json:
        print_json(image.inspect_json(contents))
    else:
        click.echo(image.inspect_text(contents))
