"""Programs in a device's ROMFS, where their code runs from flash and takes no heap.

The partition is one read-only file system that is written as a whole: what is in it and stays,
and the program, as in filesystem.py, below `lib/wrt`. Only blocks that change are written. The
first block, with the header, is erased first and written last: between the two the device sees
no ROMFS at all, never half of one, and the host keeps a copy of what belongs there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
from collections.abc import Callable

from mpremote.romfs import VfsRomWriter

from ..errors import LimitError
from .bundle import Bundle
from .connection import CHUNK, Connection, DeviceError
from .device import Device
from .filesystem import Installed, find_programs
from .safe_copy import SafeCopy

MOUNTED = "/rom"
FOLDER = "lib/wrt"
IN_PLACE = "image.wrt"  # a file that the device reads in place, so it is aligned
ALIGNMENT = 4


class Romfs:
    """The ROMFS partition of a device, in place of a Filesystem.

    incomplete: a deployment was interrupted. The next one brings back what was there before.
    """

    where = "romfs"

    def __init__(self, connection: Connection, device: Device) -> None:
        self.connection = connection
        self.port = connection.port
        self.size, self.block = device.romfs or (0, 0)
        self._safe = SafeCopy(connection, device)
        found = connection.call("tree", MOUNTED)
        self._tree = {path.removeprefix(f"{MOUNTED}/"): size for path, size in found}
        self._kept = {} if connection.call("rom_valid") else self._safe.files()
        self.incomplete = bool(self._kept)
        self._wanted: dict[str, bytes] = {}
        self._image = b""

    def programs(self) -> list[Installed]:
        """The programs that are there."""
        return self._programs(self._tree)

    def _programs(self, files: dict[str, int | None]) -> list[Installed]:
        start = f"{FOLDER}/"
        tree = {p.removeprefix(start): s for p, s in files.items() if p.startswith(start)}
        return list(find_programs(tree, lambda path: self._read(start + path), self.where))

    def _read(self, path: str) -> bytes:
        if path in self._kept:
            return self._kept[path]
        return self.connection.read(f"{MOUNTED}/{path}", self._tree[path] or 0)

    def missing(self, bundle: Bundle) -> dict[int, bytes]:
        """The blocks to write for a program, by number."""
        self._plan(bundle, bundle.name)
        return self._changed(self._image)

    def _plan(self, bundle: Bundle | None, name: str) -> None:
        """What the partition is to hold: what is there, but with a new program of this name."""
        there = {path: len(data) for path, data in self._kept.items()} or self._tree
        stays = [path for path, size in there.items() if size is not None]
        stays = [path for path in stays if not path.startswith(f"{FOLDER}/")]
        for program in self._programs(there):
            if program.name != name:
                files = [*program.files, f"{program.name}/current"]
                stays += [f"{FOLDER}/{path}" for path in files]
        own = dict(bundle.files) if bundle else {}
        if bundle:
            own[f"{name}/current"] = bundle.version.encode()
        self._wanted = {f"{FOLDER}/{path}": data for path, data in own.items()}
        self._wanted |= {path: self._read(path) for path in stays if path not in self._wanted}
        self._image = romfs_image(self._wanted)

    def _changed(self, image: bytes) -> dict[int, bytes]:
        padded = image + b"\xff" * (-len(image) % self.block)
        if len(padded) > self.size:
            return {0: padded}
        count = len(padded) // self.block
        there = self.connection.call("rom_sums", self.block, count)
        blocks = [padded[i * self.block :][: self.block] for i in range(count)]
        return {i: block for i, block in enumerate(blocks) if binascii.crc32(block) != there[i]}

    def check_space(self, bundle: Bundle, missing: dict[int, bytes]) -> None:
        """Raise LimitError if it does not fit beside what is there."""
        needed = max((len(block) for block in missing.values()), default=0)
        if needed > self.size:
            others = [p.name for p in self.programs() if p.name != bundle.name]
            hint = "nothing was changed; --to flash copies it to the file system"
            if others:
                hint += f", and wrt-micro undeploy {others[0]} makes room"
            raise LimitError(
                f"with {bundle.name} the ROMFS would have {needed:,} bytes, the partition has "
                f"{self.size:,}",
                file=self.port,
                hint=hint,
            )

    def install(
        self, bundle: Bundle, missing: dict[int, bytes], advance: Callable[[int], None]
    ) -> None:
        """Write the blocks that change, the first one last."""
        self._write(missing, advance)

    def uninstall(self, name: str) -> None:
        """Write the partition without a program."""
        self._plan(None, name)
        self._write(self._changed(self._image), lambda count: None)

    def _write(self, blocks: dict[int, bytes], advance: Callable[[int], None]) -> None:
        if blocks:
            self._safe.keep(self._wanted)
        if blocks and 0 not in blocks:
            blocks = {0: self._image[: self.block].ljust(self.block, b"\xff")} | blocks
        units = {number: self._erase(number) for number in sorted(blocks)}
        for number in sorted(blocks, reverse=True):
            unit = units[number]
            step = -(-CHUNK // unit) * unit
            for at in range(0, self.block, step):
                part = blocks[number][at : at + step]
                text = base64.b64encode(part).decode()
                result = self.connection.call(
                    "rom_put", number * self.block + at, self.block, text
                )
                self._check(result)
                advance(len(part))
        if blocks:
            self.connection.call("rom_end")
        self._verify(self._image)
        self._safe.done()

    def _erase(self, number: int) -> int:
        return self._check(self.connection.call("rom_erase", number, self.block))

    def _check(self, result: object) -> int:
        if not isinstance(result, int) or result < 0:
            raise DeviceError(
                f"the ROMFS cannot be written ({result})",
                file=self.port,
                hint="--to flash copies the program to the file system",
            )
        return result

    def _verify(self, image: bytes) -> None:
        digest = self.connection.call("rom_sum", len(image))
        if digest is None:
            same = not self._changed(image)
        else:
            same = base64.b64decode(digest) == hashlib.sha256(image).digest()
        if not same:
            raise DeviceError(
                "the ROMFS is not what was sent, and is not used",
                file=self.port,
                hint="try again; if that happens again the flash or the cable is bad",
            )


def romfs_image(files: dict[str, bytes]) -> bytes:
    """A ROMFS with these files, by path. Data of images begins at multiples of 4."""
    # The length of the header depends on what is behind it, and on whether that is odd.
    for header, odd in itertools.product(range(4, 12), (False, True)):
        image, found = _romfs(files, header, odd)
        if found == header:
            return image
    raise AssertionError("a ROMFS has a header of 4 to 11 bytes")


def _romfs(files: dict[str, bytes], header: int, odd: bool) -> tuple[bytes, int]:
    """A ROMFS whose header is taken to have so many bytes, and how many it has.

    odd: with a record of three bytes at the end.
    """
    writer = VfsRomWriter()
    tree: dict = {}
    for path in sorted(files):
        *folders, name = path.split("/")
        inner = tree
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[name] = files[path]
        if name == IN_PLACE:
            inner[name] = (len(files[path]), _place(writer, files[path], header))
    _add(writer, tree)
    if odd:
        _pad(writer, 3)
    payload = len(writer._dir_stack[-1][1])
    image = writer.finalise()
    return image, len(image) - payload


def _place(writer: VfsRomWriter, data: bytes, header: int) -> int:
    """Add data at a multiple of ALIGNMENT; where it begins, in what is behind the header."""
    record = writer._pack(writer.ROMFS_RECORD_KIND_DATA_VERBATIM, data)
    at = header + writer._extend(b"") + len(record) - len(data)
    pad = -at % ALIGNMENT
    _pad(writer, pad + ALIGNMENT if pad == 1 else pad)  # the smallest record has two bytes
    return writer.mkdata(data)


def _pad(writer: VfsRomWriter, count: int) -> None:
    if count:
        writer._extend(writer._pack(writer.ROMFS_RECORD_KIND_PADDING, bytes(count - 2)))


def _add(writer: VfsRomWriter, tree: dict) -> None:
    for name, entry in tree.items():
        if isinstance(entry, dict):
            writer.opendir(name)
            _add(writer, entry)
            writer.closedir()
        else:
            writer.mkfile(name, entry)
