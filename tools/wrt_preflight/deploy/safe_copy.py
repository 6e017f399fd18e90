"""What a device's ROMFS is to hold, kept on the host while it is written.

A partition that is half written holds nothing that could be read back. With this the next
deployment brings everything again, also what was there before.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from ..mpy_compile import cache_folder
from .connection import Connection
from .device import Device


class SafeCopy:
    """The files of a device's ROMFS, in the user's cache folder, from `keep` to `done`."""

    def __init__(self, connection: Connection, device: Device) -> None:
        name = device.id or f"{device.machine} {connection.port}"
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        self.path: Path = cache_folder() / f"romfs-{digest}.zip"

    def keep(self, files: dict[str, bytes]) -> None:
        """Write the files."""
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in files.items():
                archive.writestr(path, data)

    def files(self) -> dict[str, bytes]:
        """The files that were kept and not done with; none if they cannot be read."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return {path: archive.read(path) for path in archive.namelist()}
        except (OSError, zipfile.BadZipFile):
            return {}

    def done(self) -> None:
        """Forget the files: they are on the device."""
        self.path.unlink(missing_ok=True)
