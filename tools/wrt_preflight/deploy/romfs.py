"""Programs in a device's ROMFS, where their code runs from flash and takes no heap.

The partition is one read-only file system that is written as a whole: what is in it and stays,
and the program, as in filesystem.py, below `lib/wrt`. Only blocks that change are written. The
first block, with the header, is erased first and written last: between the two the device sees
no ROMFS at all, never half of one.
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

MOUNTED = "/rom"
FOLDER = "lib/wrt"
IN_PLACE = "image.wrt"  # a file that the device reads in place, so it is aligned
ALIGNMENT = 4


class Romfs:
    """The ROMFS partition of a device, in place of a Filesystem."""

    where = "romfs"

    def __init__(self, connection: Connection, device: Device) -> None:
        self.connection = connection
        self.port = connection.port
        self.size, self.block = device.romfs or (0, 0)
        found = connection.call("tree", MOUNTED)
        self._files = {path.removeprefix(f"{MOUNTED}/"): size for path, size in found}

    def programs(self) -> list[Installed]:
        """The programs that are there."""
        start = f"{FOLDER}/"
        tree = {p.removeprefix(start): s for p, s in self._files.items() if p.startswith(start)}
        return list(find_programs(tree, lambda path: self._read(start + path), self.where))

    def _read(self, path: str) -> bytes:
        return self.connection.read(f"{MOUNTED}/{path}", self._files[path] or 0)

    def missing(self, bundle: Bundle) -> dict[int, bytes]:
        """The blocks to write for a program, by number."""
        return self._changed(self._with(bundle))

    def _with(self, bundle: Bundle | None, without: str | None = None) -> bytes:
        """The partition's bytes with a program more, or one less; what else is in it stays."""
        name = bundle.name if bundle else without
        kept = [program for program in self.programs() if program.name != name]
        files = {}
        for path, size in self._files.items():
            if size is not None and not path.startswith(f"{FOLDER}/"):
                files[path] = self._read(path)
        for program in kept:
            for path in [*program.files, f"{program.name}/current"]:
                if bundle and path in bundle.files:
                    continue
                files[f"{FOLDER}/{path}"] = self._read(f"{FOLDER}/{path}")
        if bundle:
            files |= {f"{FOLDER}/{path}": data for path, data in bundle.files.items()}
            files[f"{FOLDER}/{name}/current"] = bundle.version.encode()
        return romfs_image(files)

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
        self._write(missing, self._with(bundle), advance)

    def uninstall(self, name: str) -> None:
        """Write the partition without a program."""
        image = self._with(None, name)
        self._write(self._changed(image), image, lambda count: None)

    def _write(
        self, blocks: dict[int, bytes], image: bytes, advance: Callable[[int], None]
    ) -> None:
        if blocks and 0 not in blocks:
            blocks = {0: image[: self.block].ljust(self.block, b"\xff")} | blocks
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
        self._verify(image)

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
