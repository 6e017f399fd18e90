"""`wrt-micro deploy`: puts a program and what it needs of the runtime on a device."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from .. import pipeline
from ..boards import Board, find_board
from ..deploy import (
    Bundle,
    Connection,
    ConnectionLost,
    Device,
    Filesystem,
    MainFile,
    Romfs,
    ask,
    check_board,
    check_room,
    check_startable,
    find_port,
    has_key,
    heap_note,
    make_bundle,
    program_name,
)
from ..errors import UsageError
from ..functions import imports
from ..image import Contents
from ..pipeline import Built
from ..runtime import OPTIONS, is_provided
from ..sign import Signing, sign
from . import options, projects, signing, sources
from .capabilities import grants_file, read_grants
from .console import note
from .sources import Gathered


@click.command("deploy")
@sources.files
@options.port
@click.option("--board", metavar="BOARD", help="Refuse a device that is not of this kind.")
@click.option("--name", help="Name of the program on the device; FILE's, if left out.")
@click.option(
    "--to",
    type=click.Choice(["auto", "flash", "romfs"]),
    default="auto",
    help="Where to: the file system, or ROMFS, from which code runs without taking heap. "
    "auto: ROMFS where there is one.",
)
@click.option("--main", is_flag=True, help="Write a main.py that starts it at boot.")
@click.option(
    "--host",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Python file with the functions that FILE imports, and main(app) for --main.",
)
@grants_file
@click.option(
    "--with",
    "extras",
    type=click.Choice(sorted(OPTIONS)),
    multiple=True,
    help="Copy what load(...) needs for this option too.",
)
@options.engine
@sources.all_exports
@projects.folder
@projects.offline
@projects.locked
@signing.signing
@options.stripping
@options.features
@options.lowering
def command(
    files: tuple[str, ...],
    port: str | None,
    board: str | None,
    name: str | None,
    to: str,
    main: bool,
    host: Path | None,
    grants_file: str | None,
    extras: tuple[str, ...],
    engine: str | None,
    all_exports: bool,
    folder: Path,
    offline: bool,
    locked: bool,
    key: Path | None,
    for_device: str | None,
    counter: int | None,
    strip: bool,
    keep: tuple[str, ...],
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Put FILE (a module, a component or an image) on the device at a serial port.

    Several FILEs, or none, are as for build. Copies the image and the modules of the runtime that
    it needs, compiled for the device. What is there already is not sent again, so a deployment
    that was interrupted goes on where it stopped. The program that was there works until the new
    one is complete and verified.
    """
    how = signing.chosen(key, for_device, counter)
    grants = json.dumps(read_grants(grants_file)).encode() if grants_file else None
    given = sources.gather(files, features, limits, memory, all_exports, folder, offline, locked)
    name = program_name(name or given.source.name)
    wanted = find_board(board) if board else None
    if given.source.kind != "image":
        lowering = options.with_stripping(given.lowering, strip, keep)
        if wanted:
            lowering = replace(wanted.lower_options(lowering), board=wanted.name)
        given = replace(given, lowering=lowering)
    engine = engine or (given.engine if given.engine == "native" else None)
    built = None
    if engine != "native":  # else the device says what for
        built = _build(given)
        _check(built, given, wanted, engine, host, main)
    with Connection(find_port(port)) as connection:
        device = ask(connection)
        click.echo(str(device))
        if wanted:
            check_board(device, wanted)
        if not built:
            built = _build(given, options.native_for(device.micropython, engine))
            _check(built, given, wanted, engine, host, main)
        form = "native" if built.image.machine_code else _form(device, engine)
        main_file = MainFile(connection, device)
        if main:
            main_file.check(name)
        data = _signed(built, given, how, connection, device)
        needs = {*extras, "key"} if len(data) > len(built.image.data) else extras
        bundle = make_bundle(
            name, built, device, form, data=data, host=host, grants=grants, options=needs
        )
        place = _place(connection, device, to)
        warning = heap_note(built, device, engine, place.where == "romfs")
        if warning:
            note(warning)
        sent = _install(place, bundle, connection)
        if main:
            main_file.write(name)
    where = "ROMFS" if place.where == "romfs" else "flash"
    click.echo(
        f"{name} {bundle.version}: {len(bundle.files)} files, {bundle.size:,} bytes in {where}, "
        f"{sent:,} sent, verified"
    )
    click.echo(_advice(name, built.image, main, host))


def _build(given: Gathered, native: str | None = None) -> Built:
    lowering = replace(given.lowering, native=native) if native else given.lowering
    return pipeline.to_image(given.source, lowering, given.features)


def _check(
    built: Built,
    given: Gathered,
    wanted: Board | None,
    engine: str | None,
    host: Path | None,
    main: bool,
) -> None:
    """Refuse what can be refused without a device."""
    if wanted:
        check_room(built, wanted, engine, given.source.file)
    if main:
        check_startable(built.image, host, given.source.file)


def _signed(
    built: Built, given: Gathered, how: Signing | None, connection: Connection, device: Device
) -> bytes:
    """The image, with its signature if it has or gets one."""
    if how:
        return sign(built.image.data, how, built.module)
    if not given.source.signature and has_key(connection, device):
        raise UsageError(
            "the device takes signed programs only: wrt.key is there",
            file=connection.port,
            hint="give that key with --key",
        )
    return built.image.data + given.source.signature


def _form(device: Device, engine: str | None) -> str:
    chosen = options.engine_for(device.micropython, engine)
    return "portable" if chosen == "portable" else device.micropython.interpreter


def _place(connection: Connection, device: Device, to: str) -> Filesystem | Romfs:
    if to == "romfs" and not device.romfs:
        raise UsageError(
            "the firmware has no ROMFS partition",
            file=connection.port,
            hint="--to flash copies the program to the file system",
        )
    if device.romfs and to != "flash":
        return Romfs(connection, device)
    return Filesystem(connection, device)


def _install(place: Filesystem | Romfs, bundle: Bundle, connection: Connection) -> int:
    """Copy what is missing. Bytes sent."""
    missing = place.missing(bundle)
    place.check_space(bundle, missing)
    total = sum(map(len, missing.values()))
    done = 0
    try:
        with _progress(f"copying {bundle.name}", total) as show:

            def advance(count: int) -> None:
                nonlocal done
                done += count
                show(count)

            place.install(bundle, missing, advance)
    except ConnectionLost as error:
        raise ConnectionLost(
            f"{error.message}; {done:,} of {total:,} bytes were sent",
            file=connection.port,
            hint="nothing is lost: the same command goes on where this one stopped",
        ) from None
    return total


@contextmanager
def _progress(text: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(text, total=total)
        yield lambda count: bar.advance(task, count)


def _advice(name: str, contents: Contents, main: bool, host: Path | None) -> str:
    if main:
        return f"main.py starts {name} at boot"
    names = [f.full_name for f in imports(contents) if not is_provided(f.interface)]
    given = "" if host or not names else ", {...}"
    text = f'in Python on the device: import wrt; app = wrt.load("{name}"{given})'
    return text + (f"  # imports: {', '.join(names)}" if given else "")
