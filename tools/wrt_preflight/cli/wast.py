"""`wrt-micro wast`: runs spec scripts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ..errors import UsageError
from ..micropython import find
from ..wast import FAILED, FileResult, Target, counts, run_wast, to_json
from . import options


@click.command("wast")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options.json
@options.engine
@options.micropython
@options.features
@click.option("--heap-lock", is_flag=True, help="Fail where running guest code allocates.")
@click.option("-j", "--jobs", type=click.IntRange(1), default=1, help="Scripts at the same time.")
@click.option("-v", "--verbose", is_flag=True, help="Show why directives were skipped.")
def command(
    files: tuple[str, ...],
    as_json: bool,
    engine: str | None,
    micropython: str | None,
    features: tuple[str, ...],
    heap_lock: bool,
    jobs: int,
    verbose: bool,
) -> int:
    """Run spec scripts (.wast), core or component; a folder stands for all scripts in it.

    Prints one line for each file, and every directive that failed. Exit status 1 if any did.
    """
    interpreter = find(micropython)
    target = Target(
        interpreter, options.engine_for(interpreter, engine), heap_lock, features=features
    )
    results = []
    for result in run_wast(_scripts(files), target, jobs=jobs):
        results.append(result)
        if not as_json:
            click.echo(_text(result, verbose))
    click.echo(to_json(results) if as_json else counts(results))
    return 1 if any(result.count(FAILED) for result in results) else 0


def _scripts(files: tuple[str, ...]) -> list[Path]:
    scripts = []
    for path in map(Path, files):
        found = sorted(path.rglob("*.wast")) if path.is_dir() else [path]
        if not found:
            raise UsageError("expected scripts (.wast) in this folder, found none", file=str(path))
        scripts += found
    return scripts


def _text(result: FileResult, verbose: bool) -> str:
    skips: Counter[str] = result.skips() if verbose else Counter()
    lines = [f"  skipped {count}: {reason}" for reason, count in skips.most_common()]
    return "\n".join([result.summary(), *lines])
