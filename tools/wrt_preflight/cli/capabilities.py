"""Options of `run` that say what a program may use: WASI's capabilities."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from ..errors import UsageError
from ..lower import LowerOptions
from ..pipeline import Input

STREAMS = ("stdin", "stdout", "stderr")
# Bytes that each memory of a WASI program may grow by where no --limit says it.
RESERVE = 1 << 20
FILES = 64  # that may be open: a desktop has room for more than a board


class Directory(click.ParamType):
    """HOST or HOST::GUEST."""

    name = "HOST[::GUEST]"

    def convert(self, value: object, param: object, ctx: object) -> tuple[str, str]:
        host, _, guest = str(value).partition("::")
        if not Path(host).is_dir():
            self.fail(f"expected a directory, found {host!r}", param, ctx)
        return guest or host, str(Path(host).resolve())


class Variable(click.ParamType):
    """NAME=VALUE, or NAME for the value that it has here."""

    name = "NAME[=VALUE]"

    def convert(self, value: object, param: object, ctx: object) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not name:
            self.fail(f"expected NAME=VALUE, found {value!r}", param, ctx)
        return name, text if equals else os.environ.get(name, "")


grants_file = click.option(
    "--grants",
    "grants_file",
    type=click.Path(dir_okay=False),
    help="JSON file with more of what the program may use, such as pins; see docs/wasi.md.",
)


def capabilities(command: Callable) -> Callable:
    """ARGUMENTS, --dir, --env and --grants; `grants` makes one value of them."""
    command = grants_file(command)
    command = click.option(
        "--env",
        "env",
        type=Variable(),
        multiple=True,
        help="Variable of the program's environment; a NAME alone passes its value here on.",
    )(command)
    command = click.option(
        "--dir",
        "dirs",
        type=Directory(),
        multiple=True,
        help="Directory that the program may use, as GUEST or by the same name.",
    )(command)
    return click.argument("arguments", nargs=-1, metavar="[-- ARGUMENTS...]")(command)


def grants(
    name: str,
    arguments: tuple[str, ...],
    dirs: tuple[tuple[str, str], ...],
    env: tuple[tuple[str, str], ...],
    file: str | None,
) -> dict[str, object]:
    """What wrt_micro.load takes as wasi=. name: of the program. Raises UsageError."""
    made = read_grants(file) if file else {}
    made["args"] = [name, *(arguments or made.get("args", ()))]
    made["dirs"] = made.get("dirs", {}) | dict(dirs)
    made["env"] = made.get("env", {}) | dict(env)
    for text in (*made["args"], *made["dirs"], *made["env"], *made["env"].values()):
        if not _is_text(str(text)):
            raise UsageError(f"expected text in UTF-8 for the program, found {text!r}")
    made.setdefault("files", FILES)
    made["terminals"] = [stream for stream in STREAMS if getattr(sys, stream).isatty()]
    return made


def _is_text(text: str) -> bool:
    """Whether an argument was UTF-8: Python keeps other bytes as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def room_to_grow(source: Input, lowering: LowerOptions) -> LowerOptions:
    """The options, with memory for the malloc of a WASI program: it takes it by memory.grow."""
    if source.kind == "image" or b"wasi" not in source.data or lowering.memory_reserve:
        return lowering
    return replace(lowering, memory_reserve=RESERVE)


def read_grants(file: str) -> dict[str, object]:
    """What a JSON file gives a program. Raises UsageError."""
    try:
        made = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file=file) from None
    except ValueError as error:
        raise UsageError(f"expected JSON: {error}", file=file) from None
    if not isinstance(made, dict):
        raise UsageError('expected a JSON object, such as {"pins": {"led": 25}}', file=file)
    return made
