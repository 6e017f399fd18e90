# wasi_snapshot_preview1: directories, paths, and what is known of files.

from .errors import Refused
from .files import Directory
from .preview1 import MANY, Descriptor, type_number
from .stdio import Stdio

_CREATE, _DIRECTORY, _EXCLUSIVE, _TRUNCATE = 1, 2, 4, 8
_READ, _WRITE, _ALLOCATE, _READDIR, _SET_SIZE = 1 << 1, 1 << 6, 1 << 8, 1 << 14, 1 << 22
_ENTRY_BYTES = 24


class Files:
    """More functions of a Preview1, `core`."""

    def __init__(self, core):
        self._core = core

    def _directory(self, fd):
        directory = self._core.descriptor(fd).file
        if not isinstance(directory, Directory):
            raise Refused("bad-descriptor")
        return directory

    def _put_stat(self, result, found):
        accessed, modified, changed = found.times
        self._core.put(
            result,
            "<QQBxxxxxxxQQQQQ",
            found.dev & 0xFFFFFFFFFFFFFFFF,
            found.ino & 0xFFFFFFFFFFFFFFFF,
            type_number(found.kind),
            found.links,
            found.size,
            accessed,
            modified,
            changed,
        )

    # Of file descriptors

    def fd_filestat_get(self, fd, result):
        file = self._core.descriptor(fd).file
        if isinstance(file, Stdio):
            kind = type_number(file.kind)
            self._core.put(result, "<QQBxxxxxxxQQQQQ", 0, 0, kind, 0, 0, 0, 0, 0)
        else:
            self._put_stat(result, file.stat())

    def _regular(self, fd):
        descriptor = self._core.descriptor(fd)
        if not descriptor.seeks:
            raise Refused("bad-descriptor")
        return descriptor.file

    def fd_filestat_set_size(self, fd, size):
        if size < 0:
            raise Refused("file-too-large")
        self._regular(fd).set_size(size)

    def fd_allocate(self, fd, offset, size):
        """As wasmtime: nothing is set aside for a file."""
        self._regular(fd)
        raise Refused("unsupported")

    def fd_advise(self, fd, offset, size, advice):
        self._regular(fd)
        if advice not in range(6):
            raise Refused("invalid")

    def fd_fdstat_set_rights(self, fd, rights, inheriting):
        self._core.descriptor(fd)
        raise Refused("unsupported")

    def fd_filestat_set_times(self, fd, accessed, modified, flags):
        file = self._core.descriptor(fd).file
        _check_times(flags)
        if isinstance(file, Stdio):
            raise Refused("bad-descriptor")
        if not file.writes:
            raise Refused("not-permitted")
        times = self._times(file.stat(), accessed, modified, flags)
        self._core.port.set_times(file.path, times[0], times[1])

    def _times(self, found, accessed, modified, flags):
        now = self._core.port.wall() if flags & 10 else 0
        return (
            accessed if flags & 1 else now if flags & 2 else found.times[0],
            modified if flags & 4 else now if flags & 8 else found.times[1],
        )

    def fd_readdir(self, fd, buffer, size, cookie, result):
        """Entries from number `cookie` on, as many as there is room for; the last may be cut."""
        core = self._core
        directory = self._directory(fd)
        view = core.view(buffer, size)
        used = 0
        for number, (name, kind, ino) in enumerate(self._entries(directory)):
            if number < cookie:
                continue
            data = name.encode()
            head = bytearray(_ENTRY_BYTES)
            _put_entry(head, number + 1, ino, len(data), type_number(kind))
            for part in (head, data):
                part = part[: len(view) - used]
                view[used : used + len(part)] = part
                used += len(part)
            if used == len(view):
                break
        core.put(result, "<I", used)

    def _entries(self, directory):
        yield ".", "directory", directory.stat().ino
        yield "..", "directory", 0
        for entry in directory.entries():
            yield entry

    # Of paths

    def path_open(self, fd, lookup, path, size, flags, rights, inheriting, fdflags, result):
        core = self._core
        if core.descriptor(fd).seeks:
            raise Refused("not-directory")
        directory = self._directory(fd)
        if None not in core.fds or None not in core.wasi.opened:
            return MANY
        file = core.wasi.open(
            directory,
            core.text(path, size),
            bool(rights & (_READ | _READDIR)),
            bool(rights & (_WRITE | _ALLOCATE | _SET_SIZE)),
            bool(flags & _CREATE),
            bool(flags & _EXCLUSIVE),
            bool(flags & _TRUNCATE),
            bool(flags & _DIRECTORY),
        )
        free = core.fds.index(None)
        core.fds[free] = Descriptor(file, None, fdflags & 0x1F)
        core.put(result, "<I", free)

    def path_filestat_get(self, fd, lookup, path, size, result):
        name = self._core.text(path, size)
        self._put_stat(result, self._directory(fd).stat_at(name, bool(lookup & 1)))

    def path_filestat_set_times(self, fd, lookup, path, size, accessed, modified, flags):
        directory = self._directory(fd)
        name = self._core.text(path, size)
        follow = bool(lookup & 1)
        _check_times(flags)
        times = self._times(directory.stat_at(name, follow), accessed, modified, flags)
        directory.set_times(name, times[0], times[1], follow)

    def path_create_directory(self, fd, path, size):
        self._directory(fd).make_directory(self._core.text(path, size))

    def path_remove_directory(self, fd, path, size):
        self._directory(fd).remove_directory(self._core.text(path, size))

    def path_unlink_file(self, fd, path, size):
        self._directory(fd).unlink(self._core.text(path, size))

    def path_rename(self, fd, path, size, to_fd, to, to_size):
        text = self._core.text
        self._directory(fd).rename(text(path, size), self._directory(to_fd), text(to, to_size))

    def path_link(self, fd, lookup, path, size, to_fd, to, to_size):
        text = self._core.text
        self._directory(fd).locate(text(path, size), False)
        self._directory(to_fd).locate(text(to, to_size), False)
        raise Refused("unsupported")

    def path_symlink(self, target, size, fd, path, path_size):
        self._core.text(target, size)
        self._directory(fd).locate(self._core.text(path, path_size), False)
        raise Refused("unsupported")

    def path_readlink(self, fd, path, size, buffer, room, result):
        self._directory(fd).read_link(self._core.text(path, size))


def _check_times(flags):
    """A time is given, or is now, and not both."""
    if flags & 3 == 3 or flags & 12 == 12:
        raise Refused("invalid")


def _put_entry(head, following, ino, size, kind):
    from struct import pack_into

    pack_into("<QQIB", head, 0, following, ino & 0xFFFFFFFFFFFFFFFF, size, kind)
