"""main.py on a device, which MicroPython runs at boot: ours starts a program."""

from __future__ import annotations

import contextlib
import re

from ..errors import UsageError
from .connection import Connection, DeviceError, DeviceOSError
from .device import Device, space

_MARK = "# Written by wrt-micro deploy --main"
_TEXT = """{mark}: starts a program at boot.
# wrt-micro undeploy {name} removes it, or delete this file.

import wrt

wrt.run("{name}")
"""


class MainFile:
    """The file main.py of a device. starts: the program that ours starts, or None.

    foreign: there is one that wrt-micro did not write. It is never touched.
    """

    def __init__(self, connection: Connection, device: Device) -> None:
        self.connection = connection
        self.path = f"{device.folder.rstrip('/')}/main.py"
        self.starts: str | None = None
        self.foreign = False
        self.place = space(connection, device)[1] > 0
        (found,) = connection.call("sums", [self.path])
        if found:
            text = connection.read(self.path, min(found[0], 512)).decode("utf-8", "replace")
            started = re.search(r'^wrt\.run\("(.+)"\)$', text, re.MULTILINE)
            if text.startswith(_MARK) and started:
                self.starts = started[1]
            else:
                self.foreign = True

    def check(self, name: str) -> None:
        """Raise UsageError if main.py is the user's own, DeviceError without a file system."""
        if not self.place:
            raise DeviceError(
                "there is no file system that main.py could be written to",
                file=self.connection.port,
            )
        if self.foreign:
            raise UsageError(
                "the device has a main.py that wrt-micro did not write, which is left as it is",
                file=self.connection.port,
                hint=f'add to it: import wrt; wrt.run("{name}"), and leave out --main; or remove '
                "it first: mpremote fs rm :main.py",
            )

    def write(self, name: str) -> None:
        """Make it start a program. Raises DeviceError."""
        if self.starts == name:
            return
        text = _TEXT.format(mark=_MARK, name=name)
        try:
            self.connection.write(f"{self.path}.new", text.encode(), lambda count: None)
            self.connection.call("move", f"{self.path}.new", self.path)
        except DeviceOSError as error:
            raise DeviceError(
                f"{name} is there, but main.py cannot be written: {error.message}",
                file=self.connection.port,
            ) from None
        self.starts = name

    def remove(self, name: str) -> None:
        """Remove it if it is ours and starts this program."""
        if self.starts == name:
            with contextlib.suppress(DeviceOSError):
                self.connection.call("remove", self.path)
            self.starts = None
