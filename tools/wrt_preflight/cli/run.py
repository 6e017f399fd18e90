"""`wrt-micro run`: calls a function under MicroPython and prints the result in WAVE."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import click

from .. import image, pipeline, wave
from ..boards import find_board
from ..budget.desk import heap_like
from ..call import Reply, call
from ..component.types import Result
from ..errors import PreflightError
from ..functions import find_function
from ..image import Contents
from ..interp.tailor import tailored_engine
from ..micropython import find
from . import options
from .capabilities import capabilities, grants, room_to_grow
from .console import note

TRAPPED = 134  # 128 + SIGABRT: what wasmtime ends with


@click.command("run")
@options.file
@capabilities
@click.option("--invoke", metavar="CALL", help="Function to call, as in 'f(1, \"x\")'.")
@options.engine
@options.deterministic
@options.micropython
@click.option("--fuel", type=click.IntRange(1), help="Jumps and calls until the guest is stopped.")
@click.option("--heap", type=options.Bytes(), help="Heap of MicroPython; 64m if left out.")
@options.board
@options.features
@options.lowering
def command(
    file: str,
    arguments: tuple[str, ...],
    dirs: tuple[tuple[str, str], ...],
    env: tuple[tuple[str, str], ...],
    grants_file: str | None,
    invoke: str | None,
    engine: str | None,
    deterministic: bool,
    micropython: str | None,
    fuel: int | None,
    heap: int | None,
    board: str | None,
    features: tuple[str, ...],
    limits: tuple[tuple[str, int], ...],
    memory: int | None,
) -> int:
    """Run a function of FILE (a module, a component or an image) under MicroPython.

    The result is printed in WAVE, the Component Model's notation for values. A function of an
    exported interface is ns:pkg/iface#f, or f alone where only one interface has it. Without
    --invoke the program's own start is run: wasi:cli/run, whose error is exit status 1, or
    _start of a module. It gets ARGUMENTS, and standard input and output; a status that it ends
    itself with is ours.

    With --board the heap is so large that the program has as much room as on that board.

    A trap prints its kind and backtrace, and the exit status is 134.
    """
    source = pipeline.read_input(file)
    interpreter = find(micropython)
    chosen = replace(
        room_to_grow(source, options.lower_options(limits, memory)),
        native=options.native_for(interpreter, engine),
        deterministic=deterministic,
    )
    target = find_board(board) if board else None
    if target and source.kind != "image":
        chosen = target.lower_options(chosen)
    built = pipeline.to_image(source, chosen, features)
    contents = built.image
    wanted = wave.parse_call(invoke) if invoke is not None else None
    function = find_function(contents, wanted.name if wanted else None, source.file)
    values = wave.decode_arguments(wanted, function.params) if wanted else []
    try:
        engine = "native" if contents.machine_code else options.engine_for(interpreter, engine)
        own_engine = None
        if target and engine != "native":
            form = "portable" if engine == "portable" else interpreter.interpreter
            own_engine = tailored_engine(contents, interpreter.arch, form)
        if target and not heap:
            heap = heap_like(target, contents, interpreter, engine, built.module)
            note(f"heap of {heap:,} bytes: the program has as much room as on {target.name}")
        reply = call(
            contents.data,
            function.name,
            values,
            micropython=interpreter,
            interface=function.interface,
            engine=engine,
            module=built.module,
            own_engine=own_engine,
            fuel=fuel,
            heap=heap,
            wasi=grants(
                source.path.name if source.path else "-", arguments, dirs, env, grants_file
            ),
        )
    except PreflightError as error:
        error.file = error.file or source.file
        raise
    if reply.trap:
        _print_trap(reply, contents)
        return TRAPPED
    if reply.exit is not None:
        return reply.exit & 0xFF
    if wanted is None:
        return 1 if reply.failed else 0
    if function.results:
        click.echo(_text(reply, function.results))
    return 0


def _text(reply: Reply, types: tuple[wave.Type, ...]) -> str:
    """One result as its value, more as a tuple."""
    if len(types) > 1:
        return f"({', '.join(map(wave.encode, reply.value, types))})"
    value = reply.value
    if isinstance(types[0], Result):  # on the device its error is an exception, and ok no case
        value = ("error" if reply.failed else "ok", value)
    return wave.encode(value, types[0])


def _print_trap(reply: Reply, contents: Contents) -> None:
    click.echo(click.style("trap: ", fg="red", bold=True) + reply.message, err=True)
    depth = 0
    for frame, repeated in groupby(_frames(reply, contents)):
        count = len(list(repeated))
        more = f" ({count} times)" if count > 1 else ""
        click.echo(f"  {depth}: {frame}{more}", err=True)
        depth += count
    if reply.trap in _HINTS:
        click.echo(f"  hint: {_HINTS[reply.trap]}", err=True)


_HINTS = {
    "call_stack_exhausted": "--limit stack=BYTES gives the program more",
    "fuel_exhausted": "--fuel N gives it more",
}


def _frames(reply: Reply, contents: Contents) -> list[str]:
    frames = []
    for index, offset in reply.backtrace:
        where = image.place(contents.symbols, offset) if contents.symbols else None
        frames.append(str(where or f"function {index} at image offset 0x{offset:x}"))
    return frames
