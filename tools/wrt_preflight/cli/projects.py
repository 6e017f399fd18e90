"""What the commands on a project share: where it is, and its versions."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import UsageError
from ..packages import Lock, Workspace, find_project, read_project, write_lock
from .console import note

folder = click.option(
    "--project",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path),
    help="Folder of the project, if not the current one.",
)
offline = click.option(
    "--offline", is_flag=True, help="No network: only what was fetched before, or is vendored."
)
locked = click.option(
    "--locked", is_flag=True, help="Fail where the lock file is not what the project wants."
)


def open_workspace(folder: Path, offline: bool) -> Workspace:
    """The project in a folder. Raises UsageError, ReadError, LinkError."""
    return Workspace(read_project(find_project(folder)), offline)


def current_lock(workspace: Workspace, locked: bool = False) -> Lock:
    """The lock file, made anew where it is missing or behind the project file.

    locked: raises UsageError instead.
    """
    lock = workspace.locked()
    if lock is not None:
        return lock
    if locked:
        raise UsageError(
            "is missing, or not what the project wants",
            file=str(workspace.lock_path),
            hint="run wrt-micro lock without --locked, and commit the file",
        )
    return write(workspace, workspace.resolved(workspace.kept()))


def write(workspace: Workspace, lock: Lock) -> Lock:
    """Write the lock file, and say what changed."""
    before = {(r.name, str(r.version)) for r in (workspace.kept() or Lock()).releases}
    after = {(r.name, str(r.version)) for r in lock.releases}
    changed = write_lock(workspace.lock_path, lock)
    for name, version in sorted(before - after):
        note(f"gone: {name} {version}")
    for name, version in sorted(after - before):
        note(f"locked: {name} {version}")
    if not changed:
        note(f"{workspace.lock_path.name} is up to date")
    return lock
