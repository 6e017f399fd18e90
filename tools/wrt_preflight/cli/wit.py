"""`wrt-micro wit`: what a component or a WIT package says, as WIT."""

from __future__ import annotations

from pathlib import Path

import click

from .. import pipeline
from ..errors import ReadError, UsageError
from ..files import write_file
from ..validate import validate
from ..wit import encode_wit, wit_json, wit_of_path, wit_text
from . import options, projects
from .console import note, print_json, write_output


@click.command("wit")
@click.argument("path", metavar="[PATH]", required=False)
@click.option(
    "-o", "--output", metavar="OUT", help="OUT.wit for text, OUT.wasm for the binary form."
)
@click.option("--fetch", is_flag=True, help="Copy the project's WIT packages into its deps first.")
@options.json
@projects.folder
@projects.offline
def command(
    path: str | None,
    output: str | None,
    fetch: bool,
    as_json: bool,
    folder: Path,
    offline: bool,
) -> None:
    """Print a component or a WIT package as WIT.

    PATH is a component, a WIT file, or a folder with a package and its deps. Without it the
    project's WIT is printed, or that of its component. An OUT.wasm can be published.
    """
    if path is None:
        workspace = projects.open_workspace(folder, offline)
        project = workspace.project
        if fetch:
            _fetch(workspace)
        found = project.wit or project.component
        if found is None:
            raise UsageError("has neither wit nor component", file=str(project.file))
        path = str(found)
    elif fetch:
        raise UsageError("--fetch is for a project", hint="leave out PATH")
    place = Path(path)
    is_wit = place.is_dir() or place.suffix == ".wit"
    data = None if is_wit else _component(path)
    if as_json:
        print_json(wit_json(place if data is None else data))
        return
    if output and output.endswith(".wasm"):
        if data is not None:
            raise UsageError("is in its binary form already", file=path)
        write_output(output, encode_wit(place), "a WIT package in its binary form")
        return
    text = wit_of_path(place) if data is None else wit_text(data)
    if text is None:
        validate(data, path, ["all"])  # else it may be invalid, and that is told first
        raise ReadError("has names that WIT cannot say", file=path, hint="wrt-micro check FILE")
    if output and output != pipeline.STDIN:
        write_file(Path(output), f"{text}\n")
    else:
        click.echo(text)


def _component(path: str) -> bytes:
    source = pipeline.read_input(path)
    if source.kind != "component":
        raise UsageError(f"is {source.what}, which has no WIT", file=source.file)
    return source.data


def _fetch(workspace: projects.Workspace) -> None:
    """Copy WIT packages to where wasm-tools looks for them, in their binary form."""
    if workspace.project.wit is None:
        raise UsageError('expected wit = "..." in [package]', file=str(workspace.project.file))
    deps = workspace.project.wit / "deps"
    lock = projects.current_lock(workspace)
    for release, data in workspace.wit_packages(lock):
        name = release.name.replace(":", ".").replace("/", ".")
        path = deps / f"{name}.wasm"
        write_file(path, data, folders=True)
        note(f"{release}: {path}")
