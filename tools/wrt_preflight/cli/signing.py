"""--key, --for-device and --counter, which build and deploy share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from ..errors import UsageError
from ..sign import Signing, read_key


def signing(command: Callable) -> Callable:
    """Adds the options, as `key`, `for_device` and `counter`; `chosen` makes a Signing."""
    key = click.option(
        "--key",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Sign the image with the key in this file, which wrt-micro key new made.",
    )
    device = click.option(
        "--for-device", metavar="ID", help="With --key: the only device that may load it."
    )
    counter = click.option(
        "--counter",
        type=click.IntRange(0, 0xFFFFFFFF),
        help="With --key: a number that grows with each release.",
    )
    return key(device(counter(command)))


def chosen(key: Path | None, for_device: str | None, counter: int | None) -> Signing | None:
    """How to sign, or None without a key. Raises UsageError."""
    if key:
        return Signing(read_key(key), for_device or "", counter or 0)
    if for_device or counter is not None:
        raise UsageError("--for-device and --counter are parts of a signature: give --key, too")
    return None
