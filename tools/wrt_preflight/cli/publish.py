"""`wrt-micro publish`: a project's package into an index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ..component import validate_component
from ..errors import UsageError
from ..packages.index import add_release
from ..packages.workspace import kind_of
from . import options, projects
from .console import note


@click.command("publish")
@click.argument("index", metavar="INDEX", type=click.Path(file_okay=False, path_type=Path))
@projects.folder
@options.features
def command(index: Path, folder: Path, features: tuple[str, ...]) -> None:
    """Add the project's package to the index in a folder: its component, or its WIT.

    The folder can be served by any web server as it is. A version that is there already is never
    replaced by another one.
    """
    workspace = projects.open_workspace(folder, offline=True)
    local = [r for r in workspace.root.dependencies if r.path is not None and str(r.range) == "*"]
    if local:
        raise UsageError(
            f"{local[0].name} is wanted from a folder, in any version",
            file=str(workspace.project.file),
            hint='say which version others need: { path = "...", version = "1.2" }',
        )
    name, data, text = workspace.data_of(workspace.root)
    features += tuple(workspace.project.build.get("features", ()))
    validate_component(data, name, text, features)
    release = replace(workspace.root, kind=kind_of(data))
    file = add_release(index, release, data)
    note(f"{release}: {file}")
