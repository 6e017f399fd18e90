"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click

from ..boards import Board
from ..component import GATED
from ..errors import UsageError
from ..load_options import OPTIONS
from ..lower import LowerOptions
from ..micropython import MicroPython
from ..native import ARCHITECTURES, made_for, runs_on
from .console import note

# Names of --limit: the field of LowerOptions, and what it means.
LIMITS = {
    "stack": ("stack_bytes", "bytes of stack of a thread"),
    "memory-reserve": ("memory_reserve", "bytes that each memory may grow by"),
    "table-reserve": ("table_reserve", "elements that each table may grow by"),
    "exceptions": ("exceptions", "exceptions alive at the same time"),
}


class Bytes(click.ParamType):
    """A number of bytes: 4096, 0x1000, 64k or 1m."""

    name = "BYTES"

    def convert(self, value: object, param: object, ctx: object) -> int:
        if isinstance(value, int):
            return value
        text = str(value).lower().replace("_", "")
        shift = {"k": 10, "m": 20}.get(text[-1:], 0)
        try:
            number = int(text[:-1] if shift else text, 0) << shift
        except ValueError:
            number = -1
        if number < 0:
            self.fail(f"expected a number, such as 4096 or 64k, found {value!r}", param, ctx)
        return number


class Limit(click.ParamType):
    """NAME=N, with a name of LIMITS."""

    name = "NAME=N"

    def convert(self, value: object, param: object, ctx: object) -> tuple[str, int]:
        name, equals, number = str(value).partition("=")
        if name not in LIMITS or not equals:
            known = ", ".join(LIMITS)
            self.fail(
                f"expected NAME=N, where NAME is one of {known}, found {value!r}", param, ctx
            )
        return name, Bytes().convert(number, param, ctx)


class LoadOption(click.ParamType):
    """NAME=N, with a name of an option of load()."""

    name = "NAME=N"

    def convert(self, value: object, param: object, ctx: object) -> tuple[str, int]:
        name, equals, number = str(value).partition("=")
        known = [option for option, *_ in OPTIONS]
        if name not in known or not equals:
            self.fail(
                f"expected NAME=N, where NAME is one of {', '.join(known)}, found {value!r}",
                param,
                ctx,
            )
        return name, Bytes().convert(number, param, ctx)


file = click.argument("file", metavar="FILE")
load = click.option(
    "--load",
    "load_options",
    type=LoadOption(),
    multiple=True,
    help="An option that load() is called with, such as tasks=4: see docs/limits.md.",
)
json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
micropython = click.option(
    "--micropython",
    metavar="PATH",
    help="MicroPython to use; else $MICROPYTHON, the one on PATH, or the one from PyPI. "
    "'cpython' takes CPython in its place.",
)
features = click.option(
    "--feature",
    "features",
    type=click.Choice(sorted(GATED)),
    metavar="NAME",
    multiple=True,
    help="Allow what the Component Model gates. values: component-level values and start; "
    "nested-names: a:b:c/d/e; canonical-names: a:b/c@1; "
    "shared-threads: thread.spawn-ref and thread.spawn-indirect.",
)
board = click.option(
    "--board",
    metavar="BOARD",
    help="A board that `wrt-micro boards` lists, or the path of a TOML file of your own.",
)
port = click.option(
    "-p",
    "--port",
    metavar="PORT",
    help="Serial port of the device; the board on USB, if left out and there is one.",
)
engine = click.option(
    "--engine",
    type=click.Choice(["interp", "portable", "native"]),
    help="interp: an interpreter in machine code; portable: one in plain Python; native: the "
    "program itself as machine code. Of the first two the faster one that runs if left out.",
)
deterministic = click.option(
    "--deterministic",
    is_flag=True,
    help="With --engine native: NaNs have the same bits on every processor. The other engines do "
    "that anyway; machine code for a processor with floats gets slower, by a third at most.",
)


def native_for(interpreter: MicroPython, engine: str | None) -> str | None:
    """The architecture to make machine code for, or None if the engine is another than native.

    Raises UsageError where none can be made.
    """
    if engine != "native":
        return None
    arch = made_for(interpreter.arch)
    if arch is None:
        known, own = ", ".join(ARCHITECTURES), interpreter.arch or "no machine code at all"
        raise UsageError(
            f"--engine native makes machine code for {known}; {interpreter} runs {own}",
            hint="use --engine interp, or portable",
        )
    return arch


def native_on(board: Board, arch: str | None) -> str:
    """The architecture to make machine code for on a board: its own, or `arch` if it runs that.

    Raises UsageError if it does not, or none can be made.
    """
    if board.native is None:
        raise UsageError(
            f"--engine native makes no machine code for {board.name}, whose processor is "
            f"{board.arch}: use --engine interp"
        )
    if arch and not runs_on(arch, board.native):
        raise UsageError(
            f"--arch {arch} and --board {board.id} contradict each other: {board.name} runs "
            f"machine code for {board.native}",
            hint="leave out --arch: the board says it",
        )
    return arch or board.native


def engine_for(interpreter: MicroPython, engine: str | None) -> str:
    """The engine asked for, else the faster one that runs; says so where that is the slow one.

    Raises UsageError if the one asked for does not run.
    """
    if engine == "native":
        return engine
    if interpreter.interpreter:
        return engine or "interp"
    if engine == "interp":
        raise UsageError(
            f"--engine interp: {interpreter} loads none of our machine code",
            hint="use --engine portable",
        )
    if not engine:
        note(f"{interpreter} loads none of our machine code: the portable engine serves, slowly")
    return "portable"


def lowering(command: Callable) -> Callable:
    """--limit and --memory, as `limits` and `memory`; `lower_options` makes LowerOptions."""
    meanings = "; ".join(f"{name}: {meaning}" for name, (_, meaning) in LIMITS.items())
    limit = click.option(
        "--limit",
        "limits",
        type=Limit(),
        multiple=True,
        help=f"Set a capacity ({meanings}).",
    )
    memory = click.option(
        "--memory",
        type=Bytes(),
        help="Bytes that each memory really has. With fewer than the module declares, access "
        "beyond them traps.",
    )
    return limit(memory(command))


def stripping(command: Callable) -> Callable:
    """--strip, --no-strip and --keep, as `strip` and `keep`; `with_stripping` applies them."""
    strip = click.option(
        "--strip/--no-strip",
        default=True,
        help="Leave out what nothing can reach; what runs is the same. The default.",
    )
    keep = click.option(
        "--keep",
        metavar="NAME",
        multiple=True,
        help="An export that is called; without --keep all are. NAME is that of a function, or of "
        "an interface, ns:pkg/iface, or of a function of one, ns:pkg/iface#f.",
    )
    return strip(keep(command))


def with_stripping(options: LowerOptions, strip: bool, keep: tuple[str, ...]) -> LowerOptions:
    """The options with those of `stripping`. Raises UsageError if they contradict one another."""
    if keep and not strip:
        raise UsageError("--no-strip keeps everything: leave out --keep")
    return replace(options, strip=strip, keep=keep or None)


def lower_options(limits: tuple[tuple[str, int], ...], memory: int | None) -> LowerOptions:
    """The choices of a user, as lowering takes them."""
    chosen = {LIMITS[name][0]: number for name, number in limits}
    return LowerOptions(memory_bytes=memory, **chosen)
