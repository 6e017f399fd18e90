"""`wrt-micro lock`: chooses versions and writes the lock file."""

from __future__ import annotations

from pathlib import Path

import click

from . import projects


@click.command("lock")
@projects.folder
@projects.offline
@projects.locked
def command(folder: Path, offline: bool, locked: bool) -> None:
    """Choose a version of everything the project depends on, and write wrt-micro.lock.

    What is locked already stays as it is where it still fits; `wrt-micro update` takes newer ones.
    """
    workspace = projects.open_workspace(folder, offline)
    if locked:
        projects.current_lock(workspace, locked)
    else:
        projects.write(workspace, workspace.resolved(workspace.kept()))
