"""The command line: `wrt-micro`. One file per command; each is imported when it is used."""

from __future__ import annotations

import errno
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from .. import __version__
from ..errors import PreflightError, UsageError

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
BUG = 70  # EX_SOFTWARE of sysexits.h

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF)  # of a disk, a terminal that is gone

COMMANDS = (
    *("check", "build", "run", "size", "inspect"),
    *("boards", "deploy", "undeploy", "list", "key"),
    *("init", "add", "lock", "update", "tree", "vendor", "publish", "install"),
    *("compose", "wit", "bindgen"),
    *("wast",),
)


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> Sequence[str]:
        return COMMANDS

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return import_module(f".{name}", __name__).command if name in COMMANDS else None


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 99},
    epilog="Exit status: 0 success, 1 invalid input, 2 wrong usage, 3 valid but over a limit, "
    "134 the guest trapped.",
)
@click.version_option(__version__, prog_name="wrt-micro")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """WebAssembly components on microcontrollers that run MicroPython."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status; bad input never becomes a traceback."""
    arguments = sys.argv[1:] if arguments is None else [*arguments]
    debug = "--debug" in arguments
    _open_streams()
    try:
        status = cli.main(arguments, prog_name="wrt-micro", standalone_mode=False)
        sys.stdout.flush()
        return status or 0
    except PreflightError as error:
        if debug:
            traceback.print_exc()
        _error(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _error("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as in `wrt-micro inspect x.wrt | head`.
        _give_up_output()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            _give_up_output()
            _error(f"standard output cannot be written: {error.strerror}")
            return UsageError.exit_code
        if debug:
            traceback.print_exc()
        again = shlex.join(["wrt-micro", "--debug", *(a for a in arguments if a != "--debug")])
        _error(
            f"this is a bug in wrt-micro: {type(error).__name__}: {error}\n"
            f"  hint: please report it, with the input and what this prints: {again}"
        )
        return BUG


def _open_streams() -> None:
    """Put the null device in place of standard streams that were closed when we started.

    What we start gets it too: else a file that it opens would be its standard output.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, mode))


def _give_up_output() -> None:
    """Standard output takes no more: what is left in our buffers goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _error(text: str) -> None:
    click.echo(click.style("error: ", fg="red", bold=True) + text, err=True)
