"""`wrt-micro inspect`: what is in an image."""

from __future__ import annotations

import click

from .. import image, pipeline
from ..component.inspect import plan_json, plan_text
from ..sign import describe
from ..wit import wit_text
from . import options
from .console import print_json


@click.command("inspect")
@options.file
@options.json
@options.features
@options.lowering
def command(
    file: str,
    as_json: bool,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Print header, limits, tables and disassembly of an image.

    FILE may also be a module or component, which is then built first. The plan of a component
    follows: its instances, canonical definitions, imports and exports. Of what was no image yet,
    its WIT comes first.
    """
    source = pipeline.read_input(file)
    contents = pipeline.to_image(source, options.lower_options(limits, memory), features).image
    section = contents.optional.get(image.COMPONENT)
    wit = wit_text(source.data) if source.kind == "component" else None
    signature = describe(source.signature) if source.signature else None
    if as_json:
        plan = {"plan": plan_json(section)} if section else {}
        more = {"wit": wit, "signature": signature}
        print_json(image.inspect_json(contents) | plan | {k: v for k, v in more.items() if v})
    else:
        if wit:
            click.echo(f"{wit}\n")
        click.echo(image.inspect_text(contents))
        if section:
            click.echo(plan_text(section))
        if signature:
            device = signature["device"] or "every device"
            click.echo(f"signed for {device}, counter {signature['counter']}")
