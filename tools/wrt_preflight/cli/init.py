"""`wrt-micro init`: writes the project file of a new package."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import UsageError
from ..files import write_file
from ..names import PackageName, parse_package, parse_version
from ..packages import PROJECT_FILE
from ..packages.project import new_project
from . import projects
from .console import note


@click.command("init")
@click.argument("name")
@click.option(
    "--component", metavar="FILE", help="The package's component; NAME.wasm if left out."
)
@projects.folder
def command(name: str, component: str | None, folder: Path) -> None:
    """Write wrt-micro.toml for the package NAME: demo:kit, or demo:kit@1.0.0."""
    package = parse_package(name)
    if package.version is None:
        package = PackageName(
            package.namespaces, package.package, package.nested, parse_version("0.1.0")
        )
    path = folder / PROJECT_FILE
    if path.exists():
        raise UsageError("is there already", file=str(path))
    short = (*package.nested, package.package)[0]
    write_file(path, new_project(package, component or f"{short}.wasm"))
    note(f"wrote {path}")
