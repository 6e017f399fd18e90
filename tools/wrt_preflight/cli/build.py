"""`wrt-micro build`: writes the image of a module or component."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .. import pipeline
from ..errors import UsageError
from ..lower.short import short_memory
from . import options
from .console import note


@click.command("build")
@options.file
@click.option("-o", "--output", metavar="OUT", help="Image to write; FILE.wrt if left out.")
@options.features
@options.lowering
def command(
    file: str,
    output: str | None,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> None:
    """Write the image of FILE, a module or component, for a board.

    Beside the image OUT.wrt stands OUT.sym: names for traps and disassembly. It stays on the host.
    """
    source = pipeline.read_input(file)
    built = pipeline.build(source, options.lower_options(limits, memory), features)
    if output is None:
        output = str(source.path.with_suffix(".wrt")) if source.path else pipeline.STDIN
    data = built.image.data
    if output == pipeline.STDIN:
        if sys.stdout.isatty():
            raise UsageError("an image is not text", hint="name a file with -o OUT")
        sys.stdout.buffer.write(data)
        return
    path = Path(output)
    _write(path, data)
    _write(path.with_suffix(".sym"), json.dumps(built.image.symbols).encode())
    note(f"{path}: {len(data):,} bytes")
    for memory in built.program.memories if built.program else ():
        number = short_memory(memory)
        if number:
            note(
                f"{memory.name} takes {memory.length:,} bytes of RAM; its static data and stack "
                f"end at {memory.static_end:,}: --memory {number} would leave "
                f"{number - memory.static_end:,} for its heap"
            )


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", file=str(path)) from None
