"""`wrt-micro build`: writes the image of a module or component."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from .. import pipeline
from ..boards import Board, find_board
from ..errors import UsageError
from ..files import write_file
from ..lower.short import short_memory
from ..micropython import find
from ..native import ARCHITECTURES
from ..sign import sign
from . import options, projects, signing, sources
from .console import note


@click.command("build")
@sources.files
@click.option("-o", "--output", metavar="OUT", help="Image to write; FILE.wrt if left out.")
@click.option(
    "--engine",
    type=click.Choice(sources.ENGINES),
    help="interp: register code, which every board runs; native: machine code for one "
    "architecture, many times faster.",
)
@click.option(
    "--arch",
    type=click.Choice(ARCHITECTURES),
    help="With --engine native: the architecture, if not that of BOARD, or without --board of "
    "MicroPython on this computer.",
)
@sources.all_exports
@projects.folder
@projects.offline
@projects.locked
@signing.signing
@options.deterministic
@options.board
@options.stripping
@options.features
@options.lowering
def command(
    files: tuple[str, ...],
    output: str | None,
    engine: str | None,
    arch: str | None,
    all_exports: bool,
    folder: Path,
    offline: bool,
    locked: bool,
    key: Path | None,
    for_device: str | None,
    counter: int | None,
    deterministic: bool,
    board: str | None,
    strip: bool,
    keep: tuple[str, ...],
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Write the image of FILE, a module or component, for a board.

    With --board limits that are not given are those of the board, as `wrt-micro boards` has them.

    Several FILEs are components that become one image, as wrt-micro compose connects them.
    Without FILE the project of this folder is built, with the packages that it depends on.

    Beside the image OUT.wrt stands OUT.sym: names for traps and disassembly. It stays on the host.
    Machine code is a module of its own, OUT_native.mpy, which goes to the board with the image.
    """
    how = signing.chosen(key, for_device, counter)
    given = sources.gather(files, features, limits, memory, all_exports, folder, offline, locked)
    engine = engine or given.engine
    target = find_board(board) if board else None
    if arch and engine != "native":
        raise UsageError("--arch is for machine code", hint="add --engine native")
    native = _native(target, arch) if engine == "native" else None
    chosen = replace(given.lowering, native=native, deterministic=deterministic)
    lowering = options.with_stripping(chosen, strip, keep)
    if target:
        lowering = replace(target.lower_options(lowering), board=target.name)
    built = pipeline.build(given.source, lowering, given.features)
    if output is None:
        output = str(given.output or pipeline.STDIN)
    data = sign(built.image.data, how, built.module) if how else built.image.data
    if output == pipeline.STDIN:
        if sys.stdout.isatty():
            raise UsageError("an image is not text", hint="name a file with -o OUT")
        if built.module:
            raise UsageError("machine code is a second file", hint="name the image with -o OUT")
        sys.stdout.buffer.write(data)
        return
    path = Path(output)
    write_file(path, data)
    write_file(path.with_suffix(".sym"), json.dumps(built.image.symbols))
    note(f"{path}: {len(data):,} bytes")
    if built.before > len(built.image.data):
        note(f"stripped: {built.before:,} bytes before; {built.stripped}")
    if built.module:
        module = path.with_name(f"{path.stem}_native.mpy")
        write_file(module, built.module)
        note(f"{module}: {len(built.module):,} bytes, for {native}")
    for memory in built.program.memories if built.program else ():
        number = short_memory(memory)
        if number:
            note(
                f"{memory.name} takes {memory.length:,} bytes of RAM; its static data and stack "
                f"end at {memory.static_end:,}: --memory {number} would leave "
                f"{number - memory.static_end:,} for its heap"
            )


def _native(board: Board | None, arch: str | None) -> str | None:
    """The architecture of machine code: of the board, the one asked for, or this computer's."""
    if board:
        return options.native_on(board, arch)
    return arch or options.native_for(find(), "native")
