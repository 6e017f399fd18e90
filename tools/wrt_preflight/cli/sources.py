"""What is built: one file, several that are composed, or the project in the current folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from .. import pipeline
from ..boards import find_board
from ..compose import compose
from ..errors import ReadError, UsageError
from ..lower import LowerOptions
from ..packages import Project
from ..pipeline import Input
from . import options, projects
from .compose import show

ENGINES = ("interp", "native")  # what an image can be built for

files = click.argument("files", metavar="[FILE]...", nargs=-1)
all_exports = click.option(
    "--all-exports", is_flag=True, help="Of several: export what the other files export, too."
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """output: path of the image, None for standard output."""

    source: Input
    features: tuple[str, ...]
    lowering: LowerOptions
    output: Path | None
    engine: str = "interp"


def gather(
    files: tuple[str, ...],
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
    all_exports: bool = False,
    folder: Path = Path(),
    offline: bool = False,
    locked: bool = False,
) -> Gathered:
    """What the arguments of a command name. Without files: the project in `folder`.

    What is given on the command line goes before what the project file says.
    """
    if not files:
        return _project(folder, features, limits, memory, all_exports, offline, locked)
    lowering = options.lower_options(limits, memory)
    sources = [pipeline.read_input(file) for file in files]
    first = sources[0]
    output = first.path.with_suffix(".wrt") if first.path else None
    if len(sources) == 1:
        return Gathered(first, features, lowering, output)
    for source in sources:
        if source.kind != "component":
            raise UsageError(
                f"is {source.what}: only components are built together", file=source.file
            )
    parts = [(source.file, source.data, source.text) for source in sources]
    made = compose(parts, features, all_exports)
    show(made)
    source = Input("component", made.data, " + ".join(files), first.path, False)
    return Gathered(source, features, lowering, output)


def _project(
    folder: Path,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
    all_exports: bool,
    offline: bool,
    locked: bool,
) -> Gathered:
    workspace = projects.open_workspace(folder, offline)
    project = workspace.project
    lock = projects.current_lock(workspace, locked)
    features = (*features_of(project), *features)
    every = all_exports or project.build.get("all-exports", False) or project.component is None
    parts = workspace.parts(lock)
    made = compose(parts, features, every)
    show(made)
    short = (*project.name.nested, project.name.package)[0]
    output = project.folder / project.build.get("output", f"{short}.wrt")
    source = Input("component", made.data, str(project.file), project.folder / short, False)
    lowering = lowering_of(project, limits, memory)
    engine = project.build.get("engine", "interp")
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise ReadError(
            f"engine of [build]: expected one of {known}, found {engine!r}",
            file=str(project.file),
        )
    return Gathered(source, features, lowering, output, engine)


def features_of(project: Project) -> tuple[str, ...]:
    """The gated features that a project file allows. Raises ReadError."""
    found = tuple(project.build.get("features", ()))
    for name in found:
        if name not in options.GATED:
            known = ", ".join(options.GATED)
            raise ReadError(
                f"features of [build]: expected some of {known}, found {name!r}",
                file=str(project.file),
            )
    return found


def lowering_of(
    project: Project, limits: tuple[tuple[str, int], ...], memory: int | None
) -> LowerOptions:
    """The limits of the project file, and before these those of the command line."""
    chosen: dict[str, int] = {}
    for name, value in project.limits.items():
        if name != "memory" and name not in options.LIMITS:
            known = ", ".join((*options.LIMITS, "memory"))
            raise ReadError(
                f"[limits]: expected some of {known}, found {name}", file=str(project.file)
            )
        try:
            chosen[name] = options.Bytes().convert(str(value), None, None)
        except click.BadParameter as error:
            raise ReadError(
                f"{name} of [limits]: {error.message}", file=str(project.file)
            ) from None
    memory = memory if memory is not None else chosen.pop("memory", None)
    chosen.pop("memory", None)
    lowering = options.lower_options(tuple((chosen | dict(limits)).items()), memory)
    board = project.build.get("board")
    return find_board(board).lower_options(lowering) if board else lowering
