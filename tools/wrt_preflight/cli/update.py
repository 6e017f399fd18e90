"""`wrt-micro update`: newer versions into the lock file."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import UsageError
from ..packages import Lock
from . import projects


@click.command("update")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@projects.folder
@projects.offline
def command(names: tuple[str, ...], folder: Path, offline: bool) -> None:
    """Lock the newest versions that the project file allows.

    Of all packages, or only of those that are named.
    """
    workspace = projects.open_workspace(folder, offline)
    kept = workspace.kept() or Lock()
    for name in names:
        if name not in {release.name for release in kept.releases}:
            raise UsageError(f"{name} is not locked", file=str(workspace.lock_path))
    keep = Lock(tuple(r for r in kept.releases if names and r.name not in names))
    projects.write(workspace, workspace.resolved(keep))
