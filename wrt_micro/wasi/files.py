# Files and directories, and the rule that a path of a guest never leaves a directory that it was
# given.

import os
import sys
import time

from .errors import Refused

_KINDS = {
    0x1000: "fifo",
    0x2000: "character-device",
    0x4000: "directory",
    0x6000: "block-device",
    0x8000: "regular-file",
    0xA000: "symbolic-link",
    0xC000: "socket",
}
_ZEROS = b"\0" * 64


def kind_of(mode):
    """The kind of file that a mode of os.stat means, as wasi:filesystem/types names it."""
    return _KINDS.get(mode & 0xF000, "unknown")


class Stat:
    """What is known of a file. Times are nanoseconds since 1970.

    size: of an open file, for one that was removed since: nothing else is known then.
    """

    def __init__(self, path, size=None):
        try:
            found = os.stat(path)
        except OSError as error:
            if size is None or error.args[0] != 2:  # ENOENT
                raise
            found = (0x8000, 0, 0, 0, 0, 0, size, 0, 0, 0)
        self.kind = kind_of(found[0])
        self.ino, self.dev, self.links, self.size = found[1], found[2], found[3] or 1, found[6]
        if hasattr(found, "st_mtime_ns"):
            self.times = found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns
        else:
            epoch = 946684800 if time.gmtime(0)[0] == 2000 else 0
            self.times = tuple([(found[i] + epoch) * 1000000000 for i in (7, 8, 9)])


class File:
    """An open file. reads, writes: what it was opened for. users: who will release it.

    sparse: what lies between the end and a write beyond it is zero by itself.
    """

    kind = "regular-file"
    users = 1

    def __init__(self, path, mode, reads, writes, sparse):
        self.path = path
        self.reads = reads
        self.writes = writes
        self._sparse = sparse
        self._file = open(path, mode)

    def read(self, view, offset):
        """Fill a memoryview from an offset on: the number of bytes, 0 at the end."""
        if not self.reads:
            raise Refused("bad-descriptor")
        if offset > sys.maxsize:
            raise Refused("invalid")
        self._file.seek(offset)
        return self._file.readinto(view) or 0

    def write(self, data, offset):
        """Write bytes at an offset, or at the end if it is None: the number written."""
        if not self.writes:
            raise Refused("bad-descriptor")
        if offset is None:
            self._file.seek(0, 2)
        elif offset > sys.maxsize - len(data):
            raise Refused("file-too-large")
        else:
            size = 0 if self._sparse else self._file.seek(0, 2)
            if offset > size and not self._sparse:
                self._pad(offset - size)
            self._file.seek(offset)
        return self._file.write(data)

    def size(self):
        return self._file.seek(0, 2)

    def set_size(self, size):
        """Cut or extend it; MicroPython can cut to nothing only."""
        if not self.writes:
            raise Refused("invalid")
        if size > sys.maxsize:
            raise Refused("file-too-large")
        now = self.size()
        if hasattr(self._file, "truncate"):
            self._file.truncate(size)
        elif size > now:
            self._pad(size - now)
        elif size and size < now:
            raise Refused("unsupported")
        elif size < now:
            os.stat(self.path)  # it may have been removed, and must not come back
            self._file.close()
            self._file = open(self.path, "w+b")
        self.sync()

    def _pad(self, count):
        """Zeros at the end."""
        if self._sparse:
            self._file.seek(count - 1, 2)
            self._file.write(b"\0")
            return
        disk = os.statvfs(self.path)
        if count > disk[0] * disk[3]:
            raise Refused("insufficient-space")
        while count > 0:
            count -= self._file.write(_ZEROS[:count])

    def sync(self):
        self._file.flush()

    def stat(self):
        self.sync()
        return Stat(self.path, self.size())

    def close(self):
        self._file.close()


