"""Programs on a device's file system.

    wrt/__init__.mpy            `import wrt`: finds programs and starts them
    wrt/NAME/VERSION/           image.wrt and what belongs to it, as its runtime
    wrt/lib/BUILD/wrt_micro/    its modules, where they are not linked; programs share them
    wrt/NAME/current            the name of the version that is complete

Files in a folder of a version or a build are written under another name, verified and renamed.
`current` is replaced by one rename when all of them are there, so until then the program is what
it was before, whatever happens. What no program needs is removed after that.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..errors import LimitError
from .bundle import FILES, STARTER_NAME, Bundle
from .connection import Connection, DeviceError, DeviceOSError
from .device import Device, space
from .shipped import module_path

NO_SPACE = 28  # ENOSPC
PART = ".part"  # ending of a file that is being copied


@dataclass(frozen=True, slots=True)
class Installed:
    """A program on a device. where: "flash" or "romfs". files: paths in `wrt`, with sizes."""

    name: str
    version: str
    where: str
    files: dict[str, int]
    info: dict

    @property
    def size(self) -> int:
        """Bytes of its files, those that it shares with other programs included."""
        return sum(self.files.values())

    @property
    def image_size(self) -> int:
        """Bytes of its image."""
        return self.files.get(f"{self.name}/{self.version}/image.wrt", 0)


class Filesystem:
    """The folder `wrt` of a device. Methods raise DeviceError, and LimitError for a full disk."""

    where = "flash"

    def __init__(self, connection: Connection, device: Device) -> None:
        self.connection = connection
        self.device = device
        self.root = f"{device.folder.rstrip('/')}/wrt"
        self.port = connection.port
        self._tree: dict[str, int | None] | None = None

    def tree(self) -> dict[str, int | None]:
        """What is in the folder: sizes of files by path, None for folders; inner ones first."""
        if self._tree is None:
            found = self.connection.call("tree", self.root)
            self._tree = {path.removeprefix(f"{self.root}/"): size for path, size in found}
        return self._tree

    def programs(self) -> list[Installed]:
        """The programs that are there."""
        return list(find_programs(self.tree(), self._read, self.where))

    def _read(self, path: str) -> bytes:
        return self.connection.read(f"{self.root}/{path}", self.tree()[path] or 0)

    # Copying

    def missing(self, bundle: Bundle) -> dict[str, bytes]:
        """The files of a program that are not there yet, or not as they should be."""
        there = [path for path in bundle.files if self.tree().get(path) == len(bundle.files[path])]
        right = self._verified({path: bundle.files[path] for path in there})
        return {path: data for path, data in bundle.files.items() if path not in right}

    def check_space(self, bundle: Bundle, missing: dict[str, bytes]) -> None:
        """Raise LimitError if the files do not fit beside what must stay there."""
        self._remove_garbage([*self.programs()], keep=bundle.files)
        free, block = self._space()
        folders = {path.rpartition("/")[0] for path in missing} - set(self.tree())
        # A folder takes two blocks on littlefs, and so does a file that is replaced.
        blocks = 2 * len(folders) + 4 + sum(-(-len(data) // block) for data in missing.values())
        if free < blocks * block:
            self._full(bundle, blocks * block, free)

    def _space(self) -> tuple[int, int]:
        free, block = space(self.connection, self.device)
        if not block:
            raise DeviceError(
                "there is no file system that can be written",
                file=self.port,
                hint="see docs.micropython.org on how to make one on this board",
            )
        return free, block

    def _full(self, bundle: Bundle, needed: int, free: int) -> None:
        older = [program.name for program in self.programs()]
        hint = "remove files from the device, or choose a board with more flash"
        if older:
            hint = f"nothing was changed; wrt-micro undeploy {older[0]} makes room"
            if bundle.name in older:
                hint = (
                    f"the program that is there still works; wrt-micro undeploy {bundle.name} "
                    "makes room, but then there is none until the new one is there"
                )
        raise LimitError(
            f"{bundle.name} needs {needed:,} bytes of flash, {free:,} are free",
            file=self.port,
            hint=hint,
        )

    def install(
        self, bundle: Bundle, missing: dict[str, bytes], advance: Callable[[int], None]
    ) -> None:
        """Copy what is missing, then make it the current version, then remove the old one."""
        before, written = set(self.tree()), []
        try:
            for path, data in missing.items():
                written.append(path)
                self._copy(path, data, advance)
            written.append(f"{bundle.name}/current.new")
            self._write(written[-1], bundle.version.encode(), lambda count: None)
        except DeviceOSError as error:
            self._remove([path + PART for path in written])
            self._remove([path for path in written if path not in before])
            if error.number == NO_SPACE:
                self._full(bundle, sum(map(len, missing.values())), self._space()[0])
            raise DeviceError(
                f"{error.message} while {written[-1]} was copied",
                file=self.port,
                hint="the program that was there is as it was",
            ) from None
        self.connection.call(
            "move",
            f"{self.root}/{bundle.name}/current.new",
            f"{self.root}/{bundle.name}/current",
        )
        self._tree = None
        self._remove_garbage(self.programs())

    def _copy(self, path: str, data: bytes, advance: Callable[[int], None]) -> None:
        self._write(path + PART, data, advance)
        target = f"{self.root}/{path}"
        self.connection.call("move", target + PART, target)

    def _write(self, path: str, data: bytes, advance: Callable[[int], None]) -> None:
        """Write a file and read it again. Raises DeviceError if it is not what was sent."""
        self.connection.write(f"{self.root}/{path}", data, advance)
        if not self._verified({path: data}):
            with contextlib.suppress(DeviceOSError):
                self.connection.call("remove", f"{self.root}/{path}")
            raise DeviceError(
                f"{path} on the device is not what was sent",
                file=self.port,
                hint="try again; if that happens again the flash or the cable is bad",
            )

    def _verified(self, files: dict[str, bytes]) -> set[str]:
        """Those of some files whose SHA-256 on the device is right."""
        right = set()
        paths = list(files)
        for i in range(0, len(paths), 8):
            some = paths[i : i + 8]
            found = self.connection.call("sums", [f"{self.root}/{path}" for path in some])
            for path, entry in zip(some, found, strict=True):
                if entry and entry[0] == len(files[path]) and self._same(path, files, entry[1]):
                    right.add(path)
        return right

    def _same(self, path: str, files: dict[str, bytes], digest: bytes | None) -> bool:
        if digest is None:  # a firmware without SHA-256: compare here
            return self.connection.read(f"{self.root}/{path}", len(files[path])) == files[path]
        return base64.b64decode(digest) == hashlib.sha256(files[path]).digest()

    # Removing

    def uninstall(self, name: str) -> None:
        """Remove a program, and what only it needs."""
        # Without this file the program is gone; what is left is garbage.
        for pointer in ("current", "current.new"):
            if f"{name}/{pointer}" in self.tree():
                self.connection.call("remove", f"{self.root}/{name}/{pointer}")
        self._tree = None
        self._remove_garbage(self.programs())

    def _remove_garbage(self, programs: list[Installed], keep: Iterable[str] = ()) -> None:
        """Remove everything in the folder but these programs and files."""
        needed = set(keep)
        for program in programs:
            needed |= {*program.files, _pointer(program.name, self.tree())}
        # A program whose list of files cannot be read may work all the same.
        known = {path.split("/")[0] for path in needed}
        unknown = {
            path.split("/")[0]
            for path in self.tree()
            if path.endswith(("/current", "/current.new"))
        } - known
        if unknown:
            kept = {*unknown, "lib", STARTER_NAME}
            needed |= {path for path in self.tree() if path.split("/")[0] in kept}
        needed |= {path[:i] for path in needed for i, char in enumerate(path) if char == "/"}
        self._remove([path for path in self.tree() if path not in needed])
        if not needed and self._tree is not None:
            with contextlib.suppress(DeviceOSError):
                self.connection.call("remove", self.root)
        self._tree = None

    def _remove(self, paths: list[str]) -> None:
        for path in paths:
            with contextlib.suppress(DeviceOSError):  # not there, or a folder in use
                self.connection.call("remove", f"{self.root}/{path}")


def _pointer(name: str, tree: dict[str, int | None]) -> str:
    """The file that names a program's version: the new one where FAT has removed the old one."""
    old, new = f"{name}/current", f"{name}/current.new"
    return new if new in tree and old not in tree else old


def find_programs(
    tree: dict[str, int | None], read: Callable[[str], bytes], where: str
) -> Iterable[Installed]:
    """The programs in a folder `wrt`. tree: its files and folders. read: the bytes of a file."""
    for name in sorted({path.split("/")[0] for path in tree}):
        pointer = _pointer(name, tree)
        if pointer not in tree:
            continue
        version = read(pointer).decode("utf-8", "replace").strip()
        folder = f"{name}/{version}"
        try:
            listed = json.loads(read(f"{folder}/{FILES}"))
            info = json.loads(read(f"{folder}/app.json"))
        except (KeyError, ValueError):
            continue  # a version that is not there: the program does not start either
        files = [module_path(info["runtime"], module) for module in listed["modules"]]
        files += [STARTER_NAME, *(f"{folder}/{path}" for path in listed["own"])]
        sizes = {path: tree.get(path) or 0 for path in files}
        yield Installed(name, version, where, sizes, info)
