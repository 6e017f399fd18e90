# What the descriptors of wasi:filesystem 0.2 and 0.3 have in common.

from ..trap import ComponentError
from .datetime import datetime
from .errors import Refused, name_of
from .files import Directory


def fallible(method):
    """A method whose errors are the error case of its result."""

    def call(*args):
        try:
            return method(*args)
        except (Refused, OSError) as error:
            name = name_of(error)
        raise ComponentError(name)

    return call


class Common:
    """An open file or directory, `file`."""

    def __init__(self, wasi, file):
        self._wasi = wasi
        self.file = file

    def drop(self):
        file, self.file = self.file, None
        if file is not None:
            self._wasi.release(file)

    def _directory(self):
        if not isinstance(self.file, Directory):
            raise Refused("not-directory")
        return self.file

    def _regular(self):
        if isinstance(self.file, Directory):
            raise Refused("is-directory")
        return self.file

    # Of the file

    @fallible
    def advise(self, offset, size, advice):
        self._plain()

    def _plain(self):
        if isinstance(self.file, Directory):
            raise Refused("bad-descriptor")
        return self.file

    @fallible
    def sync(self):
        self.file.sync()

    sync_data = sync

    @fallible
    def get_flags(self):
        if isinstance(self.file, Directory):
            return {"read", "mutate-directory"} if self.file.mutates else {"read"}
        flags = {"read"} if self.file.reads else set()
        if self.file.writes:
            flags.add("write")
        return flags

    def get_type(self):
        return self.file.kind

    @fallible
    def set_size(self, size):
        self._plain().set_size(size)

    @fallible
    def stat(self):
        return self._record(self.file.stat())

    def _record(self, found):
        accessed, modified, changed = found.times
        return {
            "type": self._kind(found.kind),
            "link-count": found.links,
            "size": found.size,
            "data-access-timestamp": datetime(accessed),
            "data-modification-timestamp": datetime(modified),
            "status-change-timestamp": datetime(changed),
        }

    def _kind(self, kind):
        return kind

    @fallible
    def set_times(self, accessed, modified):
        if not self.file.writes:
            raise Refused("not-permitted")
        times = self._times(self.file.stat(), accessed, modified)
        self._wasi.port.set_times(self.file.path or "/", times[0], times[1])

    def _times(self, found, accessed, modified):
        made = []
        for i, new in enumerate((accessed, modified)):
            if new == "no-change":
                made.append(found.times[i])
            elif new == "now":
                made.append(self._wasi.port.wall())
            else:
                made.append(new[1]["seconds"] * 1000000000 + new[1]["nanoseconds"])
        return made

    def is_same_object(self, other):
        return self.file.path == other.file.path

    @fallible
    def metadata_hash(self):
        return _hash(self.file.path, self.file.stat())

    # Of what is in a directory

    @fallible
    def create_directory_at(self, path):
        self._directory().make_directory(path)

    @fallible
    def stat_at(self, flags, path):
        return self._record(self._directory().stat_at(path, "symlink-follow" in flags))

    @fallible
    def set_times_at(self, flags, path, accessed, modified):
        directory = self._directory()
        follow = "symlink-follow" in flags
        times = self._times(directory.stat_at(path, follow), accessed, modified)
        directory.set_times(path, times[0], times[1], follow)

    @fallible
    def link_at(self, flags, path, target, to):
        self._directory().locate(path, False)
        target._directory().locate(to, False)
        raise Refused("unsupported")

    @fallible
    def open_at(self, follow, path, how, flags):
        file = self._wasi.open(
            self._directory(),
            path,
            "read" in flags or "write" not in flags,
            "write" in flags or "create" in how,
            "create" in how,
            "exclusive" in how,
            "truncate" in how,
            "directory" in how,
        )
        if file.kind == "directory":
            file.mutates = file.writes and "mutate-directory" in flags
        return self.__class__(self._wasi, file)

    @fallible
    def readlink_at(self, path):
        self._directory().read_link(path)

    @fallible
    def remove_directory_at(self, path):
        self._directory().remove_directory(path)

    @fallible
    def rename_at(self, path, target, to):
        self._directory().rename(path, target._directory(), to)

    @fallible
    def symlink_at(self, target, path):
        self._directory().locate(path, False)
        raise Refused("unsupported")

    @fallible
    def unlink_file_at(self, path):
        self._directory().unlink(path)

    @fallible
    def metadata_hash_at(self, flags, path):
        directory = self._directory()
        found = directory.stat_at(path, "symlink-follow" in flags)
        return _hash(directory.locate(path, "symlink-follow" in flags), found)


def _hash(path, found):
    """The same for the same file, as long as nobody writes to it (FNV-1a over what is known)."""
    made = 0xCBF29CE484222325
    for part in (path, str(found.size), str(found.times[1]), str(found.ino)):
        for byte in part.encode() + b"\0":
            made = (made ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return {"lower": made, "upper": found.ino & 0xFFFFFFFFFFFFFFFF}