class Directory:
    """A directory that a guest may use. path: where it is, without / at the end.

    writes: whether anything in it may change. mutates: whether it was opened for that, which
    0.2 and 0.3 ask for. reads: its files may be read.
    """

    kind = "directory"
    reads = True
    users = 1

    def __init__(self, port, path, writes, mutates=None):
        self._port = port
        self.path = path
        self.writes = writes
        self.mutates = writes if mutates is None else mutates

    def stat(self):
        return Stat(self.path or "/")

    def sync(self):
        """Nothing is kept back."""

    def close(self):
        """Nothing is open."""

    def entries(self):
        """(name, kind, inode) of what is in it, in the order of the file system."""
        for name, mode, ino in self._port.entries(self.path or "/"):
            yield name, kind_of(mode), ino

    def locate(self, path, follow=True):
        """The path outside for one of the guest's. Raises Refused if it leads out.

        Links are not followed: it is refused where one stands before the end, or, with follow,
        at the end.
        """
        if not path:
            raise Refused("no-entry")
        if "\0" in path:
            raise Refused("invalid")
        if path[0] == "/":
            raise Refused("not-permitted")
        port = self._port
        parts = path.split("/")
        walked = []
        here = self.path
        for i, part in enumerate(parts):
            if part == "" or part == ".":
                continue
            if part == "..":
                if not walked:
                    raise Refused("not-permitted")
                if Stat(here).kind != "directory":
                    raise Refused("not-directory")
                walked.pop()
                here = "/".join([self.path] + walked)
                continue
            if "\\" in part and os.sep == "\\":
                raise Refused("not-permitted")
            walked.append(part)
            here = here + "/" + part
            last = not [after for after in parts[i + 1 :] if after not in ("", ".")]
            if port.links and (follow or not last) and port.is_link(here):
                raise Refused("not-permitted")
        if path[-1] == "/" and walked:
            kind = self._kind(here)
            if kind is not None and kind != "directory":
                raise Refused("not-directory")
        return here or "/"

    def _kind(self, path):
        """The kind of what is at a path outside, or None."""
        if self._port.links and self._port.is_link(path):
            return "symbolic-link"
        try:
            return Stat(path).kind
        except OSError as error:
            if error.args[0] != 2:  # ENOENT
                raise
            return None

    def _change(self):
        if not self.writes:
            raise Refused("not-permitted")

    def stat_at(self, path, follow):
        """A Stat. A link that is not followed has the kind and a size only."""
        here = self.locate(path, follow)
        found = Stat(here)
        if not follow and self._port.links and self._port.is_link(here):
            found.kind = "symbolic-link"
        return found

    def open(self, path, reads, writes, create=False, exclusive=False, truncate=False, only=False):
        """A File, or a Directory. only: nothing but a directory will do."""
        here = self.locate(path)
        if create or truncate or writes:
            self._change()
        kind = self._kind(here)
        if kind == "directory":
            if create and exclusive:
                raise Refused("exist")
            if writes or truncate:
                raise Refused("is-directory")
            return Directory(self._port, "" if here == "/" else here, self.writes)
        if only:
            raise Refused("no-entry" if kind is None else "not-directory")
        if kind is None:
            if not create:
                raise Refused("no-entry")
            if path[-1] == "/":
                raise Refused("is-directory")
            return File(here, "w+b", reads, writes, self._port.sparse)
        if create and exclusive:
            raise Refused("exist")
        mode = "w+b" if truncate else "r+b" if writes else "rb"
        return File(here, mode, reads, writes, self._port.sparse)

    def make_directory(self, path):
        here = self.locate(path, False)
        self._change()
        if self._kind(here) is not None:
            raise Refused("exist")
        os.mkdir(here)

    def remove_directory(self, path):
        here = self.locate(path, False)
        self._change()
        kind = self._kind(here)
        if kind is None:
            raise Refused("no-entry")
        if kind != "directory":
            raise Refused("not-directory")
        if here == (self.path or "/"):
            raise Refused("invalid")
        for _ in self._port.entries(here):
            raise Refused("not-empty")
        os.rmdir(here)

    def unlink(self, path):
        here = self.locate(path, False)
        self._change()
        kind = self._kind(here)
        if kind is None:
            raise Refused("no-entry")
        if kind == "directory":
            raise Refused("is-directory")
        os.remove(here)

    def rename(self, path, target, to):
        """Rename, also to another Directory; a file that is there is replaced."""
        here, there = self.locate(path, False), target.locate(to, False)
        self._change()
        target._change()
        kind, other = self._kind(here), target._kind(there)
        if kind is None:
            raise Refused("no-entry")
        if other is not None and here != there:
            if kind == "directory" and other != "directory":
                raise Refused("not-directory")
            if kind != "directory" and other == "directory":
                raise Refused("is-directory")
            if other == "directory":
                for _ in self._port.entries(there):
                    raise Refused("not-empty")
                os.rmdir(there)
        if kind == "directory" and (there + "/").startswith(here + "/") and here != there:
            raise Refused("invalid")
        os.rename(here, there)

    def set_times(self, path, accessed, modified, follow=True):
        here = self.locate(path, follow)
        self._change()
        self._port.set_times(here, accessed, modified)

    def read_link(self, path):
        """Links are not followed, so that nobody needs to know where they lead."""
        here = self.locate(path, False)
        kind = self._kind(here)
        if kind is None:
            raise Refused("no-entry")
        raise Refused("not-permitted" if kind == "symbolic-link" else "invalid")
