"""`wrt-micro add`: a dependency for the project file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import PreflightError, UsageError
from ..files import write_file
from ..names import parse_package, parse_range
from ..packages import Requirement, Workspace, find_project, read_project
from ..packages.project import with_dependency
from . import projects
from .console import note


@click.command("add")
@click.argument("wanted", metavar="NAME[@RANGE]")
@click.option("--path", metavar="DIR", help="Take it from the project in this folder.")
@click.option("--index", metavar="INDEX", help="Take it from this folder or URL.")
@projects.folder
@projects.offline
def command(wanted: str, path: str | None, index: str | None, folder: Path, offline: bool) -> None:
    """Add a dependency to wrt-micro.toml, or change its range, and lock it.

    demo:kit is the newest version and all that are compatible with it; demo:kit@1.2 is 1.2.0 and
    what is compatible with that. If no versions fit together nothing is written.
    """
    name, at, text = wanted.partition("@")
    parse_package(name)
    file = find_project(folder)
    before = file.read_bytes()
    project = read_project(file)
    if at and path:
        raise UsageError("a range and --path contradict each other")
    if path:
        given: str | dict = {"path": Path(os.path.relpath(path, file.parent)).as_posix()}
    else:
        place = index or project.index
        found = Workspace(project, offline).releases(
            Requirement(name, parse_range(text or "*"), index=place)
        )
        range_ = text or _newest(found, name)
        given = range_
        if index:
            kept = index if "://" in index else os.path.relpath(index, file.parent)
            given = {"version": range_, "index": Path(kept).as_posix() if kept != index else kept}
    requirement = Requirement(name, parse_range("*"))
    write_file(file, with_dependency(file, requirement, given))
    try:
        workspace = projects.open_workspace(folder, offline)
        lock = workspace.resolved(workspace.kept())
    except PreflightError:
        write_file(file, before)
        raise
    note(f"added {name} to {file.name}")
    projects.write(workspace, lock)


def _newest(found: list, name: str) -> str:
    """The range that a name alone stands for: from the newest release on."""
    stable = [r.version for r in found if not r.version.pre] or [r.version for r in found]
    if not stable:
        raise UsageError(f"no version of {name} is published")
    return str(max(stable))
