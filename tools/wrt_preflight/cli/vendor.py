"""`wrt-micro vendor`: everything the project depends on, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import click

from ..packages.fetch import VENDOR
from ..packages.index import add_release
from . import projects
from .console import note


@click.command("vendor")
@projects.folder
@projects.offline
@projects.locked
def command(folder: Path, offline: bool, locked: bool) -> None:
    """Copy all locked packages into the folder vendor of the project.

    Builds take them from there first, by their hashes, so that the project builds without an
    index. The folder is an index itself.
    """
    workspace = projects.open_workspace(folder, offline)
    lock = projects.current_lock(workspace, locked)
    place = workspace.fetcher.vendor
    count = 0
    for release in lock.releases:
        if release.sha256 is not None:
            add_release(place, release, workspace.fetcher.fetch(release))
            count += 1
    note(f"{count} package{'' if count == 1 else 's'} in {place.name if count else VENDOR}/")
