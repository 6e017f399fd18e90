"""`wrt-micro bindgen`: typed Python for a component."""

from __future__ import annotations

from pathlib import Path

import click

from ..bindgen import bind
from ..errors import ReadError, UsageError
from ..files import write_file
from ..pipeline import Input
from ..wit import wit_json
from . import options, projects, sources
from .console import note


@click.command("bindgen")
@sources.files
@click.option(
    "-o", "--output", metavar="DIR", help="Folder to write to; that of FILE if left out."
)
@click.option(
    "--world", metavar="NAME", help="Of several worlds in a WIT package the one to take."
)
@click.option(
    "--name", metavar="NAME", help="Name of the image and the module; FILE's if left out."
)
@projects.folder
@projects.offline
@options.features
def command(
    files: tuple[str, ...],
    output: str | None,
    world: str | None,
    name: str | None,
    folder: Path,
    offline: bool,
    features: tuple[str, ...],
) -> None:
    """Write typed Python for a component.

    FILE is a component, a WIT file, or a folder with a WIT package.

    NAME.py loads the image, NAME.pyi has the types for editors and type checkers, and host.py is
    a program to begin with, which is never overwritten. Without FILE the project is taken.
    """
    path = Path(files[0]) if files else None
    if path is None:
        project = projects.open_workspace(folder, offline).project
        world = world or project.world
        if project.component is None:
            path = project.wit
    if path and len(files) < 2 and (path.is_dir() or path.suffix == ".wit"):
        table, what = wit_json(path), path.name
        stem = name or (path.resolve().name if path.is_dir() else path.stem)
        place = path if path.is_dir() else path.parent
    else:
        given = sources.gather(files, features, (), None, folder=folder, offline=offline)
        if given.source.kind != "component":
            raise UsageError(f"is {given.source.what}, no component", file=given.source.file)
        table, world = _wit_of(given.source), None  # it has one world, "root"
        stem = name or (given.output or Path("component.wrt")).stem
        what = Path(given.source.file).name if files else stem
        place = given.output.parent if given.output else Path()
    made = bind(table, stem, what, world)
    place = Path(output) if output else place
    _write(place / f"{made.name}.py", made.module)
    _write(place / f"{made.name}.pyi", made.stub)
    host = place / "host.py"
    if host.exists():
        note(f"{host} is there already, and stays as it is")
    else:
        _write(host, made.host)


def _wit_of(source: Input) -> dict:
    try:
        return wit_json(source.data)
    except ReadError as error:
        error.file = source.file
        raise


def _write(path: Path, text: str) -> None:
    write_file(path, text, folders=True)
    note(f"wrote {path}")
