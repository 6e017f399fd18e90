"""`wrt-micro compose`: several components become one."""

from __future__ import annotations

import click

from .. import pipeline
from ..compose import Composition, compose
from ..errors import UsageError
from . import options
from .console import note, print_json, write_output


@click.command("compose")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="OUT", help="Component to write.")
@click.option("--all-exports", is_flag=True, help="Export what the other files export, too.")
@options.json
@options.features
def command(
    files: tuple[str, ...],
    output: str | None,
    all_exports: bool,
    as_json: bool,
    features: tuple[str, ...],
) -> None:
    """Write one component of several, connected by name and version.

    Each import is taken from another FILE that exports it: under the same name, or as the same
    interface in a compatible version that is not older. The exports are those of the first FILE.
    What nothing provides stays an import, and is listed.
    """
    sources = [pipeline.read_input(file) for file in files]
    for source in sources:
        if source.kind != "component":
            raise UsageError(f"is {source.what}, no component", file=source.file)
    made = compose(
        [(source.file, source.data, source.text) for source in sources], features, all_exports
    )
    if output is None and not as_json:
        raise UsageError("expected the name of the component to write", hint="add -o OUT.wasm")
    if output is not None:
        write_output(output, made.data, "a component")
    if as_json:
        print_json(as_dict(made))
    else:
        show(made)


def show(made: Composition) -> None:
    """What was connected and what stays open, for people."""
    for link in made.links:
        note(f"connected {link}")
    for name in made.unused:
        note(f"left out {name}: nothing imports from it")
    if made.open:
        note("open, for the device to provide: " + ", ".join(made.open))


def as_dict(made: Composition) -> dict:
    """The same for programs."""
    return {
        "bytes": len(made.data),
        "connected": [
            {
                "file": link.importer.name,
                "import": link.item.name.name,
                "from": link.provider.name,
                "export": link.export.name.name,
            }
            for link in made.links
        ],
        "open": made.open,
        "exports": made.exports,
        "unused": made.unused,
    }
