"""`wrt-micro install`: packages as the device loads them by name."""

from __future__ import annotations

from pathlib import Path

import click

from ..packages.install import INDEX, install
from . import options, projects, sources
from .console import note


@click.command("install")
@click.argument("target", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@projects.folder
@projects.offline
@projects.locked
@options.features
@options.lowering
def command(
    target: Path,
    folder: Path,
    offline: bool,
    locked: bool,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Write an image of the project and of each package that it depends on into DIR.

    Copied to /packages of a device, wrt_micro.load("demo:kit@1") finds the newest that fits there,
    with what it imports from the others. Versions that are there already stay.
    """
    workspace = projects.open_workspace(folder, offline)
    lock = projects.current_lock(workspace, locked)
    project = workspace.project
    lowering = sources.lowering_of(project, limits, memory)
    features = (*sources.features_of(project), *features)
    for release, file, size in install(workspace, lock, target, lowering, features):
        note(f"{release}: {file}, {size:,} bytes")
    note(f"{target / INDEX}")
