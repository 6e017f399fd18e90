"""`wrt-micro tree`: who depends on what, and on which version of it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.tree import Tree

from ..packages import Lock, Release
from ..packages.resolve import provider
from . import options, projects
from .console import print_json
from .tables import output


@click.command("tree")
@projects.folder
@projects.offline
@options.json
def command(folder: Path, offline: bool, as_json: bool) -> None:
    """Print what the project depends on: versions, and the ranges that led to them.

    A package that was shown above has (*) and is not unfolded again.
    """
    workspace = projects.open_workspace(folder, offline)
    lock = projects.current_lock(workspace)
    if as_json:
        print_json(_as_dict(workspace.root, lock))
        return
    tree = Tree(str(workspace.root), guide_style="dim")
    _grow(tree, workspace.root, lock, set())
    output().print(tree, markup=False)


def _grow(tree: Tree, release: Release, lock: Lock, shown: set[Release]) -> None:
    for requirement in release.dependencies:
        found = provider(requirement, lock.releases)
        again = found in shown and found.dependencies
        range_ = f" ({requirement.range})" if str(requirement.range) != "*" else ""
        where = f" in {requirement.path}" if requirement.path else ""
        branch = tree.add(f"{found}{range_}{where}{' (*)' if again else ''}")
        if not again:
            shown.add(found)
            _grow(branch, found, lock, shown)


def _as_dict(release: Release, lock: Lock) -> dict:
    return {
        "name": release.name,
        "version": str(release.version),
        "kind": release.kind,
        "sha256": release.sha256,
        "dependencies": [
            {"range": str(r.range)} | _as_dict(provider(r, lock.releases), lock)
            for r in release.dependencies
        ],
    }
